import { applyInputs } from '../inputs/apply-inputs.ts';
import type { NewInput } from '../ports/enrollments.ts';
import type { CurrentMessage } from '../ports/messages.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { isWaitedFor, lostInput } from '../send/lost-input.ts';
import { sentInput } from '../send/sent-input.ts';
import type { OperatorOptions } from './operator-options.ts';

/**
 * What an operator knows of an unknown message:
 *
 * - `accepted`: it went out; the plan goes on.
 * - `lost`: it did not; it is sent again, as the next attempt.
 * - `failed`: it is not worth another try; its enrollment ends as failed.
 *
 * An enrollment that has ended, or gone on without the message, stays where it is.
 */
export const UNKNOWN_RESOLUTIONS = ['accepted', 'lost', 'failed'] as const;
export type UnknownResolution = (typeof UNKNOWN_RESOLUTIONS)[number];

/** Why nothing is decided about a message. */
export type ResolveRefusal =
  /** The tenant has no such message. */
  | 'not_found'
  /** Its fate is known. */
  | 'not_unknown'
  /** It was to be sent again, but its enrollment has ended, or gone on without it. */
  | 'moved_on';

/**
 * Decides by an operator's word what became of an unknown message.
 *
 * @returns null where it is decided, else why not.
 */
export function resolveUnknown(
  ref: TenantRef,
  resolution: UnknownResolution,
  options: OperatorOptions,
): Promise<ResolveRefusal | null> {
  return options.store.transaction([ref.tenantId], async (tx) => {
    const [seen] = await tx.currentMessages([ref]);
    if (seen === undefined) return 'not_found';
    const locked = await tx.lockEnrollments([{ tenantId: ref.tenantId, id: seen.enrollmentId }]);
    // What was read before the lock may have been decided since.
    const [message] = await tx.currentMessages([ref]);
    if (message?.status !== 'unknown') return 'not_unknown';
    if (resolution === 'lost' && !isWaitedFor(message, locked)) return 'moved_on';
    const now = options.now();
    await applyInputs(tx, await inputsOf(tx, message, resolution, now), {
      plans: options.plans,
      now,
      graceMs: options.graceMs,
      locked,
    });
    return null;
  });
}

async function inputsOf(
  tx: EngineTransaction,
  message: CurrentMessage,
  resolution: UnknownResolution,
  now: number,
): Promise<NewInput[]> {
  switch (resolution) {
    case 'accepted': {
      const known = { ...message, token: null, providerMessageId: null };
      return (await tx.completeHandOffs([known])).map(sentInput);
    }
    case 'lost':
      return [lostInput(message, now, 'an operator says so')];
    case 'failed': {
      const { tenantId, enrollmentId, id, nodeId, visit, attempt } = message;
      await tx.failHandOffs([{ tenantId, id, token: null, detail: 'given up by an operator' }]);
      return [
        {
          tenantId,
          enrollmentId,
          inputId: `failed:${id}:${attempt}`,
          input: { kind: 'failed', nodeId, visit, attempt, at: now, reason: 'given_up' },
        },
      ];
    }
  }
}

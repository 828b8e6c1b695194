import type { EpochMs, Id, SendOutcome } from '@cadenza/domain';
import { pauseSender, pauseTenant } from '../control/pause.ts';
import { jobIdOf } from '../dispatch/action-jobs.ts';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { EnrollmentRecord, NewInput } from '../ports/enrollments.ts';
import type { MessageRecord } from '../ports/messages.ts';
import type { BegunHandOff, SendContext } from '../ports/sends.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { mindBreaker } from './breaker.ts';
import { holdProvider } from './hold-provider.ts';
import { sentInput } from './sent-input.ts';
import type { SendOptions } from './send-options.ts';

/** A hand-off that was begun, and what the provider made of it. */
export interface HandOffResult {
  readonly handOff: BegunHandOff;
  readonly context: SendContext;
  readonly outcome: SendOutcome;
  /** The provider had not answered for a while when this one began. */
  readonly doubted: boolean;
}

/** First and longest pause before a message that certainly was not accepted is tried again. */
const BACK_OFF_MS = { first: 1_000, longest: 300_000 };

/**
 * Records what became of hand-offs, with all that follows from it, in one transaction. Where an
 * event has proven acceptance before the answer came, the answer only adds what it knows.
 */
export async function recordOutcomes(
  results: readonly HandOffResult[],
  options: SendOptions,
): Promise<void> {
  const tenantIds = [...new Set(results.map(({ handOff }) => handOff.tenantId))];
  const withdrawn = await options.store.transaction(tenantIds, async (tx) => {
    const locked = await tx.lockEnrollments(
      results.map(({ handOff }) => ({ tenantId: handOff.tenantId, id: handOff.enrollmentId })),
    );
    await complete(tx, results, locked, options);
    await fail(tx, results, locked, options);
    await markUnknown(tx, results, options);
    return withdraw(tx, results, locked, options);
  });
  await holdProvider(results, options.store);
  await mindBreaker(results, options.store);
  await pauseRejected(results, options);
  // A hand-off that did not happen takes nothing from any limit.
  await options.limiter.release(
    results
      .filter(({ handOff }) => withdrawn.has(handOff.messageId))
      .map(({ handOff }) => jobIdOf(handOff)),
  );
}

async function complete(
  tx: EngineTransaction,
  results: readonly HandOffResult[],
  locked: readonly EnrollmentRecord[],
  options: SendOptions,
): Promise<void> {
  const accepted = results.flatMap(({ handOff, outcome }) =>
    outcome.kind === 'accepted' ? [{ handOff, outcome }] : [],
  );
  if (accepted.length === 0) return;
  const through = await tx.completeHandOffs(
    accepted.map(({ handOff, outcome }) => ({
      tenantId: handOff.tenantId,
      id: handOff.messageId,
      attempt: handOff.attempt,
      token: handOff.token,
      providerMessageId: outcome.providerMessageId,
    })),
  );
  await apply(tx, through.map(sentInput), locked, options);
}

async function fail(
  tx: EngineTransaction,
  results: readonly HandOffResult[],
  locked: readonly EnrollmentRecord[],
  options: SendOptions,
): Promise<void> {
  const refused = results.flatMap(({ handOff, outcome }) =>
    outcome.kind === 'rejected' && outcome.scope === 'message' ? [{ handOff, outcome }] : [],
  );
  if (refused.length === 0) return;
  const failed = await tx.failHandOffs(
    refused.map(({ handOff, outcome }) => ({
      tenantId: handOff.tenantId,
      id: handOff.messageId,
      token: handOff.token,
      detail: outcome.reason,
    })),
  );
  const now = options.clock.now();
  await apply(
    tx,
    failed.map(({ tenantId, enrollmentId, id, nodeId, visit, attempt }) => ({
      tenantId,
      enrollmentId,
      inputId: `failed:${id}:${attempt}`,
      input: { kind: 'failed', nodeId, visit, attempt, at: now, reason: 'rejected' },
    })),
    locked,
    options,
  );
}

async function markUnknown(
  tx: EngineTransaction,
  results: readonly HandOffResult[],
  options: SendOptions,
): Promise<void> {
  await tx.markUnknown(
    results.flatMap(({ handOff, outcome }) =>
      outcome.kind === 'unknown'
        ? [
            {
              tenantId: handOff.tenantId,
              id: handOff.messageId,
              token: handOff.token,
              detail: outcome.reason,
            },
          ]
        : [],
    ),
    options.lookUpAfterMs,
  );
}

/** Takes back hand-offs that certainly did not reach the provider; the fold plans them again. */
async function withdraw(
  tx: EngineTransaction,
  results: readonly HandOffResult[],
  locked: readonly EnrollmentRecord[],
  options: SendOptions,
): Promise<Set<Id>> {
  const back = new Map(
    results.flatMap((result) => {
      const { outcome, handOff } = result;
      const returns =
        outcome.kind === 'not_handed_off' ||
        (outcome.kind === 'rejected' && outcome.scope !== 'message');
      return returns ? [[handOff.messageId, result] as const] : [];
    }),
  );
  if (back.size === 0) return new Set();
  const withdrawn = await tx.withdrawHandOffs(
    [...back.values()].map(({ handOff }) => ({
      tenantId: handOff.tenantId,
      id: handOff.messageId,
      token: handOff.token,
    })),
  );
  const now = options.clock.now();
  const notBefore = new Map<Id, EpochMs>();
  const inputs = withdrawn.flatMap((message): NewInput[] => {
    const result = back.get(message.id);
    if (result === undefined) return [];
    const waitMs = backOff(result, message.releases);
    notBefore.set(message.enrollmentId, now + waitMs * options.clock.rate);
    return [releasedInput(message, result, now)];
  });
  await apply(tx, inputs, locked, options, notBefore);
  await tx.restoreAttempts(withdrawn.filter(({ attempt }) => attempt > 1));
  return new Set(withdrawn.map(({ id }) => id));
}

function releasedInput(message: MessageRecord, result: HandOffResult, now: EpochMs): NewInput {
  const { outcome, handOff } = result;
  return {
    tenantId: message.tenantId,
    enrollmentId: message.enrollmentId,
    inputId: `released:${handOff.token}`,
    input: {
      kind: 'released',
      nodeId: message.nodeId,
      visit: message.visit,
      attempt: message.attempt,
      at: now,
      reason: outcome.kind === 'not_handed_off' ? outcome.cause : outcome.kind,
    },
  };
}

/** Real milliseconds before the next try: what the provider asked for, else doubling. */
function backOff({ outcome }: HandOffResult, releases: number): number {
  if (outcome.kind !== 'not_handed_off' || outcome.cause === 'slot_lost') return 0;
  // Once is chance; again and again it is a connection that does not come about in time.
  if (outcome.cause === 'deadline_passed' && releases === 1) return 0;
  const doubled = BACK_OFF_MS.first * 2 ** Math.min(releases - 1, 20);
  return Math.max(outcome.retryAfterMs ?? 0, Math.min(doubled, BACK_OFF_MS.longest));
}

/** Refusals that are not about one message stop the sender or the tenant until somebody acts. */
export async function pauseRejected(
  results: readonly {
    readonly outcome: SendOutcome;
    readonly context: Pick<SendContext, 'tenantId' | 'senderIdentityId'>;
  }[],
  { store, onPaused }: Pick<SendOptions, 'store' | 'onPaused'>,
): Promise<void> {
  for (const { outcome, context } of results) {
    if (outcome.kind !== 'rejected' || outcome.scope === 'message') continue;
    const reason = `the provider answered ${outcome.statusCode}: ${outcome.reason}`;
    const { tenantId, senderIdentityId } = context;
    if (outcome.scope === 'tenant') {
      const paused = await pauseTenant(store, tenantId, reason);
      if (paused) onPaused?.({ tenantId, senderIdentityId: null, reason });
    } else {
      const paused = await pauseSender(store, { tenantId, id: senderIdentityId }, reason);
      if (paused) onPaused?.({ tenantId, senderIdentityId, reason });
    }
  }
}

/** Records inputs under the locks that the transaction holds, reading what it has changed since. */
async function apply(
  tx: EngineTransaction,
  inputs: readonly NewInput[],
  locked: readonly EnrollmentRecord[],
  options: SendOptions,
  notBefore?: ReadonlyMap<Id, EpochMs>,
): Promise<void> {
  await applyInputs(tx, inputs, {
    plans: options.plans,
    now: options.clock.now(),
    graceMs: options.graceMs,
    locked,
    ...(notBefore === undefined ? {} : { notBefore }),
  });
}

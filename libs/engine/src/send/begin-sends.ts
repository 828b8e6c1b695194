import { newId, type HandOffDeadline, type OutboundMail, type OutboundSms } from '@cadenza/domain';
import { jobIdOf } from '../dispatch/action-jobs.ts';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { deadlineIn } from '../ports/real-time.ts';
import type { BeginRequest, BegunHandOff, SendContext } from '../ports/sends.ts';
import type { ClosedHandOff } from './closed-gates.ts';
import { lostSlots } from './late-slots.ts';
import { inOrder, type ReadyMail } from './prepare-sends.ts';
import type { SendOptions } from './send-options.ts';

/** A hand-off that has begun: its mail must go out before the deadline, or not at all. */
export interface BegunMail {
  readonly handOff: BegunHandOff;
  readonly context: SendContext;
  /** Of the channel of `context`. */
  readonly mail: OutboundMail | OutboundSms;
  readonly deadline: HandOffDeadline;
  /** Its slot is not certain any more: it must be released without a call. */
  readonly slotLost: boolean;
  /** See `HandOffResult`. */
  readonly doubted: boolean;
}

/**
 * Begins the hand-offs of messages in one statement, which asks every gate.
 *
 * @returns for each message, in their order, the hand-off that has begun, or the one that a gate
 *   kept from beginning (for `answerClosedGates`); null for one that is there twice. What has begun
 *   is not put at risk by what follows for the others.
 */
export async function beginSends(
  ready: readonly ReadyMail[],
  options: SendOptions,
): Promise<(BegunMail | ClosedHandOff | null)[]> {
  const tenantIds = [...new Set(ready.map(({ context }) => context.tenantId))];
  const deadline = deadlineIn(options.time, options.handOffDeadlineMs);
  const byJob = new Map(ready.map((one) => [jobIdOf(one.context), one]));
  const requests = [...byJob.values()].map((one) => beginRequest(one, options));
  for (const { context } of ready) options.reached?.('before_begin', context.messageId);
  const begun = await options.store.transaction(tenantIds, (tx) => tx.beginHandOffs(requests));
  for (const { messageId } of begun) options.reached?.('begun', messageId);

  const started = begun.flatMap((handOff) => {
    const one = byJob.get(jobIdOf(handOff));
    return one === undefined ? [] : [{ handOff, ...one }];
  });
  const lost = await lostSlots(
    started.map(({ context }) => context),
    options,
  );
  const results = new Map<string, BegunMail | ClosedHandOff>();
  for (const request of requests) {
    const one = byJob.get(jobIdOf(request));
    if (one !== undefined) results.set(jobIdOf(request), { context: one.context, request });
  }
  for (const one of started) {
    const jobId = jobIdOf(one.handOff);
    results.set(jobId, { ...one, deadline, slotLost: lost.has(jobId) });
  }
  return inOrder(
    ready.map(({ context }) => context),
    results,
  );
}

function beginRequest({ context, mail, probe }: ReadyMail, options: SendOptions): BeginRequest {
  return {
    tenantId: context.tenantId,
    actionId: context.actionId,
    dispatch: context.dispatch,
    token: newId(),
    deadlineMs: options.handOffDeadlineMs,
    slotStart: context.slotStart ?? 0,
    slotEnd: context.slotEnd ?? 0,
    toAddress: context.toAddress,
    subject: 'subject' in mail ? mail.subject : '',
    probe,
    settings: settingsOf(context, options.graceMs),
  };
}

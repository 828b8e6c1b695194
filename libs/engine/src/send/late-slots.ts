import { realDelay, type Clock, type EpochMs, type SendOutcome } from '@cadenza/domain';
import { jobIdOf } from '../dispatch/action-jobs.ts';
import { planAsBefore } from '../dispatch/plan-as-before.ts';
import type { ClaimedAction, SendContext } from '../ports/sends.ts';
import type { SendOptions } from './send-options.ts';

/** A send whose slot its worker has taken itself, and what the limiter was called then. */
export interface LateSend extends SendContext {
  readonly limiterGeneration?: string | null;
}

/** What becomes of a hand-off whose slot the limiter may have forgotten before it began. */
export const SLOT_LOST: SendOutcome = {
  kind: 'not_handed_off',
  cause: 'slot_lost',
  retryAfterMs: null,
  reason: 'the limiter may have lost the slot while the hand-off began',
};

/**
 * Of hand-offs that have begun, the job ids of those that must not be made: a slot that a worker
 * took is written nowhere before the hand-off begins, so a limiter that was emptied and rebuilt, or
 * extended, in between may not count it. Slots that the dispatcher gave were committed with the action.
 */
export async function lostSlots(
  begun: readonly LateSend[],
  { limiter }: Pick<SendOptions, 'limiter'>,
): Promise<Set<string>> {
  const late = begun.filter(({ limiterGeneration }) => limiterGeneration !== undefined);
  if (late.length === 0) return new Set();
  const now = await limiter.generation().catch(() => null);
  return new Set(late.filter((send) => send.limiterGeneration !== now).map(jobIdOf));
}

/**
 * Real milliseconds before its slot at which a job may come: those that it is sent ahead by, and
 * what the clocks of two processes may differ by.
 */
const EARLY_MS = 500;
/** Real milliseconds after its slot has opened by this process's clock at which a hand-off begins. */
const OPEN_MARGIN_MS = 10;

/** Whether a send is in its slot. */
export function isInSlot({ slotStart, slotEnd }: SendContext, now: EpochMs): boolean {
  return slotStart !== null && slotEnd !== null && now >= slotStart && now <= slotEnd;
}

/** Whether a send's slot opens soon or is in its first half: in the second it may be over too soon. */
export function isInGoodTime({ slotStart, slotEnd }: SendContext, clock: Clock): boolean {
  if (slotStart === null || slotEnd === null) return false;
  const now = clock.now();
  return now >= slotStart - EARLY_MS * clock.rate && now <= (slotStart + slotEnd) / 2;
}

/** Real milliseconds to wait for a slot; 0 where it has opened, or is too far off to be waited for. */
export function untilOpen({ slotStart }: SendContext, clock: Clock): number {
  const delay = slotStart === null ? 0 : realDelay(clock, slotStart);
  return delay === 0 || delay > EARLY_MS ? 0 : delay + OPEN_MARGIN_MS;
}

/**
 * Makes jobs' actions pending again for the time that they had, and gives their slots back: those of
 * all but a job that had come twice, and whose hand-off the other one has begun.
 */
export async function giveBack(
  jobs: readonly ClaimedAction[],
  { store, limiter }: Pick<SendOptions, 'store' | 'limiter'>,
): Promise<void> {
  if (jobs.length === 0) return;
  const tenantIds = [...new Set(jobs.map(({ tenantId }) => tenantId))];
  const free = await store.transaction(tenantIds, async (tx) => {
    await planAsBefore(tx, jobs);
    return tx.withoutHandOff(jobs);
  });
  await limiter.release(free.map(jobIdOf));
}

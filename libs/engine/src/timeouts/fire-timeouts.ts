import { createHash } from 'node:crypto';
import { newId, type Clock, type Id } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EnrollmentRecord } from '../ports/enrollments.ts';
import type { NewMessageEvent } from '../ports/messages.ts';
import type { ClaimedAction, DueTimer } from '../ports/sends.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

export interface TimeoutResult {
  /** Timers whose silence moved somebody. */
  readonly fired: number;
  /** Timers whose real event had happened, or whose node was left. */
  readonly skipped: number;
}

export interface TimeoutOptions {
  readonly store: EngineStore;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The job that carries them, kept with each synthetic event. */
  readonly jobId: string;
}

/**
 * Fires timers: where the real event has not happened, silence is recorded as a synthetic event
 * and drives the plan. Many timers, of any tenants, cost a fixed number of statements; where that
 * fails, each fires on its own, so that one that cannot costs the others nothing.
 *
 * @throws what the last timer threw that could not fire.
 */
export async function fireTimeouts(
  claimed: readonly ClaimedAction[],
  options: TimeoutOptions,
): Promise<TimeoutResult> {
  try {
    return await fireTogether(claimed, options);
  } catch (error) {
    if (claimed.length === 1) throw error;
  }
  let fired = 0;
  let failed: Error | null = null;
  for (const one of claimed) {
    try {
      fired += (await fireTogether([one], options)).fired;
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
    }
  }
  if (failed !== null) throw failed;
  return { fired, skipped: claimed.length - fired };
}

function fireTogether(
  claimed: readonly ClaimedAction[],
  options: TimeoutOptions,
): Promise<TimeoutResult> {
  const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
  return options.store.transaction(tenantIds, async (tx) => {
    const timers = await tx.dueTimers(claimed);
    const locked = await tx.lockEnrollments(
      timers.map(({ tenantId, enrollmentId }) => ({ tenantId, id: enrollmentId })),
    );
    const live = await tx.completeActions(claimed);
    const due = timers.filter(({ actionId }) => live.has(actionId));
    const now = options.clock.now();
    const applied = await applyInputs(
      tx,
      due.map(({ tenantId, enrollmentId, key, timer, nodeId, visit, dueAt }) => ({
        tenantId,
        enrollmentId,
        inputId: timerInputId({ key, dueAt }),
        input: { kind: 'timer', type: timer, nodeId, visit, at: dueAt },
      })),
      { plans: options.plans, now, graceMs: options.graceMs, locked },
    );
    const moved = new Set(
      applied
        .filter(({ outcome }) => outcome === 'applied')
        .map(({ enrollmentId, inputId }) => `${enrollmentId} ${inputId}`),
    );
    const fired = due.filter((timer) => moved.has(`${timer.enrollmentId} ${timerInputId(timer)}`));
    await writeSynthetic(tx, fired, locked, options.jobId, now);
    return { fired: fired.length, skipped: claimed.length - fired.length };
  });
}

async function writeSynthetic(
  tx: EngineTransaction,
  fired: readonly DueTimer[],
  locked: readonly EnrollmentRecord[],
  jobId: string,
  now: number,
): Promise<void> {
  const anchors = new Map(locked.map(({ id, state }) => [id, state.anchor]));
  const silences = fired.flatMap((timer) => {
    const anchor = anchors.get(timer.enrollmentId) ?? null;
    return timer.timer === 'elapsed' || anchor === null ? [] : [{ timer, anchor }];
  });
  const messages = await tx.findMessagesOfVisits(
    silences.map(({ timer, anchor }) => ({
      tenantId: timer.tenantId,
      enrollmentId: timer.enrollmentId,
      nodeId: anchor.nodeId,
      visit: anchor.visit,
    })),
  );
  const byEnrollment = new Map(messages.map((message) => [message.enrollmentId, message]));
  await tx.insertEvents(
    silences.flatMap(({ timer, anchor }): NewMessageEvent[] => {
      const message = byEnrollment.get(timer.enrollmentId);
      if (message === undefined || timer.timer === 'elapsed') return [];
      return [
        {
          tenantId: timer.tenantId,
          id: newId(),
          messageId: message.id,
          enrollmentId: timer.enrollmentId,
          campaignId: message.campaignId,
          nodeId: message.nodeId,
          attempt: anchor.attempt,
          type: timer.timer,
          at: timer.dueAt,
          actor: 'unknown',
          dedupeKey: syntheticKey(message.id, timerInputId(timer)),
          providerEventId: null,
          url: null,
          deliveryId: null,
          synthetic: true,
          data: {
            synthetic: true,
            triggeredBy: 'timeout',
            originalJobId: jobId,
            scheduledAt: new Date(timer.dueAt).toISOString(),
            actualFiredAt: new Date(now).toISOString(),
          },
        },
      ];
    }),
  );
}

/** A timer can fire again for a later time: each firing is an input of its own. */
function timerInputId({ key, dueAt }: Pick<DueTimer, 'key' | 'dueAt'>): string {
  return `${key}@${dueAt}`;
}

function syntheticKey(messageId: Id, key: string): string {
  return createHash('sha256').update(`${messageId}|${key}`).digest('hex');
}

import { realDelay, type EpochMs } from '@cadenza/domain';
import { planRun } from '@cadenza/plan';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { createScopeResolver } from '../limits/scopes.ts';
import { planOf } from '../plans/plan-cache.ts';
import type { ClaimedSend, DueSend } from '../ports/sends.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { claimOf } from './action-jobs.ts';
import { slotsFor, type Granted, type PlanningOptions } from './decide-slots.ts';
import { planRefused } from './plan-refused.ts';

/**
 * Sends that are planned together. While the limiter decides about some, the next ones are read and
 * those before are written down.
 */
const PLANNED_TOGETHER = 100;

/**
 * Gives claimed sends their slots, within a transaction, and plans the others again.
 *
 * @returns those that have one, and by what each of the others was refused.
 */
export async function planSlots(
  tx: EngineTransaction,
  claimed: readonly ClaimedSend[],
  options: PlanningOptions,
): Promise<{ granted: Granted[]; refused: { scope: string }[] }> {
  // Not waited for before the sends are asked for, too: statements of a transaction come in turn.
  const reading = tx
    .rateLimits()
    .then((limits) => ({ limits, scopesOf: createScopeResolver(limits) }));
  const now = options.clock.now();
  const parts = Array.from({ length: Math.ceil(claimed.length / PLANNED_TOGETHER) }, (_, n) =>
    claimed.slice(n * PLANNED_TOGETHER, (n + 1) * PLANNED_TOGETHER),
  );
  const planning = await Promise.allSettled(
    parts.map(async (part) => {
      const [bounds, sends] = await Promise.all([reading, tx.dueSends(part)]);
      const slots = await slotsFor(sends, bounds, now, options);
      await tx.assignSlots(
        slots.granted.map(({ send, start, end }) => ({
          ...claimOf(send),
          start,
          end,
          leaseMs: realDelay(options.clock, end) + options.leaseMs,
        })),
      );
      return slots;
    }),
  );
  // None may go on when the transaction ends, whatever becomes of the others.
  const planned = await Promise.all(planning.map(settled));
  const granted = planned.flatMap((slots) => slots.granted);
  const refused = planned.flatMap((slots) => slots.refused);
  const late = planned.flatMap((slots) => slots.late);
  const wakes = new Map(claimed.map(({ actionId, laneWakes }) => [actionId, laneWakes]));
  await planRefused(tx, refused, granted, wakes, options);
  await planLate(tx, late, now, options);
  const reasons = [...refused.map(({ decision }) => decision), ...late.map(() => WINDOW_OVER)];
  return { granted, refused: reasons };
}

async function settled<T>(result: PromiseSettledResult<T>): Promise<T> {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

const WINDOW_OVER = { scope: 'window' };

/**
 * Nothing could be sent while their windows were open, as in an outage: they wait for the next ones. The
 * limiter is not asked, which would refuse them as if it were closed, and have their lanes rest for
 * that; and no change of a limit brings back what is over.
 */
async function planLate(
  tx: EngineTransaction,
  late: readonly DueSend[],
  now: EpochMs,
  options: PlanningOptions,
): Promise<void> {
  if (late.length === 0) return;
  const plans = await options.plans.load(
    tx,
    late.map((send) => ({ tenantId: send.tenantId, id: send.planVersionId })),
  );
  await tx.planAgain(
    late.map((send) => {
      const settings = settingsOf(send, options.graceMs);
      const plan = planOf(plans, send.planVersionId);
      return { ...claimOf(send), ...planRun(plan, send.action, settings, now) };
    }),
  );
}

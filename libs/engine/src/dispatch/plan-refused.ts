import type { EpochMs, Id } from '@cadenza/domain';
import { planRun } from '@cadenza/plan';
import { countBy } from '../count-by.ts';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { planOf } from '../plans/plan-cache.ts';
import type { LaneRef } from '../ports/limits.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { claimOf } from './action-jobs.ts';
import type { Granted, PlanningOptions, Refused } from './decide-slots.ts';
import { planAsBefore } from './plan-as-before.ts';

/**
 * A refusal by the recipient's domain concerns that message alone; any other limit concerns the
 * whole lane, which is not visited again before its time. Lanes that were woken meanwhile are asked
 * again at once.
 */
export async function planRefused(
  tx: EngineTransaction,
  refused: readonly Refused[],
  granted: readonly Granted[],
  wakes: ReadonlyMap<Id, number>,
  options: PlanningOptions,
): Promise<void> {
  if (refused.length === 0) return;
  await planAsBefore(
    tx,
    refused.map(({ send }) => send),
  );
  const resting = new Set((await tx.restLanes(restsOf(refused, granted, wakes))).map(laneKey));
  const deferred = refused.filter(
    ({ send, decision }) =>
      resting.has(laneKey(send)) &&
      (ofDomain(decision) || (send.notAfter !== null && decision.retryAt > send.notAfter)),
  );
  if (deferred.length === 0) return;
  const plans = await options.plans.load(
    tx,
    deferred.map(({ send }) => ({ tenantId: send.tenantId, id: send.planVersionId })),
  );
  await tx.deferSends(
    deferred.map(({ send, decision }) => {
      const plan = planOf(plans, send.planVersionId);
      const settings = settingsOf(send, options.graceMs);
      return { ...claimOf(send), ...planRun(plan, send.action, settings, decision.retryAt) };
    }),
  );
}

/** Each lane of refused sends, with the first time at which one of them can succeed. */
function restsOf(
  refused: readonly Refused[],
  granted: readonly Granted[],
  wakes: ReadonlyMap<Id, number>,
) {
  const grantedTo = countBy(granted, ({ send }) => laneKey(send));
  const lanes = new Map<
    string,
    LaneRef & { wakes: number; nextAt: EpochMs | null; granted: number }
  >();
  for (const { send, decision } of refused) {
    const known = lanes.get(laneKey(send))?.nextAt ?? null;
    const nextAt = ofDomain(decision) ? null : decision.retryAt;
    lanes.set(laneKey(send), {
      tenantId: send.tenantId,
      campaignId: send.campaignId,
      senderIdentityId: send.senderIdentityId,
      wakes: wakes.get(send.actionId) ?? 0,
      granted: grantedTo[laneKey(send)] ?? 0,
      nextAt: known === null || nextAt === null ? (known ?? nextAt) : Math.min(known, nextAt),
    });
  }
  return [...lanes.values()];
}

function ofDomain(decision: { readonly scope: string }): boolean {
  return decision.scope.startsWith('domain:');
}

function laneKey({ tenantId, campaignId, senderIdentityId }: LaneRef): string {
  return `${tenantId}|${campaignId}|${senderIdentityId}`;
}

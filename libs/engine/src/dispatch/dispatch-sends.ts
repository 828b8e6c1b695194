import {
  realDelay,
  type Clock,
  type JobPublisher,
  type RateLimiter,
  type SlotDecision,
} from '@cadenza/domain';
import { planRun } from '@cadenza/plan';
import { countBy } from '../count-by.ts';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { createScopeResolver } from '../limits/scopes.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { ClaimedAction, DueSend } from '../ports/records.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';

export interface DispatchOptions {
  readonly store: EngineStore;
  readonly limiter: RateLimiter;
  readonly publisher: JobPublisher;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** Actions of one round at most. */
  readonly limit: number;
  /** Actions that one lane gives to a round at most. */
  readonly perLane: number;
  /** How far ahead slots may lie, in campaign milliseconds. */
  readonly horizonMs: number;
  /** Real milliseconds, beyond a slot's end, that a job may take to reach a worker. */
  readonly leaseMs: number;
}

export interface DispatchResult {
  readonly dispatched: number;
  readonly plannedAgain: number;
  /**
   * How many of them each kind of scope refused: sender, tenant, domain, global, or limiter where
   * the limiter is closed.
   */
  readonly refusedBy: Readonly<Partial<Record<string, number>>>;
}

/** Identifies a claimed action's job, and its reservation with the limiter. */
export function jobIdOf(action: ClaimedAction): string {
  return `${action.actionId}-${action.dispatch}`;
}

/**
 * One round of the dispatcher: claims sends that are due soon, fairly between lanes, asks the
 * limiter for each one's slot, and hands those that have one to the queue. The others go back:
 * limits are met by planning rather than by failing.
 */
export async function dispatchSends(options: DispatchOptions): Promise<DispatchResult> {
  const { store, clock } = options;
  const claimed = await store.claimDueSends({
    limit: options.limit,
    perLane: options.perLane,
    horizonMs: options.horizonMs,
    leaseMs: options.leaseMs + options.horizonMs / clock.rate,
  });
  if (claimed.length === 0) return { dispatched: 0, plannedAgain: 0, refusedBy: {} };

  const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
  const planned = await store.transaction(tenantIds, (tx) => planSlots(tx, claimed, options));
  try {
    await options.publisher.publish(
      'outreach-send',
      planned.granted.map(({ send, start }) => ({
        jobId: jobIdOf(send),
        data: claim(send),
        delayMs: Math.ceil(realDelay(clock, start)),
      })),
    );
  } catch (error) {
    // Their leases would bring them back too, but no sooner than they run out.
    const sends = planned.granted.map(({ send }) => send);
    await store.transaction(tenantIds, (tx) =>
      tx.planAgain(sends.map((send) => ({ ...claim(send), runAt: null, notAfter: null }))),
    );
    await options.limiter.release(sends.map(jobIdOf));
    throw error;
  }
  const { granted, refused } = planned;
  return {
    dispatched: granted.length,
    plannedAgain: refused.length,
    refusedBy: countBy(refused, ({ scope }) => scope.split(':', 1)[0] ?? scope),
  };
}

async function planSlots(
  tx: EngineTransaction,
  claimed: readonly ClaimedAction[],
  options: DispatchOptions,
): Promise<{ granted: { send: DueSend; start: number }[]; refused: { scope: string }[] }> {
  const sends = await tx.dueSends(claimed);
  const scopesOf = createScopeResolver(await tx.rateLimits());
  const now = options.clock.now();
  const decisions = await options.limiter.reserve(
    sends.map((send) => ({
      id: jobIdOf(send),
      scopes: scopesOf(send),
      notBefore: Math.max(now, send.runAt),
      notAfter: Math.min(
        Math.max(now, send.runAt) + options.horizonMs,
        send.notAfter ?? Number.POSITIVE_INFINITY,
      ),
    })),
    now,
  );

  const granted: { send: DueSend; start: number; end: number }[] = [];
  const refused: { send: DueSend; decision: SlotDecision & { granted: false } }[] = [];
  sends.forEach((send, index) => {
    const decision = decisions[index];
    if (decision === undefined) return;
    if (decision.granted) granted.push({ send, start: decision.start, end: decision.end });
    else refused.push({ send, decision });
  });

  await tx.assignSlots(
    granted.map(({ send, start, end }) => ({
      ...claim(send),
      start,
      end,
      leaseMs: realDelay(options.clock, end) + options.leaseMs,
    })),
  );
  await planRefused(tx, refused, options);
  return { granted, refused: refused.map(({ decision }) => decision) };
}

/**
 * A refusal by the recipient's domain concerns that message alone; one by the sender, the tenant
 * or the installation concerns the whole lane, which is not visited again before its time.
 */
async function planRefused(
  tx: EngineTransaction,
  refused: readonly { send: DueSend; decision: SlotDecision & { granted: false } }[],
  options: DispatchOptions,
): Promise<void> {
  if (refused.length === 0) return;
  const plans = await options.plans.load(
    tx,
    refused.map(({ send }) => ({ tenantId: send.tenantId, id: send.planVersionId })),
  );
  await tx.planAgain(
    refused.map(({ send, decision }) => {
      const ownTurn = decision.scope.startsWith('domain:');
      const outsideWindow = send.notAfter !== null && decision.retryAt > send.notAfter;
      if (!ownTurn && !outsideWindow) return { ...claim(send), runAt: null, notAfter: null };
      return {
        ...claim(send),
        ...planRun(
          planOf(plans, send.planVersionId),
          send.action,
          settingsOf(send, options.graceMs),
          decision.retryAt,
        ),
      };
    }),
  );
  const lanes = new Map<string, { send: DueSend; nextAt: number }>();
  for (const { send, decision } of refused) {
    if (decision.scope.startsWith('domain:')) continue;
    const key = `${send.tenantId}|${send.campaignId}|${send.senderIdentityId}`;
    const nextAt = Math.min(decision.retryAt, lanes.get(key)?.nextAt ?? Number.POSITIVE_INFINITY);
    lanes.set(key, { send, nextAt });
  }
  await tx.delayLanes(
    [...lanes.values()].map(({ send, nextAt }) => ({
      tenantId: send.tenantId,
      campaignId: send.campaignId,
      senderIdentityId: send.senderIdentityId,
      nextAt,
    })),
  );
}

function claim({ tenantId, actionId, dispatch }: ClaimedAction): ClaimedAction {
  return { tenantId, actionId, dispatch };
}

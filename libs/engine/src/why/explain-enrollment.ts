import type { Channel, RateLimiter } from '@cadenza/domain';
import type { CompiledPlan } from '@cadenza/plan';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { createScopeResolver, type LimitedScope } from '../limits/scopes.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { SendLimits } from '../ports/limits.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { WhyFacts } from '../ports/why.ts';
import { accountOf } from '../send/account-of.ts';
import { askLimits, type AskedLimits } from './asked-limits.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { whatFollows, type Ahead } from './next-send.ts';
import { timedGates } from './timed-gates.ts';

export interface ExplainOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  readonly limiter: Pick<RateLimiter, 'peek'>;
  readonly graceMs: number;
  /** Campaign milliseconds per real millisecond. */
  readonly rate: number;
}

/**
 * Why an enrollment's next message has not been sent: every gate before it, the one that decides
 * now, and when the message is expected. It only reads: nothing is taken from any limit.
 *
 * @returns null where the tenant has no such enrollment.
 */
export async function explainEnrollment(
  ref: TenantRef,
  { store, plans, limiter, graceMs, rate }: ExplainOptions,
): Promise<Explanation | null> {
  const read = await store.transaction([ref.tenantId], async (tx) => {
    const first = await tx.whyFacts(ref, 'email');
    if (first === null) return null;
    const version = { tenantId: ref.tenantId, id: first.planVersionId };
    const plan = planOf(await plans.load(tx, [version]), first.planVersionId);
    // Which channel comes next the plan says, where nothing is planned yet.
    const channel = channelAhead(first, plan, graceMs);
    const facts = channel === first.channel ? first : await tx.whyFacts(ref, channel);
    return facts && { facts, plan, limits: await tx.rateLimits() };
  });
  if (read === null) return null;
  const { facts, plan, limits } = read;
  const settings = settingsOf(facts, graceMs);
  const ahead = whatFollows(plan, facts.state, settings, facts.timerAt);
  const { channel } = facts;
  const timed = timedGates(facts, ahead, plan, settings, {
    provider: limits.providers[channel],
    account: accountOf(limits, { tenantId: ref.tenantId, channel }),
  });
  const asked: AskedLimits = isAsked(facts, ahead)
    ? await askLimits(limiter, scopesOf(ref, facts, limits), timed.wantedAt ?? facts.now, facts.now)
    : { state: 'unasked' };
  return explain({ facts, limits, plan, settings, ahead, timed, asked, rate });
}

function channelAhead(facts: WhyFacts, plan: CompiledPlan, graceMs: number): Channel {
  const ahead = whatFollows(plan, facts.state, settingsOf(facts, graceMs), facts.timerAt);
  const node = ahead.kind === 'send' ? plan.nodes[ahead.action.nodeId] : undefined;
  return node?.action === 'send' ? node.channel : facts.channel;
}

/** What has its slot takes no other one. */
function isAsked({ state, send }: WhyFacts, ahead: Ahead): boolean {
  const underWay = state.phase === 'handed_off' || state.phase === 'ended';
  return !underWay && ahead.kind === 'send' && send?.dispatched !== true;
}

function scopesOf({ tenantId }: TenantRef, facts: WhyFacts, limits: SendLimits): LimitedScope[] {
  const { channel, sender, address, send } = facts;
  return createScopeResolver(limits)({
    tenantId,
    channel,
    senderIdentityId: sender.id,
    // What is not planned yet has not drawn its distance from the others.
    messageId: send?.messageId ?? '',
    spacing: send === null ? null : sender.spacing,
    recipientDomain: address?.split('@')[1] ?? '',
    ipPool: sender.ipPool,
  });
}

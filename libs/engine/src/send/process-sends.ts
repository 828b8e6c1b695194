import { newId, type Id, type OutboundMail } from '@cadenza/domain';
import { isLate, type CompiledPlan } from '@cadenza/plan';
import { jobIdOf } from '../dispatch/dispatch-sends.ts';
import { applyInputs, settingsOf } from '../inputs/apply-inputs.ts';
import { createScopeResolver } from '../limits/scopes.ts';
import { planOf } from '../plans/plan-cache.ts';
import { deadlineIn } from '../ports/real-time.ts';
import type { BeginRequest, BegunHandOff, ClaimedAction, SendContext } from '../ports/records.ts';
import { answerClosedGates } from './closed-gates.ts';
import { recordOutcomes } from './record-outcomes.ts';
import type { SendOptions } from './send-options.ts';

interface Ready {
  readonly context: SendContext;
  readonly mail: OutboundMail;
}

/** What became of jobs, for metrics. */
export interface SendResult {
  readonly handedOff: number;
  /** Jobs that did not begin a hand-off: out of date, gated, late, or not renderable. */
  readonly notBegun: number;
}

/**
 * Works jobs of the queue `outreach-send`: gates, rendering, the hand-off and its record. A job
 * that is out of date changes nothing, so the queue may deliver one twice, late, or never.
 */
export async function processSends(
  jobs: readonly ClaimedAction[],
  options: SendOptions,
): Promise<SendResult> {
  const tenantIds = [...new Set(jobs.map(({ tenantId }) => tenantId))];
  const { contexts, plans, scopesOf } = await options.store.transaction(tenantIds, async (tx) => {
    const found = await tx.sendContexts(jobs);
    return {
      contexts: found,
      plans: await options.plans.load(
        tx,
        found.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
      ),
      scopesOf: createScopeResolver(await tx.rateLimits()),
    };
  });
  await options.limiter.release(outOfDate(jobs, contexts));

  const timely = await skipLate(contexts, plans, options);
  const inSlot = await takeSlots(timely, scopesOf, options);
  const ready = await render(inSlot, plans, options);
  if (ready.length === 0) return { handedOff: 0, notBegun: jobs.length };

  const deadline = deadlineIn(options.time, options.handOffDeadlineMs);
  const requests = new Map(ready.map((one) => [one.context.actionId, beginRequest(one, options)]));
  for (const { context } of ready) options.reached?.('before_begin', context.messageId);
  const begun = await options.store.transaction(tenantIds, (tx) =>
    tx.beginHandOffs([...requests.values()]),
  );
  const byAction = new Map(ready.map((one) => [one.context.actionId, one]));
  await Promise.all(
    begun.map(async (handOff) => {
      const one = byAction.get(handOff.actionId);
      if (one === undefined) return;
      options.reached?.('begun', handOff.messageId);
      const outcome = await options.provider.send(one.mail, deadline);
      options.reached?.('answered', handOff.messageId);
      await recordOutcomes([{ handOff, context: one.context, outcome }], options);
      options.reached?.('recorded', handOff.messageId);
    }),
  );
  await answerClosedGates(notBegun(ready, requests, begun), options);
  return { handedOff: begun.length, notBegun: jobs.length - begun.length };
}

function outOfDate(jobs: readonly ClaimedAction[], live: readonly SendContext[]): string[] {
  const found = new Set(live.map(jobIdOf));
  return jobs.map(jobIdOf).filter((id) => !found.has(id));
}

function notBegun(
  ready: readonly Ready[],
  requests: ReadonlyMap<Id, BeginRequest>,
  begun: readonly BegunHandOff[],
) {
  const done = new Set(begun.map(({ actionId }) => actionId));
  return ready.flatMap(({ context }) => {
    const request = requests.get(context.actionId);
    return request === undefined || done.has(context.actionId) ? [] : [{ context, request }];
  });
}

function beginRequest({ context, mail }: Ready, options: SendOptions): BeginRequest {
  return {
    tenantId: context.tenantId,
    actionId: context.actionId,
    dispatch: context.dispatch,
    token: newId(),
    deadlineMs: options.handOffDeadlineMs,
    toAddress: context.toAddress,
    subject: mail.subject,
    settings: settingsOf(context, options.graceMs),
  };
}

/** Steps later than their `maxLateness` are skipped: the plan goes on without them, or ends. */
async function skipLate(
  contexts: readonly SendContext[],
  plans: ReadonlyMap<Id, CompiledPlan>,
  options: SendOptions,
): Promise<SendContext[]> {
  const now = options.clock.now();
  const late = contexts.filter((context) =>
    isLate(
      planOf(plans, context.planVersionId),
      context.action,
      settingsOf(context, options.graceMs),
      now,
    ),
  );
  if (late.length === 0) return [...contexts];
  await options.store.transaction([...new Set(late.map(({ tenantId }) => tenantId))], (tx) =>
    applyInputs(
      tx,
      late.map(({ tenantId, enrollmentId, action }) => ({
        tenantId,
        enrollmentId,
        inputId: `skipped:${action.key}`,
        input: { kind: 'skipped', nodeId: action.nodeId, visit: action.visit, at: now },
      })),
      { plans: options.plans, now, graceMs: options.graceMs },
    ),
  );
  await options.limiter.release(late.map(jobIdOf));
  return contexts.filter((context) => !late.includes(context));
}

/** A job outside its slot asks for one now, before it is planned again. */
async function takeSlots(
  contexts: readonly SendContext[],
  scopesOf: ReturnType<typeof createScopeResolver>,
  options: SendOptions,
): Promise<SendContext[]> {
  const now = options.clock.now();
  const inSlot = (context: SendContext) =>
    context.slotStart !== null &&
    context.slotEnd !== null &&
    now >= context.slotStart &&
    now <= context.slotEnd;
  const outside = contexts.filter((context) => !inSlot(context));
  if (outside.length === 0) return [...contexts];

  const decisions = await options.limiter.reserve(
    outside.map((context) => ({
      id: jobIdOf(context),
      scopes: scopesOf(context),
      notBefore: now,
      notAfter: now,
    })),
    now,
  );
  const granted = decisions.flatMap((decision, index) => {
    const context = outside[index];
    return context !== undefined && decision.granted
      ? [{ context, start: decision.start, end: decision.end }]
      : [];
  });
  const refused = decisions.flatMap((decision, index) => {
    const context = outside[index];
    return context !== undefined && !decision.granted
      ? [{ context, retryAt: decision.retryAt }]
      : [];
  });
  await options.store.transaction(
    [...new Set(outside.map(({ tenantId }) => tenantId))],
    async (tx) => {
      await tx.assignSlots(
        granted.map(({ context, start, end }) => ({
          tenantId: context.tenantId,
          actionId: context.actionId,
          dispatch: context.dispatch,
          start,
          end,
          leaseMs: options.handOffDeadlineMs * 2,
        })),
      );
      await tx.planAgain(
        refused.map(({ context, retryAt }) => ({
          tenantId: context.tenantId,
          actionId: context.actionId,
          dispatch: context.dispatch,
          // Past the window's end the gate of the next hand-off plans it for the next window.
          runAt: context.notAfter === null ? retryAt : Math.min(retryAt, context.notAfter),
          notAfter: context.notAfter,
        })),
      );
    },
  );
  const taken = new Set(granted.map(({ context }) => context));
  return contexts.filter((context) => inSlot(context) || taken.has(context));
}

async function render(
  contexts: readonly SendContext[],
  plans: ReadonlyMap<Id, CompiledPlan>,
  options: SendOptions,
): Promise<Ready[]> {
  const ready: Ready[] = [];
  const failed: { context: SendContext; reason: string }[] = [];
  for (const context of contexts) {
    const rendered = options.renderer.render(planOf(plans, context.planVersionId), context);
    if (rendered.ok) ready.push({ context, mail: rendered.mail });
    else failed.push({ context, reason: rendered.reason });
  }
  if (failed.length > 0) await failRendering(failed, options);
  return ready;
}

async function failRendering(
  failed: readonly { context: SendContext; reason: string }[],
  options: SendOptions,
): Promise<void> {
  const now = options.clock.now();
  await options.store.transaction(
    [...new Set(failed.map(({ context }) => context.tenantId))],
    async (tx) => {
      const locked = await tx.lockEnrollments(
        failed.map(({ context }) => ({ tenantId: context.tenantId, id: context.enrollmentId })),
      );
      const ended = await tx.failQueued(
        failed.map(({ context, reason }) => ({
          tenantId: context.tenantId,
          id: context.messageId,
          detail: reason,
        })),
      );
      await applyInputs(
        tx,
        ended.map(({ tenantId, enrollmentId, id, nodeId, visit, attempt }) => ({
          tenantId,
          enrollmentId,
          inputId: `failed:${id}:${attempt}`,
          input: { kind: 'failed', nodeId, visit, attempt, at: now, reason: 'render_error' },
        })),
        { plans: options.plans, now, graceMs: options.graceMs, locked },
      );
    },
  );
  await options.limiter.release(failed.map(({ context }) => jobIdOf(context)));
}

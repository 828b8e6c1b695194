import type { Id, OutboundMail, OutboundSms } from '@cadenza/domain';
import { isLate, type CompiledPlan } from '@cadenza/plan';
import { jobIdOf } from '../dispatch/action-jobs.ts';
import { applyInputs, settingsOf } from '../inputs/apply-inputs.ts';
import { reserveSlots } from '../limits/reserve.ts';
import { createScopeResolver } from '../limits/scopes.ts';
import { planOf } from '../plans/plan-cache.ts';
import type { ProviderState, SendLimits } from '../ports/limits.ts';
import type { ClaimedAction, SendContext } from '../ports/sends.ts';
import { accountHeldUntil, accountOf } from './account-of.ts';
import { giveBack, isInGoodTime, isInSlot, type LateSend } from './late-slots.ts';
import type { SendOptions } from './send-options.ts';
import { lockStillDue } from './still-due.ts';

/** An action of the queue `outreach-send`, as it passes the sender. */
export interface SendAction extends ClaimedAction {
  /** The address of a repeated message has been taken off the provider's bounce list. */
  readonly cleared?: true;
}

/** A message whose hand-off can begin. */
export interface ReadyMail {
  readonly context: LateSend;
  /** Of the channel of `context`. */
  readonly mail: OutboundMail | OutboundSms;
  /** The provider had not answered for a while when this was read. */
  readonly doubted: boolean;
  /** It was let through to show whether the provider answers again. */
  readonly probe: boolean;
}

/** A repeated message whose address must first be taken off the provider's bounce list. */
export interface UnclearedMail {
  readonly uncleared: SendContext;
}

/**
 * Reads what the messages of actions of the queue `outreach-send` are made of, sees to their
 * slots, and renders them. Nothing is on the record yet: the statement that begins a hand-off asks
 * every gate again. An action that is out of date changes nothing, so the queue may deliver one
 * twice, late, or never.
 *
 * @returns for each job, in their order, the message that can begin, the one whose address has to
 *   be cleared first, or null where nothing is left to do.
 */
export async function prepareSends(
  jobs: readonly SendAction[],
  options: SendOptions,
): Promise<(ReadyMail | UnclearedMail | null)[]> {
  const tenantIds = [...new Set(jobs.map(({ tenantId }) => tenantId))];
  const read = await options.store.transaction(tenantIds, async (tx) => {
    // The same job may be there twice.
    const distinct = [...new Map(jobs.map((job) => [jobIdOf(job), job])).values()];
    const contexts = await tx.sendContexts(distinct);
    return {
      contexts,
      plans: await options.plans.load(
        tx,
        contexts.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
      ),
      limits: await tx.rateLimits(),
      // A job that comes again after its hand-off has begun must not give that one's slot back.
      free: await tx.withoutHandOff(outOfDate(jobs, contexts)),
    };
  });
  await options.limiter.release(read.free.map(jobIdOf));
  const contexts = await admit(read.contexts, read.limits, options);

  const cleared = new Set(jobs.filter((job) => job.cleared).map(jobIdOf));
  const isUncleared = (context: SendContext) =>
    context.channel === 'email' && context.action.attempt > 1 && !cleared.has(jobIdOf(context));
  const ready = await makeReady(
    contexts.filter((context) => !isUncleared(context)),
    read,
    options,
  );
  const results = new Map<string, ReadyMail | UnclearedMail>(
    ready.map((one) => [jobIdOf(one.context), one]),
  );
  for (const context of contexts.filter(isUncleared)) {
    results.set(jobIdOf(context), { uncleared: context });
  }
  return inOrder(jobs, results);
}

/** Of a job that is there twice the hand-off is made once. */
export function inOrder<T>(jobs: readonly ClaimedAction[], results: Map<string, T>): (T | null)[] {
  return jobs.map((job) => {
    const result = results.get(jobIdOf(job)) ?? null;
    results.delete(jobIdOf(job));
    return result;
  });
}

/** Gives back what may not be handed to the provider now, whoever says so, and answers with the rest. */
async function admit(
  contexts: readonly SendContext[],
  limits: SendLimits,
  options: SendOptions,
): Promise<readonly SendContext[]> {
  const { providers, pausedFor } = limits;
  const room = { email: roomOf(providers.email), sms: roomOf(providers.sms) };
  // A slot may have been given for when the account takes messages again.
  const isTaken = (context: SendContext) =>
    (accountHeldUntil(limits, context) ?? 0) <= Math.max(limits.now, context.slotStart ?? 0);
  const admitted =
    pausedFor === null
      ? contexts.filter((context) => isTaken(context) && room[context.channel]-- > 0)
      : [];
  const kept = contexts.filter((context) => !admitted.includes(context));
  if (kept.length > 0) {
    kept.forEach(() => options.onGated?.(pausedFor === null ? 'provider' : 'paused'));
    await giveBack(kept, options);
  }
  return admitted;
}

/** How many of a channel's messages its provider may be bothered with. */
function roomOf(provider: ProviderState | undefined): number {
  if (provider === undefined) return Infinity;
  if (provider.heldUntil !== null) return 0;
  return provider.probing ? 1 : Infinity;
}

/** What is not too late, in its slot, and rendered. */
async function makeReady(
  contexts: readonly SendContext[],
  read: {
    readonly plans: ReadonlyMap<Id, CompiledPlan>;
    readonly limits: SendLimits;
  },
  options: SendOptions,
): Promise<ReadyMail[]> {
  const timely = await skipLate(contexts, read.plans, options);
  const inSlot = await takeSlots(timely, options);
  return render(inSlot, read, options);
}

function outOfDate(jobs: readonly ClaimedAction[], live: readonly SendContext[]): ClaimedAction[] {
  const found = new Set(live.map(jobIdOf));
  return jobs.filter((job) => !found.has(jobIdOf(job)));
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
  const tenantIds = [...new Set(late.map(({ tenantId }) => tenantId))];
  const skipped = await options.store.transaction(tenantIds, async (tx) => {
    const { locked, due } = await lockStillDue(tx, late);
    await applyInputs(
      tx,
      due.map((context) => ({
        tenantId: context.tenantId,
        enrollmentId: context.enrollmentId,
        // The step can be called back, and be late again.
        inputId: `skipped:${jobIdOf(context)}`,
        input: {
          kind: 'skipped',
          nodeId: context.action.nodeId,
          visit: context.action.visit,
          at: now,
        },
      })),
      { plans: options.plans, now, graceMs: options.graceMs, locked },
    );
    return due;
  });
  skipped.forEach(() => options.onGated?.('late'));
  await options.limiter.release(skipped.map(jobIdOf));
  return contexts.filter((context) => !late.includes(context));
}

/**
 * A job outside its slot asks for one now, before it is planned again. So does one in the second
 * half of its slot, which may be over when its hand-off begins; refused, it keeps what it has. How
 * long others wait is for the dispatcher to say: what it puts off comes back when a limit changes.
 */
async function takeSlots(
  contexts: readonly SendContext[],
  options: SendOptions,
): Promise<LateSend[]> {
  const timely = contexts.filter((context) => isInGoodTime(context, options.clock));
  if (timely.length === contexts.length) return timely;
  const outside = contexts.filter((context) => !timely.includes(context));
  const now = options.clock.now();

  // In this order: see `countNewLimits`.
  const limiterGeneration = await options.limiter.generation();
  const tenantIds = [...new Set(outside.map(({ tenantId }) => tenantId))];
  const scopesOf = createScopeResolver(
    await options.store.transaction(tenantIds, (tx) => tx.rateLimits()),
  );
  const decisions = await reserveSlots(
    options.limiter,
    outside.map((context) => ({
      id: jobIdOf(context),
      scopes: scopesOf(context),
      // A job may come early, too: before its time nothing is sent, whatever the limits allow.
      notBefore: Math.max(now, context.runAt),
      notAfter: Math.max(now, context.runAt),
    })),
    now,
    options.clock,
  );
  const granted = decisions.flatMap((decision, index) => {
    const context = outside[index];
    return context !== undefined && decision.granted
      ? [{ context, start: decision.start, end: decision.end }]
      : [];
  });
  const refused = outside.filter(
    (context, index) => decisions[index]?.granted !== true && !isInSlot(context, now),
  );
  refused.forEach(() => options.onGated?.('slot'));
  // A refusal leaves the former slot where it was, and that is over.
  await giveBack(refused, options);
  const renewed = new Set(granted.map(({ context }) => context.actionId));
  return [
    ...timely,
    ...outside.filter((context) => isInSlot(context, now) && !renewed.has(context.actionId)),
    ...granted.map(({ context, start, end }) => ({
      ...context,
      slotStart: start,
      slotEnd: end,
      limiterGeneration,
    })),
  ];
}

async function render(
  contexts: readonly LateSend[],
  { plans, limits }: { readonly plans: ReadonlyMap<Id, CompiledPlan>; readonly limits: SendLimits },
  options: SendOptions,
): Promise<ReadyMail[]> {
  const ready: ReadyMail[] = [];
  const failed: { context: SendContext; reason: string }[] = [];
  for (const context of contexts) {
    const provider = limits.providers[context.channel];
    const doubted = [provider, accountOf(limits, context)].some((one) => one?.doubted === true);
    const probe = provider?.probing === true;
    const plan = planOf(plans, context.planVersionId);
    const rendered =
      context.channel === 'sms'
        ? options.renderer.renderSms(plan, context)
        : options.renderer.render(plan, context);
    if (rendered.ok) ready.push({ context, mail: rendered.mail, doubted, probe });
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
  const jobIds = new Map(failed.map(({ context }) => [context.messageId, jobIdOf(context)]));
  const free = await options.store.transaction(
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
          // Nothing was handed off, so the same attempt can be called back, and fail again.
          inputId: `unrendered:${jobIds.get(id) ?? id}`,
          input: { kind: 'failed', nodeId, visit, attempt, at: now, reason: 'render_error' },
        })),
        { plans: options.plans, now, graceMs: options.graceMs, locked },
      );
      // A doubled job may have begun with what the first one rendered.
      return tx.withoutHandOff(failed.map(({ context }) => context));
    },
  );
  await options.limiter.release(free.map(jobIdOf));
}

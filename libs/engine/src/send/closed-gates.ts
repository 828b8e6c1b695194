import type { EpochMs } from '@cadenza/domain';
import { planRun } from '@cadenza/plan';
import { pauseUnverifiedSender, SENDER_NOT_VERIFIED } from '../control/pause.ts';
import { jobIdOf } from '../dispatch/action-jobs.ts';
import { planAsBefore } from '../dispatch/plan-as-before.ts';
import { applyInputs, settingsOf } from '../inputs/apply-inputs.ts';
import { planOf } from '../plans/plan-cache.ts';
import type { BeginRequest, Gate, SendContext } from '../ports/sends.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import type { SendOptions } from './send-options.ts';
import { lockStillDue } from './still-due.ts';

/** Real milliseconds after which a message is tried again whose address is being looked into. */
const LOOK_AGAIN_MS = 600_000;

/** A hand-off that a gate kept from beginning. */
export interface ClosedHandOff {
  readonly context: SendContext;
  readonly request: BeginRequest;
}

/**
 * What to do about hand-offs that could not begin. A closed gate loses nobody: it plans the
 * message again, or it ends the enrollment with the reason where nothing can ever be sent.
 */
export async function answerClosedGates(
  closed: readonly ClosedHandOff[],
  options: SendOptions,
): Promise<void> {
  if (closed.length === 0) return;
  const tenantIds = [...new Set(closed.map(({ context }) => context.tenantId))];
  const gates = await options.store.transaction(tenantIds, (tx) =>
    tx.closedGates(closed.map(({ request }) => request)),
  );
  for (const { context } of closed) {
    const gate = gates.get(context.actionId) ?? 'gone';
    if (gate !== 'gone') options.onGated?.(gate);
  }
  const behind = (...wanted: readonly Gate[]) =>
    closed.filter(({ context }) => wanted.includes(gates.get(context.actionId) ?? 'gone'));
  const unverified = new Map(
    behind('sender_unverified').map(({ context }) => [context.senderIdentityId, context]),
  );
  for (const { tenantId, senderIdentityId } of unverified.values()) {
    const paused = await pauseUnverifiedSender(options.store, { tenantId, id: senderIdentityId });
    if (paused) options.onPaused?.({ tenantId, senderIdentityId, reason: SENDER_NOT_VERIFIED });
  }
  const free = await options.store.transaction(tenantIds, async (tx) => {
    // The enrollments come first: rows are locked in the order enrollment, message, action.
    await endForGood(tx, behind('suppressed', 'invalid_address'), gates, options);
    const now = options.clock.now();
    await planForLater(tx, behind('window'), now, options);
    const later = now + LOOK_AGAIN_MS * options.clock.rate;
    await planForLater(tx, behind('doubted_address'), later, options);
    await planAsBefore(
      tx,
      behind('slot', 'paused', 'provider', 'sender_unverified').map(({ request }) => request),
    );
    return tx.withoutHandOff(closed.map(({ request }) => request));
  });
  await options.limiter.release(free.map(jobIdOf));
}

async function endForGood(
  tx: EngineTransaction,
  closed: readonly ClosedHandOff[],
  gates: ReadonlyMap<string, Gate>,
  options: SendOptions,
): Promise<void> {
  const now = options.clock.now();
  const { locked, due } = await lockStillDue(
    tx,
    closed.map(({ context }) => context),
  );
  await applyInputs(
    tx,
    due.map((context) => ({
      tenantId: context.tenantId,
      enrollmentId: context.enrollmentId,
      inputId: `gate:${jobIdOf(context)}`,
      input: {
        kind: 'suppressed',
        at: now,
        reason: gates.get(context.actionId) ?? 'suppressed',
      },
    })),
    { plans: options.plans, now, graceMs: options.graceMs, locked },
  );
}

async function planForLater(
  tx: EngineTransaction,
  closed: readonly ClosedHandOff[],
  notBefore: EpochMs,
  options: SendOptions,
): Promise<void> {
  if (closed.length === 0) return;
  const plans = await options.plans.load(
    tx,
    closed.map(({ context }) => ({ tenantId: context.tenantId, id: context.planVersionId })),
  );
  await tx.planAgain(
    closed.map(({ context, request }) => ({
      tenantId: request.tenantId,
      actionId: request.actionId,
      dispatch: request.dispatch,
      ...planRun(
        planOf(plans, context.planVersionId),
        context.action,
        settingsOf(context, options.graceMs),
        notBefore,
      ),
    })),
  );
}

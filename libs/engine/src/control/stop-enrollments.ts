import { newId, type EpochMs, type Id } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

interface StopRequest {
  readonly tenantId: Id;
  readonly enrollmentIds: readonly Id[];
  readonly reason: string;
}

interface StopOptions {
  readonly plans: PlanCache;
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

/**
 * Ends enrollments by an operator's word. What has been handed off cannot be called back; nothing
 * more will be.
 *
 * @returns the ids of those that were active, and are not any more.
 */
export function stopEnrollments(
  request: StopRequest,
  options: StopOptions & { readonly store: Pick<EngineStore, 'transaction'> },
): Promise<Id[]> {
  return options.store.transaction([request.tenantId], (tx) => stopWithin(tx, request, options));
}

/** The same, within a transaction. */
export async function stopWithin(
  tx: EngineTransaction,
  { tenantId, enrollmentIds, reason }: StopRequest,
  options: StopOptions,
): Promise<Id[]> {
  if (enrollmentIds.length === 0) return [];
  const locked = await tx.lockEnrollments(enrollmentIds.map((id) => ({ tenantId, id })));
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  const now = options.now();
  await applyInputs(
    tx,
    active.map(({ id }) => ({
      tenantId,
      enrollmentId: id,
      inputId: `stopped:${newId()}`,
      input: { kind: 'stopped', at: now, reason },
    })),
    { plans: options.plans, now, graceMs: options.graceMs, locked: active },
  );
  return active.map(({ id }) => id);
}

import { newId, type EpochMs, type Id, type SuppressionReason } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';

/**
 * Suppresses addresses for a tenant: in one transaction their queued messages are cancelled and
 * their active enrollments end, so that no hand-off whose gates were asked after it can begin.
 * Saying it twice changes nothing but the time last seen.
 *
 * @param request.addresses normalised addresses.
 * @returns the ids of the enrollments that were active, and are not any more.
 */
export function suppress(
  request: {
    readonly tenantId: Id;
    readonly addresses: readonly string[];
    readonly reason: SuppressionReason;
    /** Who or what asked for it, without personal data. */
    readonly source: string;
  },
  options: {
    readonly store: EngineStore;
    readonly plans: PlanCache;
    readonly now: () => EpochMs;
    readonly graceMs: number;
  },
): Promise<Id[]> {
  const { tenantId, reason, source } = request;
  const values = [...new Set(request.addresses)].sort();
  return options.store.transaction([tenantId], (tx) =>
    suppressWithin(tx, { tenantId, addresses: values, reason, source }, options),
  );
}

/** The same as part of a transaction that does more. */
export async function suppressWithin(
  tx: EngineTransaction,
  { tenantId, addresses, reason, source }: Parameters<typeof suppress>[0],
  options: Omit<Parameters<typeof suppress>[1], 'store'>,
): Promise<Id[]> {
  const found = await tx.activeEnrollmentsOf(addresses.map((value) => ({ tenantId, value })));
  const locked = await tx.lockEnrollments(found);
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  const now = options.now();
  await tx.upsertSuppressions(
    addresses.map((value) => ({
      tenantId,
      channel: 'email',
      value,
      reason,
      source,
      messageId: null,
      at: now,
    })),
  );
  await applyInputs(
    tx,
    active.map(({ id }) => ({
      tenantId,
      enrollmentId: id,
      inputId: `suppressed:${newId()}`,
      input: { kind: 'suppressed', at: now, reason: 'address_suppressed' },
    })),
    { plans: options.plans, now, graceMs: options.graceMs, locked: active },
  );
  return active.map(({ id }) => id);
}

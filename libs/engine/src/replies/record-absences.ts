import type { EpochMs } from '@cadenza/domain';
import { awayUntil } from '@cadenza/plan';
import { applyInputs, settingsOf, type AppliedInput } from '../inputs/apply-inputs.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { Absence, NewInput } from '../ports/enrollments.ts';
import type { ContactRef, TenantRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

interface AbsenceOptions {
  readonly plans: PlanCache;
  /** Campaign time. */
  readonly now: EpochMs;
  readonly graceMs: number;
}

/**
 * Holds all active enrollments of people who are away, for as long as the plan of each says, and
 * keeps that they are, for those that begin meanwhile. Nothing moves: delays and silences are used up
 * by no day of it.
 *
 * @returns what was recorded; nothing of enrollments whose plan goes on regardless.
 */
export async function recordAbsences(
  tx: EngineTransaction,
  absences: readonly Absence[],
  options: AbsenceOptions,
): Promise<AppliedInput[]> {
  await tx.keepAbsences(absences);
  const active = await tx.activeEnrollmentsOfContacts(absences);
  return hold(tx, active, absences, { ...options, from: ({ at }) => at });
}

/**
 * Holds enrollments that begin now, of people who are known to be away. They must have been inserted:
 * an answer that comes at the same time then finds them, or is found.
 */
export async function holdNewcomers(
  tx: EngineTransaction,
  enrollments: readonly (TenantRef & ContactRef)[],
  options: AbsenceOptions,
): Promise<void> {
  const absences = await tx.absencesOf(enrollments);
  const away = new Set(absences.map(({ contactId }) => contactId));
  const held = enrollments.filter(({ contactId }) => away.has(contactId));
  await hold(tx, held, absences, { ...options, from: () => options.now });
}

/** @param options.from when an absence begins to hold, campaign time. */
async function hold(
  tx: EngineTransaction,
  enrollments: readonly TenantRef[],
  absences: readonly Absence[],
  options: AbsenceOptions & { readonly from: (absence: Absence) => EpochMs },
): Promise<AppliedInput[]> {
  const { graceMs, from } = options;
  const locked = await tx.lockEnrollments(enrollments);
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  const plans = await options.plans.load(
    tx,
    active.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
  );
  const inputs = active.flatMap((row) =>
    absences
      .filter(({ tenantId, contactId }) => tenantId === row.tenantId && contactId === row.contactId)
      .flatMap((absence): NewInput[] => {
        const away = awayUntil(planOf(plans, row.planVersionId), absence, settingsOf(row, graceMs));
        const at = from(absence);
        if (away === null || away.until <= at) return [];
        const { until, estimated } = away;
        const input = { kind: 'away', at, until, ...(estimated && { estimated }) } as const;
        const { inputId } = absence;
        return [{ tenantId: row.tenantId, enrollmentId: row.id, inputId, input }];
      }),
  );
  return applyInputs(tx, inputs, { ...options, locked: active });
}

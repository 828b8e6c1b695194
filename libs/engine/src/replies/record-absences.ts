import type { EpochMs, Id } from '@cadenza/domain';
import { awayUntil } from '@cadenza/plan';
import { applyInputs, settingsOf, type AppliedInput } from '../inputs/apply-inputs.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { EngineTransaction } from '../ports/store.ts';

/** An automatic answer of somebody who is away. */
export interface Absence {
  readonly tenantId: Id;
  readonly contactId: Id;
  /** Unique for each answer, without personal data: it becomes that of the inputs. */
  readonly inputId: string;
  /** Campaign time at which the answer came. */
  readonly at: EpochMs;
  /** The first day on which they are back, `YYYY-MM-DD`; null where the answer names none. */
  readonly returnDate: string | null;
}

/**
 * Holds all active enrollments of people who are away, for as long as the plan of each says. Nothing
 * moves: delays and silences are used up by no day of it.
 *
 * @returns what was recorded; nothing of enrollments whose plan goes on regardless.
 */
export async function recordAbsences(
  tx: EngineTransaction,
  absences: readonly Absence[],
  options: { readonly plans: PlanCache; readonly now: EpochMs; readonly graceMs: number },
): Promise<AppliedInput[]> {
  const { graceMs } = options;
  const found = await tx.activeEnrollmentsOfContacts(absences);
  const locked = await tx.lockEnrollments(found);
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  const plans = await options.plans.load(
    tx,
    active.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
  );
  const inputs = active.flatMap((row) =>
    absences
      .filter(({ tenantId, contactId }) => tenantId === row.tenantId && contactId === row.contactId)
      .flatMap(({ inputId, at, returnDate }) => {
        const plan = planOf(plans, row.planVersionId);
        const away = awayUntil(plan, { at, returnDate }, settingsOf(row, graceMs));
        if (away === null) return [];
        const { until, estimated } = away;
        const input = { kind: 'away', at, until, ...(estimated && { estimated }) } as const;
        return [{ tenantId: row.tenantId, enrollmentId: row.id, inputId, input }];
      }),
  );
  return applyInputs(tx, inputs, { ...options, locked: active });
}

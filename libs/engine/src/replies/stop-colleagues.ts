import type { EpochMs, Id } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/** A person's reply, as it concerns those who work at the same company. */
export interface ColleagueReply {
  readonly tenantId: Id;
  /** Who has replied. */
  readonly contactId: Id;
  /** Unique for each reply, without personal data. */
  readonly inputId: string;
  /** Campaign time at which the reply came. */
  readonly at: EpochMs;
}

/** Why an enrollment ends when somebody else at the same company has replied. */
const COMPANY_REPLIED = 'company_replied';

/**
 * Ends the active enrollments of the colleagues of people who have replied, where their own plan
 * says so (`companyStop`). Colleagues are contacts of the same lead.
 *
 * @returns the ids of the enrollments that were active, and are not any more.
 */
export async function stopColleagues(
  tx: EngineTransaction,
  replies: readonly ColleagueReply[],
  options: { readonly plans: PlanCache; readonly now: EpochMs; readonly graceMs: number },
): Promise<Id[]> {
  const found = await tx.activeEnrollmentsOfColleagues(replies);
  const causes = new Map(
    found.flatMap(({ id, tenantId, colleagueId }) => {
      const reply = replies.find(
        (one) => one.tenantId === tenantId && one.contactId === colleagueId,
      );
      return reply === undefined ? [] : [[id, reply] as const];
    }),
  );
  const locked = await tx.lockEnrollments(found);
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  const plans = await options.plans.load(
    tx,
    active.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
  );
  const inputs = active.flatMap((row) => {
    const reply = causes.get(row.id);
    if (reply === undefined || !planOf(plans, row.planVersionId).companyStop) return [];
    return [
      {
        tenantId: row.tenantId,
        enrollmentId: row.id,
        inputId: `company:${reply.inputId}`,
        input: { kind: 'stopped', at: reply.at, reason: COMPANY_REPLIED } as const,
      },
    ];
  });
  await applyInputs(tx, inputs, { ...options, locked: active });
  return inputs.map(({ enrollmentId }) => enrollmentId);
}

import type { Id } from '@cadenza/domain';
import { parsePlan, type CompiledPlan } from '@cadenza/plan';
import type { EngineTransaction } from '../ports/transaction.ts';
import type { EnrollmentHistory } from '../ports/verification.ts';

/** Plans that are kept from page to page; more are read again. */
const KEPT = 2_000;

type PlanOf = (history: EnrollmentHistory) => CompiledPlan | null;

/** Reads plans as `PlanCache` does, but takes one that is damaged for a finding and no failure. */
export function createPlanReader(): {
  /** In one statement. @returns each enrollment's plan, or null where what is stored is none. */
  read(
    tx: Pick<EngineTransaction, 'findPlans'>,
    histories: readonly EnrollmentHistory[],
  ): Promise<PlanOf>;
} {
  const kept = new Map<Id, CompiledPlan | null>();
  return {
    async read(tx, histories) {
      if (kept.size > KEPT) kept.clear();
      const missing = histories.filter(({ planVersionId }) => !kept.has(planVersionId));
      const stored = await tx.findPlans(
        missing.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
      );
      for (const { planVersionId } of missing) {
        if (kept.has(planVersionId)) continue;
        const parsed = parsePlan(stored.get(planVersionId));
        kept.set(planVersionId, parsed.ok ? parsed.plan : null);
      }
      return ({ planVersionId }) => kept.get(planVersionId) ?? null;
    },
  };
}

import type { Id } from '@cadenza/domain';
import { parsePlan, type CompiledPlan } from '@cadenza/plan';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/** Compiled plans by plan version. A version never changes, so an entry never goes stale. */
export interface PlanCache {
  /** Plans of these versions, read in one statement where they are not cached. */
  load(
    tx: EngineTransaction,
    versions: readonly TenantRef[],
  ): Promise<ReadonlyMap<Id, CompiledPlan>>;
}

/** Caches up to `capacity` plans, dropping the one used longest ago. */
export function createPlanCache(capacity = 2_000): PlanCache {
  const cached = new Map<Id, CompiledPlan>();

  function touch(id: Id): CompiledPlan | undefined {
    const plan = cached.get(id);
    if (plan !== undefined) {
      cached.delete(id);
      cached.set(id, plan);
    }
    return plan;
  }

  function compile(id: Id, stored: unknown): CompiledPlan {
    const parsed = parsePlan(stored);
    if (!parsed.ok) {
      // Only checked plans are stored, so this is damage to the database and no user's mistake.
      throw new Error(
        `stored plan version ${id} is not valid: ${parsed.problems[0]?.path ?? ''} ${parsed.problems[0]?.message ?? ''}`,
      );
    }
    cached.set(id, parsed.plan);
    if (cached.size > capacity) {
      const oldest = cached.keys().next();
      if (oldest.done !== true) cached.delete(oldest.value);
    }
    return parsed.plan;
  }

  return {
    async load(tx, versions) {
      const plans = new Map<Id, CompiledPlan>();
      const missing = new Map<Id, TenantRef>();
      for (const version of versions) {
        const plan = touch(version.id);
        if (plan === undefined) missing.set(version.id, version);
        else plans.set(version.id, plan);
      }
      if (missing.size > 0) {
        const stored = await tx.findPlans([...missing.values()]);
        for (const id of missing.keys()) plans.set(id, compile(id, stored.get(id)));
      }
      return plans;
    },
  };
}

/** The plan of a version that was asked for. @throws Error where it was not. */
export function planOf(plans: ReadonlyMap<Id, CompiledPlan>, versionId: Id): CompiledPlan {
  const plan = plans.get(versionId);
  if (plan === undefined) throw new Error(`plan version ${versionId} was not loaded`);
  return plan;
}

import type { EpochMs } from '@cadenza/domain';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EngineStore } from '../ports/store.ts';

/** What an operator's word about single messages takes. */
export interface OperatorOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

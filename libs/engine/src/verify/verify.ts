import type { Id } from '@cadenza/domain';
import { createPlanReader } from './plan-reader.ts';
import type { EngineStore } from '../ports/store.ts';
import { differencesOf, isComparable, type Difference } from './differences.ts';

/** What came of some enrollments. */
export interface VerifiedPage {
  readonly enrollments: number;
  readonly inputs: number;
  /** Enrollments with inputs that another version of the machine has folded. */
  readonly notComparable: number;
  readonly differences: readonly Difference[];
}

/** Enrollments of a page by default: some megabytes with their inputs. */
const PAGE = 500;

/**
 * Runs the recorded inputs of a tenant's enrollments again, without looking at the results, and
 * compares: a page at a time, each with a fixed number of statements and as it was at one moment, so
 * that a running system is no difference.
 */
export async function* verify(
  request: { readonly tenantId: Id; readonly campaignId: Id | null },
  options: {
    readonly store: Pick<EngineStore, 'transaction'>;
    /** Enrollments that are in memory at the same time; 500 by default. */
    readonly pageSize?: number;
  },
): AsyncGenerator<VerifiedPage, void, undefined> {
  const { tenantId } = request;
  const limit = options.pageSize ?? PAGE;
  const plans = createPlanReader();
  for (let after: Id | null = null; ;) {
    const page = { ...request, after, limit };
    const { histories, planOf } = await options.store.transaction([tenantId], async (tx) => {
      const found = await tx.historiesAfter(page);
      return { histories: found, planOf: await plans.read(tx, found) };
    });
    const comparable = histories.filter(isComparable);
    yield {
      enrollments: histories.length,
      inputs: histories.reduce((sum, { inputs }) => sum + inputs.length, 0),
      notComparable: histories.length - comparable.length,
      differences: comparable.flatMap((history) => differencesOf(planOf(history), history)),
    };
    if (histories.length < limit) return;
    after = histories.at(-1)?.id ?? null;
  }
}

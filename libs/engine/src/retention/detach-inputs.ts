import type { EpochMs, Id } from '@cadenza/domain';
import { MACHINE_VERSION } from '@cadenza/plan';
import type { EngineStore } from '../ports/store.ts';
import { differencesOf, isComparable } from '../verify/differences.ts';
import { createPlanReader } from '../verify/plan-reader.ts';

export interface DetachedInputs {
  /** Enrollments of which inputs were deleted. */
  readonly enrollments: number;
  readonly inputs: number;
  /** Enrollments that were left as they are, since verifying found differences, or could not. */
  readonly unverified: number;
}

/** Enrollments of one transaction. */
const PAGE = 200;

/**
 * Deletes the inputs of ended enrollments of which nothing was recorded since `before`, up to the
 * last hand-off; what has come since is what late news are folded with. The state just after that
 * hand-off is kept in their place, and verifying goes on from there. Only what verifies is detached:
 * nothing that is wrong loses what would prove it.
 *
 * @param request.before campaign time.
 */
export async function detachInputs(
  request: { readonly tenantId: Id; readonly before: EpochMs },
  options: { readonly store: Pick<EngineStore, 'transaction'> },
): Promise<DetachedInputs> {
  const { tenantId } = request;
  const plans = createPlanReader();
  let result: DetachedInputs = { enrollments: 0, inputs: 0, unverified: 0 };
  for (let after: Id | null = null; ;) {
    const page = { ...request, after, limit: PAGE };
    const done = await options.store.transaction([tenantId], async (tx) => {
      const found = await tx.detachable(page);
      const ids = new Set((await tx.lockEnrollments(found)).map(({ id }) => id));
      const histories = (await tx.historiesOf(found)).filter(({ id }) => ids.has(id));
      const planOf = await plans.read(tx, histories);
      const sound = histories.filter(
        (history) =>
          history.state.phase === 'ended' &&
          isComparable(history) &&
          differencesOf(planOf(history), history).length === 0,
      );
      const inputs = await tx.detachInputs(
        sound.map(({ id, base }) => ({
          tenantId,
          id,
          snapshot: { ...base, machineVersion: MACHINE_VERSION },
        })),
      );
      return { found, enrollments: sound.length, inputs };
    });
    result = {
      enrollments: result.enrollments + done.enrollments,
      inputs: result.inputs + done.inputs,
      unverified: result.unverified + done.found.length - done.enrollments,
    };
    if (done.found.length < PAGE) return result;
    after = done.found.at(-1)?.id ?? null;
  }
}

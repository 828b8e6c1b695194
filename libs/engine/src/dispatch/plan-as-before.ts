import type { ClaimedAction } from '../ports/sends.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/** Makes dispatched actions pending again, for the time that they had. */
export function planAsBefore(
  tx: EngineTransaction,
  actions: readonly ClaimedAction[],
): Promise<void> {
  return tx.planAgain(
    actions.map(({ tenantId, actionId, dispatch }) => ({
      tenantId,
      actionId,
      dispatch,
      runAt: null,
      notAfter: null,
    })),
  );
}

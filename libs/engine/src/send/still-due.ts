import { awaitedHandOff } from '@cadenza/plan';
import type { EnrollmentRecord } from '../ports/enrollments.ts';
import type { SendContext } from '../ports/sends.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/**
 * Locks the enrollments of sends whose fate was decided without a lock, and answers with those
 * that still wait for that send: a doubled job, or a hand-off, may have been faster.
 */
export async function lockStillDue<T extends SendContext>(
  tx: EngineTransaction,
  sends: readonly T[],
): Promise<{ locked: EnrollmentRecord[]; due: T[] }> {
  const locked = await tx.lockEnrollments(
    sends.map(({ tenantId, enrollmentId }) => ({ tenantId, id: enrollmentId })),
  );
  const states = new Map(locked.map(({ id, state }) => [id, state]));
  const due = sends.filter(({ enrollmentId, action: { nodeId, visit, attempt } }) => {
    const state = states.get(enrollmentId);
    const awaited = state === undefined ? null : awaitedHandOff(state);
    return awaited?.nodeId === nodeId && awaited.visit === visit && awaited.attempt === attempt;
  });
  return { locked, due };
}

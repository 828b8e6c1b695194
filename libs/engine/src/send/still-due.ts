import type { EnrollmentRecord, SendContext } from '../ports/records.ts';
import type { EngineTransaction } from '../ports/store.ts';

/**
 * Locks the enrollments of sends whose fate was decided without a lock, and answers with those
 * that are still at that step: a doubled job, or a hand-off, may have been faster.
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
    return (
      state?.phase === 'scheduled' &&
      state.nodeId === nodeId &&
      state.visit === visit &&
      state.attempt === attempt
    );
  });
  return { locked, due };
}

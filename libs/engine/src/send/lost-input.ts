import type { EpochMs } from '@cadenza/domain';
import type { EnrollmentRecord, NewInput } from '../ports/enrollments.ts';
import type { MessageRecord } from '../ports/messages.ts';

/**
 * Whether an unknown message's enrollment still waits to hear what became of this attempt, so that
 * it can be taken for lost and another one follow. One that has ended, or gone on without it (the
 * next attempt was skipped), does not: then nothing may be sent again.
 *
 * @param locked the message's enrollment among them.
 */
export function isWaitedFor(
  { tenantId, enrollmentId, nodeId, visit, attempt }: MessageRecord,
  locked: readonly EnrollmentRecord[],
): boolean {
  const state = locked.find((row) => row.tenantId === tenantId && row.id === enrollmentId)?.state;
  const anchor = state?.phase === 'handed_off' ? state.anchor : null;
  return anchor?.nodeId === nodeId && anchor.visit === visit && anchor.attempt === attempt;
}

/**
 * The input of an unknown attempt that is taken for lost, so that the next one follows. Only for
 * one that {@link isWaitedFor}: to any other it can happen again and again.
 */
export function lostInput(message: MessageRecord, now: EpochMs, reason: string): NewInput {
  const { tenantId, enrollmentId, id, nodeId, visit, attempt } = message;
  return {
    tenantId,
    enrollmentId,
    inputId: `lost:${id}:${attempt}`,
    input: { kind: 'lost', nodeId, visit, attempt, at: now, reason },
  };
}

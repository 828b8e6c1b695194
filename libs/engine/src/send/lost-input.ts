import type { EpochMs } from '@cadenza/domain';
import type { MessageRecord, NewInput } from '../ports/records.ts';

/** The input of an unknown attempt that is taken for lost, so that the next one follows. */
export function lostInput(message: MessageRecord, now: EpochMs, reason: string): NewInput {
  const { tenantId, enrollmentId, id, nodeId, visit, attempt } = message;
  return {
    tenantId,
    enrollmentId,
    inputId: `lost:${id}:${attempt}`,
    input: { kind: 'lost', nodeId, visit, attempt, at: now, reason },
  };
}

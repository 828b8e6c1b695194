import type { MessageRecord, NewInput } from '../ports/records.ts';

/** The input of a message that has gone through the door of completion. */
export function sentInput(message: MessageRecord): NewInput {
  const { tenantId, enrollmentId, id, nodeId, visit, attempt } = message;
  return {
    tenantId,
    enrollmentId,
    inputId: `sent:${id}:${attempt}`,
    input: { kind: 'sent', nodeId, visit, attempt, at: message.begunAt ?? 0 },
  };
}

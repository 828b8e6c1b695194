import type { NewInput } from '../ports/enrollments.ts';
import type { CompletedHandOff } from '../ports/messages.ts';

/** The input of an attempt that has gone through the door of completion. */
export function sentInput(message: CompletedHandOff): NewInput {
  const { tenantId, enrollmentId, id, nodeId, visit, attempt, reinstated } = message;
  return {
    tenantId,
    enrollmentId,
    inputId: `sent:${id}:${attempt}`,
    input: {
      kind: 'sent',
      nodeId,
      visit,
      attempt,
      at: message.begunAt ?? 0,
      ...(reinstated ? { reinstated } : {}),
    },
  };
}

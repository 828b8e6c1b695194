/**
 * Whether an event's `sg_message_id` belongs to the message that was answered with this
 * `X-Message-Id`. The event's id begins with the answer's and a dot; ids may hold dots themselves,
 * so that they cannot be split, only compared.
 */
export function matchesProviderMessageId(eventId: string, answerId: string): boolean {
  return answerId !== '' && (eventId === answerId || eventId.startsWith(`${answerId}.`));
}

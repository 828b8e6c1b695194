import type { DueDelivery } from '../ports/webhooks.ts';

/** The body of a webhook: the same bytes for each attempt, since receivers compare. */
export function webhookBody({ type, occurredAt, position, data }: DueDelivery): string {
  return JSON.stringify({
    type,
    timestamp: new Date(occurredAt).toISOString(),
    sequence: position,
    data,
  });
}

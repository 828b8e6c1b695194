import type { ParsedDelivery } from '@cadenza/engine';
import { parseEventBatch } from '@cadenza/sendgrid';

/** SendGrid's batches, as the engine takes them. */
export function parseDelivery(payload: Buffer): ParsedDelivery {
  const batch = parseEventBatch(payload);
  if (!batch.ok) return { ok: false, reason: batch.problem.message };
  return {
    ok: true,
    events: batch.events.flatMap((item) =>
      item.ok ? [{ position: item.index, event: item.event }] : [],
    ),
    rejected: batch.events.flatMap((item) =>
      item.ok
        ? []
        : [{ position: item.index, reason: item.problem.message, raw: { text: item.rawText } }],
    ),
  };
}

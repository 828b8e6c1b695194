import type { ProviderEvent } from '@cadenza/domain';
import { parseEventBatch } from './parse-event-batch.ts';

/** A delivery as a whole: its events in their places, and apart from them what is none. */
export type SendGridDelivery =
  | {
      readonly ok: true;
      readonly events: readonly { readonly position: number; readonly event: ProviderEvent }[];
      readonly rejected: readonly {
        readonly position: number;
        readonly reason: string;
        /** The element's own JSON text. */
        readonly raw: { readonly text: string };
      }[];
    }
  | { readonly ok: false; readonly reason: string };

/** Reads a stored delivery, with {@link parseEventBatch}. Never throws. */
export function parseDelivery(payload: Uint8Array): SendGridDelivery {
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

import type { Problem, ProviderEvent } from '@cadenza/domain';
import { cleanJson, needsCleaning } from './clean-text.ts';
import { type ElementFlaw, scanElements } from './json-scan.ts';
import { normalizeEvent } from './normalize-event.ts';

/** One element of a batch: an event, or what is wrong with it. */
export type ParsedItem =
  | { readonly ok: true; readonly index: number; readonly event: ProviderEvent }
  | {
      readonly ok: false;
      readonly index: number;
      readonly problem: Problem;
      /** The element's own JSON text. */
      readonly rawText: string;
    };

export type ParsedBatch =
  | { readonly ok: true; readonly events: readonly ParsedItem[] }
  | { readonly ok: false; readonly problem: Problem };

/** Documented events nest two levels deep; custom arguments are flat. */
export const MAX_DEPTH = 16;

/**
 * Elements of a batch at most. SendGrid's hold some thousands; a body of a few bytes for each element
 * would cost hundreds of times its size when each is put aside with its reason.
 */
const MAX_ELEMENTS = 50_000;

const FLAW_MESSAGES: Readonly<Record<ElementFlaw, string>> = {
  too_deep: `expected at most ${MAX_DEPTH} levels of nesting`,
  duplicate_key: 'expected each key once in an object, since readers differ on which one counts',
};

/**
 * Reads the body of an Event Webhook delivery. Each element becomes an event or a problem of its
 * own, in the order of the batch; only a body that is no JSON array fails as a whole. Never throws.
 */
export function parseEventBatch(rawBody: Uint8Array): ParsedBatch {
  // Without `fatal`: a stray byte in one event's reason must not cost the others.
  const text = new TextDecoder().decode(rawBody);
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    return refuse('not_json', 'the body is not JSON: expected an array of events');
  }
  if (!Array.isArray(batch)) {
    return refuse('not_an_array', 'the body is JSON but no array: expected an array of events');
  }
  const values: readonly unknown[] = batch;
  if (values.length > MAX_ELEMENTS) {
    return refuse(
      'too_many',
      `the array has ${values.length} elements: expected at most ${MAX_ELEMENTS}`,
    );
  }
  const clean = needsCleaning(text) ? cleanJson : (value: unknown) => value;

  const events = scanElements(text, MAX_DEPTH).map((span, index): ParsedItem => {
    const path = `[${index}]`;
    const result =
      span.flaw === null
        ? normalizeEvent(clean(values[index]), path)
        : ({
            ok: false,
            problem: { path, code: span.flaw, message: FLAW_MESSAGES[span.flaw] },
          } as const);
    if (result.ok) return { ok: true, index, event: result.event };
    const rawText = text.slice(span.start, span.end).trimEnd();
    return { ok: false, index, problem: result.problem, rawText };
  });
  return { ok: true, events };
}

function refuse(code: string, message: string): ParsedBatch {
  return { ok: false, problem: { path: '', code, message } };
}

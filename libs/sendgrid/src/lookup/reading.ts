import type { LookupFailure, LookupFailureCause } from '@cadenza/domain';
import type { z } from 'zod';
import { rateLimitWait } from '../mail/rate-limit-reset.ts';
import { scrubReason } from '../scrub.ts';
import type { HttpTransport } from '../transport/http-transport.ts';

/** The longest list of either API (1,000 messages) stays well below this. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: object | null;
  /** What a 404 says; `not_enabled` unless told otherwise. */
  readonly missing?: LookupFailureCause;
}

/** The question for one message of a list. */
export function about(list: '/v3/messages' | '/v3/logs', id: string): Question {
  const path = `${list}/${encodeURIComponent(id)}`;
  return { method: 'GET', path, body: null, missing: 'unexpected_answer' };
}

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: LookupFailure };

/** Puts one question and reads its answer in the given form. Never throws, never repeats. */
export type Ask = <T>(question: Question, form: z.ZodType<T>) => Promise<Reading<T>>;

export function askOver(transport: HttpTransport): Ask {
  return async ({ method, path, body, missing = 'not_enabled' }, form) => {
    const result = await transport.exchange({
      method,
      path,
      body: body === null ? null : JSON.stringify(body),
      deadline: null,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    if (result.kind !== 'answered') return refuse('unreachable', result.reason);
    if (result.status !== 200) {
      const cause = result.status === 404 ? missing : causeOf(result.status);
      const wait = cause === 'rate_limited' ? rateLimitWait(result.headers, Date.now()) : null;
      return refuse(cause, `HTTP ${result.status} ${result.body}`, wait);
    }
    const parsed = form.safeParse(parseJson(result.body));
    return parsed.success
      ? { ok: true, value: parsed.data }
      : refuse('unexpected_answer', 'the answer does not have the documented form');
  };
}

/**
 * Whether asking on is of no use. An answer that cannot be read concerns its own question only:
 * ending there would keep everything behind it from ever being asked.
 */
export function endsLookup({ cause }: LookupFailure): boolean {
  return cause !== 'unexpected_answer';
}

export function failure(
  cause: LookupFailureCause,
  reason: string,
  retryAfterMs: number | null = null,
): LookupFailure {
  return { kind: 'could_not_look', cause, retryAfterMs, reason: scrubReason(reason) };
}

function refuse(
  cause: LookupFailureCause,
  reason: string,
  retryAfterMs: number | null = null,
): { readonly ok: false; readonly failure: LookupFailure } {
  return { ok: false, failure: failure(cause, reason, retryAfterMs) };
}

function causeOf(status: number): LookupFailureCause {
  if (status === 429) return 'rate_limited';
  // A key without the scope, an account without the feature, a proxy in between.
  if ([401, 403, 405, 407].includes(status)) return 'not_enabled';
  if (status >= 500 || status === 408) return 'unreachable';
  return 'unexpected_answer';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

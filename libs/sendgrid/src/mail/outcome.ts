import type { SendOutcome } from '@cadenza/domain';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { scrubReason } from '../scrub.ts';
import type { ExchangeResult } from '../transport/exchange.ts';
import { rateLimitWait } from './rate-limit-reset.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; anything at all. */
  readonly body: unknown;
}

export interface OutcomeContext {
  /** Whether the message asked for sandbox mode, where 200 means "valid, and not sent". */
  readonly sandboxMode: boolean;
  /** Values to keep out of reasons. */
  readonly personal: readonly string[];
  /** Real time, milliseconds since 1970. */
  readonly now: number;
}

/**
 * The outcome of an answered hand-off. The status decides; the body only tells a sender's refusal
 * from an account's (https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses).
 */
export function outcomeOfAnswer(answer: Answer, context: OutcomeContext): SendOutcome {
  const { status } = answer;
  if (status === 202) return { kind: 'accepted', providerMessageId: messageIdOf(answer.headers) };
  if (status === 200 && context.sandboxMode) return { kind: 'accepted', providerMessageId: null };
  const errors = errorsOf(answer.body);
  const reason = scrubReason(
    [`HTTP ${status}`, ...errors.map((error) => error.message)].join(': '),
    context.personal,
  );
  if (status === 429) {
    const retryAfterMs = rateLimitWait(answer.headers, context.now);
    return { kind: 'not_handed_off', cause: 'rate_limited', retryAfterMs, reason };
  }
  // A 408 may come when the whole request has been written: nobody says what became of it.
  if (status >= 400 && status < 500 && status !== 408) {
    return { kind: 'rejected', scope: scopeOf(status, errors), statusCode: status, reason };
  }
  return { kind: 'unknown', reason };
}

/** The outcome of a hand-off to which no answer came. */
export function outcomeOfSilence(
  result: Exclude<ExchangeResult, { kind: 'answered' }>,
  personal: readonly string[],
): SendOutcome {
  const reason = scrubReason(result.reason, personal);
  return result.kind === 'no_answer'
    ? { kind: 'unknown', reason }
    : { kind: 'not_handed_off', cause: result.cause, retryAfterMs: null, reason };
}

/** The outcome of a message that was refused before any request, by the vendor's code or ours. */
export function outcomeOfRefusal(error: unknown, personal: readonly string[]): SendOutcome {
  const words = error instanceof Error ? error.message : String(error);
  const reason = scrubReason(`invalid message: ${words}`, personal);
  return { kind: 'rejected', scope: 'message', statusCode: 0, reason };
}

interface ApiError {
  readonly message: string;
  readonly field: string | null;
}

/**
 * What answers of a wrong address or a proxy (404, 405, 407) say concerns every message alike: none
 * of them may fail for good.
 */
const TENANT_WIDE: ReadonlySet<number> = new Set([401, 404, 405, 407]);

function scopeOf(status: number, errors: readonly ApiError[]): 'message' | 'sender' | 'tenant' {
  if (TENANT_WIDE.has(status)) return 'tenant';
  if (status !== 403) return 'message';
  const aboutSender = errors.some(
    (error) => error.field === 'from' || /sender identity|verified sender/i.test(error.message),
  );
  return aboutSender ? 'sender' : 'tenant';
}

const errorSchema = z.object({
  message: z.string(),
  field: z.string().nullable().catch(null),
});
const bodySchema = z.object({ errors: z.array(z.unknown()) });

function errorsOf(body: unknown): ApiError[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return [];
  return parsed.data.errors.flatMap((entry) => {
    const error = errorSchema.safeParse(entry);
    return error.success ? [error.data] : [];
  });
}

function messageIdOf(headers: IncomingHttpHeaders): string | null {
  const value = headers['x-message-id'];
  return typeof value === 'string' && value !== '' ? value : null;
}

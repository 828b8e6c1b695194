import type { SendOutcome, SmsProvider } from '@cadenza/domain';
import { createHttpTransport, resolveConnection, type ExchangeResult } from '@cadenza/sendgrid';
import { z } from 'zod';
import type { WireSms } from './wire.ts';

export interface SmsDevOptions {
  /** Where it answers, such as `http://127.0.0.1:4100`. */
  readonly baseUrl: string;
  /** Sent as a bearer token. */
  readonly apiKey: string;
  /** Milliseconds from the write of a request to the end of its answer; 10,000 by default. */
  readonly totalTimeoutMs?: number | undefined;
  /** Connections open at once; 50 by default. */
  readonly maxConnections?: number | undefined;
}

/** Text messages over the development provider. */
export interface SmsDev extends SmsProvider {
  /**
   * Whether the account may send from a number or a name.
   *
   * @throws Error that says, without the number, what was answered instead.
   */
  senderVerification(
    from: string,
  ): Promise<{ readonly status: 'verified' | 'unverified'; readonly reason: string }>;
}

/** Answers are short. */
const MAX_ANSWER_BYTES = 64 * 1024;
const acceptedSchema = z.object({ id: z.string().min(1) });
const errorSchema = z.object({ error: z.string(), about: z.string().optional() });

/**
 * Text messages over `POST /v1/messages`. One call of `send` is at most one request: nothing is
 * repeated, and past the deadline nothing is written.
 *
 * @throws InvalidInputError for unusable options; `send` itself never throws.
 */
export function createSmsDev(options: SmsDevOptions): SmsDev {
  const transport = createHttpTransport(
    resolveConnection({ ...options, totalTimeoutMs: options.totalTimeoutMs ?? 10_000 }),
  );
  return {
    async send({ reference, from, to, text }, deadline) {
      const body: WireSms = { from, to, text, reference };
      const result = await transport.exchange({
        method: 'POST',
        path: '/v1/messages',
        body: JSON.stringify(body),
        deadline,
        maxBodyBytes: MAX_ANSWER_BYTES,
      });
      return outcomeOf(result);
    },
    async senderVerification(from) {
      const result = await transport.exchange({
        method: 'GET',
        path: `/v1/senders/${encodeURIComponent(from)}`,
        body: null,
        deadline: null,
        maxBodyBytes: MAX_ANSWER_BYTES,
      });
      if (result.kind !== 'answered') throw new Error(result.reason);
      if (result.status === 200) return { status: 'verified', reason: 'the account has it' };
      if (result.status === 404) return { status: 'unverified', reason: 'not of the account' };
      throw new Error(`the provider of text messages answered HTTP ${result.status}`);
    },
    close: () => transport.close(),
  };
}

type Rejection = Extract<SendOutcome, { kind: 'rejected' }>;

function outcomeOf(result: ExchangeResult): SendOutcome {
  if (result.kind === 'no_answer') return { kind: 'unknown', reason: result.reason };
  if (result.kind === 'not_written') {
    const { cause, reason } = result;
    return { kind: 'not_handed_off', cause, retryAfterMs: null, reason };
  }
  const { status, body, headers } = result;
  if (status === 202) {
    const accepted = acceptedSchema.safeParse(jsonOf(body));
    return { kind: 'accepted', providerMessageId: accepted.data?.id ?? null };
  }
  const error = errorSchema.safeParse(jsonOf(body)).data;
  const reason = `HTTP ${status}${error === undefined ? '' : `: ${error.error}`}`;
  if (status === 429) {
    const seconds = Number(headers['retry-after']);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
    return { kind: 'not_handed_off', cause: 'rate_limited', retryAfterMs, reason };
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return { kind: 'rejected', scope: scopeOf(status, error?.about), statusCode: status, reason };
  }
  return { kind: 'unknown', reason };
}

/** What a wrong address or a proxy answers concerns every message alike. */
function scopeOf(status: number, about: string | undefined): Rejection['scope'] {
  if ([401, 404, 405, 407].includes(status)) return 'tenant';
  if (status !== 403) return 'message';
  return about === 'from' ? 'sender' : 'tenant';
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

import type { OutgoingWebhook, WebhookOutcome, WebhookSender } from '@cadenza/domain';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkedLookup, ForbiddenAddressError, type Resolve } from './checked-lookup.ts';
import { retryAfterMs } from './retry-after.ts';
import { signatureHeaders } from './signature.ts';
import { webhookUrlProblem, type WebhookTargets } from './target.ts';

/** Real milliseconds for the whole attempt, as Standard Webhooks has it (15 to 30 s). */
const TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read, and thrown away, to keep its connection. */
const MAX_ANSWER = 65_536;
/** Connections to one host. The work is portioned by endpoint before. */
const MAX_SOCKETS = 64;

export interface WebhookSenderOptions {
  readonly targets: WebhookTargets;
  readonly timeoutMs?: number;
  /** In the place of `dns.lookup`. */
  readonly resolve?: Resolve;
  /** Certificates to trust besides, as PEM. */
  readonly ca?: string;
}

/** A sender over HTTP/1.1 that keeps connections. */
export function createWebhookSender({
  targets,
  timeoutMs = TIMEOUT_MS,
  resolve,
  ca,
}: WebhookSenderOptions): WebhookSender {
  const lookup = targets === 'public' ? { lookup: checkedLookup(resolve) } : {};
  const common = { keepAlive: true, maxSockets: MAX_SOCKETS, ...lookup };
  const agents = {
    'http:': new HttpAgent(common),
    'https:': new HttpsAgent({ ...common, ...(ca === undefined ? {} : { ca }) }),
  };

  /** The answer's head: its body is read to nowhere, so that the connection serves again. */
  function post({ url: text, id, body, secrets }: OutgoingWebhook, signal: AbortSignal) {
    return new Promise<IncomingMessage>((done, fail) => {
      const url = new URL(text);
      const timestamp = Math.floor(Date.now() / 1_000);
      const secure = url.protocol === 'https:';
      const sent = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method: 'POST',
          agent: agents[secure ? 'https:' : 'http:'],
          signal,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Cadenza-Webhooks/1.0',
            ...signatureHeaders({ id, timestamp, body, secrets }),
          },
        },
        (answer) => {
          let bytes = 0;
          answer.on('error', fail);
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > MAX_ANSWER) answer.destroy();
          });
          // Closed early, it has been cut off here: its head is what counts.
          answer.on('close', () => done(answer));
        },
      );
      sent.on('error', fail);
      sent.end(body);
    });
  }

  return {
    async send(webhook) {
      const began = performance.now();
      const latency = () => ({ latencyMs: Math.round(performance.now() - began) });
      // It was looked at when it was set, perhaps under other settings.
      if (webhookUrlProblem(webhook.url, targets) !== null) {
        return { kind: 'forbidden_address', detail: 'url', ...latency() };
      }
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { statusCode: status = 0, headers } = await post(webhook, signal);
        if (status >= 200 && status < 300) return { kind: 'delivered', status, ...latency() };
        const retryAfter = retryAfterMs(headers['retry-after'], Date.now());
        return { kind: 'refused', status, retryAfterMs: retryAfter, ...latency() };
      } catch (error) {
        return { ...failureOf(error, signal), ...latency() };
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
      return Promise.resolve();
    },
  };
}

type Failure = Extract<WebhookOutcome, { readonly detail: string }>;

function failureOf(error: unknown, signal: AbortSignal): Omit<Failure, 'latencyMs'> {
  if (error instanceof ForbiddenAddressError) return { kind: 'forbidden_address', detail: 'host' };
  if (signal.aborted) return { kind: 'timeout', detail: 'no answer in time' };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { kind: 'unreachable', detail: typeof code === 'string' ? code : 'failed' };
}

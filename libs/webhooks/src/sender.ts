import type { OutgoingWebhook, WebhookOutcome, WebhookSender } from '@cadenza/domain';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkedLookup, ForbiddenAddressError, type Resolve } from './checked-lookup.ts';
import { hostAddresses } from './host-addresses.ts';
import { retryAfterMs } from './retry-after.ts';
import { signatureHeaders } from './signature.ts';
import { webhookUrlProblem, type WebhookTargets } from './target.ts';

/** Real milliseconds for the whole attempt, as Standard Webhooks has it (15 to 30 s). */
const TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read, and thrown away, to keep its connection. */
const MAX_ANSWER = 65_536;
/** Real milliseconds for which a connection is kept that nothing is sent over; many servers take 5 s. */
const IDLE_MS = 4_000;
/**
 * Idle connections to one host, and connections in use. To one host there may be as many: a request
 * that waited in the agent would wait for endpoints of others. The second is more than an event-worker
 * sends at once, and keeps descriptors from anybody who portions nothing.
 */
const SOCKETS = { maxFreeSockets: 64, maxTotalSockets: 1_024 };
/** What an HTTP status is (RFC 9110, §15), and what goes beyond it without harm; parsers let more pass. */
const STATUS = { from: 100, to: 999 };

export interface WebhookSenderOptions {
  readonly targets: WebhookTargets;
  readonly timeoutMs?: number;
  /** Real milliseconds for which a connection is kept that nothing is sent over. */
  readonly idleMs?: number;
  /** Addresses of names where targets are `public`; `hostAddresses()` by default. */
  readonly resolve?: Resolve;
  /** Certificates to trust besides, as PEM. */
  readonly ca?: string;
}

/** A sender over HTTP/1.1 that keeps connections. */
export function createWebhookSender({
  targets,
  timeoutMs = TIMEOUT_MS,
  idleMs = IDLE_MS,
  resolve = hostAddresses(),
  ca,
}: WebhookSenderOptions): WebhookSender {
  const lookup = targets === 'public' ? { lookup: checkedLookup(resolve) } : {};
  const common = { keepAlive: true, timeout: idleMs, ...SOCKETS, ...lookup };
  const agents = {
    'http:': new HttpAgent(common),
    'https:': new HttpsAgent({ ...common, ...(ca === undefined ? {} : { ca }) }),
  };

  /**
   * The answer's head: its body is read to nowhere, so that the connection serves again. Settles in
   * time whatever the other side does.
   */
  function post({ url: text, id, body, secrets }: OutgoingWebhook) {
    return new Promise<IncomingMessage>((done, fail) => {
      const url = new URL(text);
      const timestamp = Math.floor(Date.now() / 1_000);
      const secure = url.protocol === 'https:';
      let answered = false;
      const sent = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method: 'POST',
          agent: agents[secure ? 'https:' : 'http:'],
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Cadenza-Webhooks/1.0',
            ...signatureHeaders({ id, timestamp, body, secrets }),
          },
        },
        (answer) => {
          answered = true;
          let bytes = 0;
          answer.on('error', refuse);
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > MAX_ANSWER) answer.destroy();
          });
          // Closed early, it has been cut off here: its head is what counts.
          answer.on('close', () => settle(answer));
        },
      );
      const timer = setTimeout(() => {
        refuse(new NoAnswerError());
        sent.destroy();
      }, timeoutMs);
      function settle(answer: IncomingMessage): void {
        clearTimeout(timer);
        done(answer);
      }
      function refuse(error: Error): void {
        clearTimeout(timer);
        fail(error);
      }
      // Nobody asked for another protocol: the answer that changes it is all there is.
      sent.on('upgrade', (answer, socket) => {
        socket.destroy();
        settle(answer);
      });
      sent.on('error', refuse);
      sent.on('close', () => {
        // While an answer is read, it is the one that ends.
        if (!answered) refuse(new Error('closed without an answer'));
      });
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
      try {
        const { statusCode: status = 0, headers } = await post(webhook);
        if (status < STATUS.from || status > STATUS.to) {
          return { kind: 'unreachable', detail: 'no HTTP status', ...latency() };
        }
        if (status >= 200 && status < 300) return { kind: 'delivered', status, ...latency() };
        const retryAfter = retryAfterMs(headers['retry-after'], Date.now());
        return { kind: 'refused', status, retryAfterMs: retryAfter, ...latency() };
      } catch (error) {
        return { ...failureOf(error), ...latency() };
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
      return Promise.resolve();
    },
  };
}

type Failure = Extract<WebhookOutcome, { readonly detail: string }>;

class NoAnswerError extends Error {}

function failureOf(error: unknown): Omit<Failure, 'latencyMs'> {
  if (error instanceof ForbiddenAddressError) return { kind: 'forbidden_address', detail: 'host' };
  if (error instanceof NoAnswerError) return { kind: 'timeout', detail: 'no answer in time' };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { kind: 'unreachable', detail: typeof code === 'string' ? code : 'failed' };
}

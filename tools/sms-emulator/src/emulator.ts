import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { createClock, newId, type ClockSetting } from '@cadenza/domain';
import { wireSmsSchema, type SmsReport } from '@cadenza/sms-dev';
import { z } from 'zod';
import { fateOf, type SentText } from './outbox.ts';
import { createSmsWebhook } from './webhook.ts';

/** The key that an emulator takes unless it is given another. */
export const SMS_EMULATOR_KEY = 'sms-emulator-key';

export interface SmsEmulatorOptions {
  /** 0 (default) takes a free port. The address is always 127.0.0.1. */
  readonly port?: number;
  readonly clock?: ClockSetting;
  readonly apiKey?: string;
  /** Where reports are posted; null (default) posts none. */
  readonly webhookUrl?: string | null;
}

/** A running emulator. */
export interface SmsEmulator {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** Base64 of DER SPKI. */
  readonly publicKey: string;
  /** All that was accepted, in its order. */
  readonly outbox: readonly SentText[];
  /** Resolves when every report is acknowledged. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const incomingSchema = z.object({ from: z.string(), to: z.string(), text: z.string() });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Starts a provider of text messages on a local port: `POST /v1/messages` takes one, `GET /outbox`
 * shows all, `POST /inbox` has a person write one.
 */
export async function startSmsEmulator(options: SmsEmulatorOptions = {}): Promise<SmsEmulator> {
  const now = Date.now();
  const clock = createClock(options.clock ?? { rate: 1, realBase: now, campaignBase: now });
  const webhook = createSmsWebhook(options.webhookUrl ?? null, () => clock.now());
  const outbox: SentText[] = [];
  const key = options.apiKey ?? SMS_EMULATOR_KEY;

  function accept(body: unknown): Answer {
    const parsed = wireSmsSchema.safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return {
        status: 400,
        body: { error: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` },
      };
    }
    const sent: SentText = { ...parsed.data, id: newId(), at: clock.now() };
    outbox.push(sent);
    const fate = fateOf(sent);
    if (fate !== 'silent') webhook.post(statusOf(sent, fate === 'delivered' ? null : fate));
    return { status: 202, body: { id: sent.id } };
  }

  function statusOf(
    { id, reference, at }: SentText,
    error: 'unknown_number' | 'unreachable' | null,
  ): SmsReport {
    const status = error === null ? 'delivered' : 'undelivered';
    return { type: 'status', id: newId(), messageId: id, reference, status, error, at };
  }

  function receive(body: unknown): Answer {
    const parsed = incomingSchema.safeParse(body);
    if (!parsed.success) return { status: 400, body: { error: 'expected {from, to, text}' } };
    const message = { type: 'message', id: newId(), ...parsed.data, at: clock.now() } as const;
    webhook.post(message);
    return { status: 202, body: { id: message.id } };
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { method, url = '/' } = request;
    const path = url.split('?', 1)[0] ?? '/';
    if (method === 'GET' && path === '/outbox') return { status: 200, body: { items: outbox } };
    const body = method === 'POST' ? jsonOf(await textOf(request)) : null;
    if (method === 'POST' && path === '/inbox') return receive(body);
    if (request.headers.authorization !== `Bearer ${key}`) {
      return { status: 401, body: { error: 'expected the key as a bearer token' } };
    }
    if (method === 'POST' && path === '/v1/messages') return accept(body);
    if (method === 'GET' && path.startsWith('/v1/senders/')) return { status: 200, body: {} };
    return { status: 404, body: { error: 'no such route' } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publicKey: webhook.publicKey,
    outbox,
    idle: () => webhook.idle(),
    async close() {
      webhook.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

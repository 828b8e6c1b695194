import { createEngineStore, type Database } from '@cadenza/database';
import { newId, type Id } from '@cadenza/domain';
import { createPlanCache, processDelivery } from '@cadenza/engine';
import { CUSTOM_ARGS, parseDelivery } from '@cadenza/sendgrid';
import { EMULATOR_API_KEY, startEmulator, type Emulator } from '@cadenza/sendgrid-emulator';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { asTenant, withWorker } from '../../src/owner.ts';
import { unknownMessage } from './campaign.ts';

const TWO_HOURS_MS = 7_200_000;

/** A SendGrid of two hours ago, and a webhook that says it has taken what it throws away. */
export async function startLosing() {
  const lost: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      lost.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const begunAt = new Date(Date.now() - TWO_HOURS_MS);
  const emulator = await startEmulator({
    clock: { rate: 1, realBase: Date.now(), campaignBase: begunAt.getTime() },
    webhook: { url: `http://127.0.0.1:${port}/`, batchIntervalMs: 1 },
  });
  return {
    emulator,
    begunAt,
    /** The deliveries that were lost, as they came. */
    lost: lost as readonly Buffer[],
    /** Lets everything happen that would have happened by now. */
    async catchUp(): Promise<void> {
      emulator.clock.set({ rate: 1, realBase: Date.now(), campaignBase: Date.now() });
      await emulator.idle();
    },
    async close(): Promise<void> {
      await emulator.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Sent {
  readonly emulator: Emulator;
  readonly owner: Database;
  readonly env: Readonly<Record<string, string>>;
  readonly tenantId: Id;
  readonly toAddress: string;
  readonly begunAt: Date;
}

/** A message that SendGrid has accepted, and that is `sent` here; delivery ends its enrollment. */
export async function sentMessage({ emulator, owner, env, tenantId, toAddress, begunAt }: Sent) {
  const message = await unknownMessage(owner, tenantId, {
    toAddress,
    begunAt,
    transitions: [
      { on: 'delivered', to: 'stop' },
      { on: 'no_click', to: 'stop', after: 'P30D' },
    ],
  });
  const args = {
    [CUSTOM_ARGS.tenantId]: tenantId,
    [CUSTOM_ARGS.messageId]: message.messageId,
    [CUSTOM_ARGS.attempt]: '1',
  };
  const answer = await fetch(`${emulator.url}/v3/mail/send`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${EMULATOR_API_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      personalizations: [{ to: [{ email: toAddress }] }],
      custom_args: args,
      from: { email: 'ann@example.com' },
      subject: 'Hello',
      content: [{ type: 'text/plain', value: 'Hello' }],
    }),
  });
  if (answer.status !== 202) throw new Error(`not accepted: ${await answer.text()}`);
  const accepted = { event: 'processed', timestamp: Math.ceil(begunAt.getTime() / 1_000), ...args };
  await report(owner, env, Buffer.from(JSON.stringify([accepted])));
  return message;
}

/** Stores a delivery as the API does, and processes it as the event-worker does. */
export async function report(
  owner: Database,
  env: Readonly<Record<string, string>>,
  payload: Buffer,
): Promise<void> {
  const ref = { id: newId(), tenantId: null };
  const hash = createHash('sha256').update(payload).digest();
  await asTenant(owner, newId(), (trx) =>
    createEngineStore(trx).storeDeliveries([{ ...ref, payload, hash }]),
  );
  await withWorker(env, (db) =>
    processDelivery(ref, {
      store: createEngineStore(db),
      plans: createPlanCache(),
      clock: { now: Date.now, rate: 1 },
      graceMs: 120_000,
      parse: parseDelivery,
    }),
  );
}

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Agent } from 'node:http';
import { inTenants, insertWebhookKey } from '@cadenza/database';
import { mailNode, planOf, startDemoCampaign } from '@cadenza/demo';
import { createWebhookVerifier, parseEventBatch, type WebhookVerifier } from '@cadenza/sendgrid';
import { startStack, type Stack } from '@cadenza/stack';
import { sql } from 'kysely';
import type { FuzzOptions, FuzzSurroundings } from '../options.ts';
import { createRandom } from '../random.ts';
import { account, drained } from './account.ts';
import { caseOf, type Account, type FuzzCase } from './cases.ts';
import type { KnownMessage } from './events.ts';
import { createMemoryWatch } from './memory-watch.ts';
import { post } from './post.ts';
import type { FuzzReport } from './report.ts';
import { until } from '../until.ts';

/** Bytes of a body that the API takes in a run. */
const MAX_BYTES = 120_000;
/** Requests under way at once. */
const AT_ONCE = 32;
/** People of each of two tenants, whose messages events speak of. */
const PEOPLE = 15;
/** Findings of a kind that are kept. */
const KEPT = 20;
/** Bodies between two looks at the memory. */
const WATCHED_EVERY = 1_000;

/** Feeds a running API and event-worker so many bodies, and accounts for every one. */
export async function fuzzWebhooks(
  options: FuzzOptions,
  { adminUrl, hostEnv, say }: FuzzSurroundings,
): Promise<FuzzReport> {
  const platform = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stack = await startStack({
    adminUrl,
    redisUrl: null,
    rate: 1,
    campaignStart: Date.now(),
    seed: String(options.seed),
    hostEnv,
    env: {
      LOG_LEVEL: 'error',
      WEBHOOK_MAX_BYTES: String(MAX_BYTES),
      // Neither is what a run is about, on a machine that does other things as well.
      WEBHOOK_BODY_TIMEOUT_MS: '60000',
      WEBHOOK_STORE_TIMEOUT_MS: '9000',
    },
    emulatorEnv: {
      WEBHOOK_PRIVATE_KEY: platform.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      // The run's own deliveries are the only ones.
      WEBHOOK_URL: '',
    },
  });
  try {
    const messages = await someMessages(stack);
    const own = await openAccount(stack, messages);
    say(`${messages.length} messages are out; feeding ${options.count} bodies`);
    return await feed(options, stack, { platform, account: own, messages, say });
  } finally {
    await stack.stop();
  }
}

/** Messages of two tenants that have been handed over. */
async function someMessages(stack: Stack): Promise<KnownMessage[]> {
  const people = (tenant: number) => [
    'email,first_name',
    ...Array.from({ length: PEOPLE }, (_, n) => `p${n}@t${tenant}.example.org,P`),
  ];
  for (const tenant of [1, 2]) {
    await startDemoCampaign(stack, {
      contactsCsv: people(tenant).join('\n'),
      plan: planOf(
        mailNode('first', [{ on: 'no_open', to: 'second', after: 'P9D' }]),
        mailNode('second'),
      ),
    });
  }
  const read = async () => {
    const { rows } = await sql<{ tenant_id: string; id: string; provider: string }>`
      SELECT tenant_id, id, provider_message_id AS provider FROM outbound_messages
      WHERE provider_message_id IS NOT NULL ORDER BY tenant_id, id`.execute(stack.db);
    return rows;
  };
  await until(async () => (await read()).length >= 2 * PEOPLE, 120_000, 'the messages to be out');
  return (await read()).map((row) => ({
    tenantId: row.tenant_id,
    messageId: row.id,
    providerMessageId: row.provider,
  }));
}

async function openAccount(stack: Stack, [first]: readonly KnownMessage[]): Promise<Account> {
  const tenantId = first?.tenantId ?? '';
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await inTenants(stack.apiDb, [tenantId], (trx) =>
    insertWebhookKey(trx, tenantId, { name: 'fuzz', publicKey: asText(publicKey) }),
  );
  return { tenantId, key: privateKey };
}

function asText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

interface Feed {
  readonly platform: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly account: Account;
  readonly messages: readonly KnownMessage[];
  readonly say: (text: string) => void;
}

async function feed(
  { seed, count }: FuzzOptions,
  stack: Stack,
  { platform, account: own, messages, say }: Feed,
): Promise<FuzzReport> {
  const began = performance.now();
  const random = createRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const verifier = createWebhookVerifier(asText(platform.publicKey));
  const programs = [stack.api, stack.eventWorker];
  const pids = programs.map(({ pid }) => pid);
  const memory = createMemoryWatch(programs);
  const answers = new Map<number, number>();
  const taken = new Set<string>();
  const unexpected: string[] = [];
  const stumbled: string[] = [];
  let fed = 0;

  async function feedOne(): Promise<void> {
    const number = fed;
    fed += 1;
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const one = caseOf(random, {
      messages,
      nowSeconds,
      maxBytes: MAX_BYTES,
      platformKey: platform.privateKey,
      account: own,
    });
    const what = `body ${number} (${one.kind}, ${one.signing})`;
    const flaw = stumble(one, verifier);
    if (flaw !== null && stumbled.length < KEPT) stumbled.push(`${what}: ${flaw}`);
    const status = await post(agent, stack.apiUrl, one).catch(String);
    if (status === 204) taken.add(one.storedAs);
    if (status !== one.expected && unexpected.length < KEPT) {
      unexpected.push(`${what}: ${status}, expected ${one.expected}`);
    }
    if (typeof status === 'number') answers.set(status, (answers.get(status) ?? 0) + 1);
    if (number % WATCHED_EVERY === 0) await memory.look();
    if (number > 0 && number % 10_000 === 0) say(`${number} bodies fed`);
  }
  const feeder = async () => {
    while (fed < count) await feedOne();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, feeder));
  agent.destroy();
  say('waiting for the event-worker');
  await drained(stack.db, () => memory.look());
  await memory.look();
  return {
    seed,
    count,
    seconds: (performance.now() - began) / 1_000,
    answers,
    unexpected,
    stumbled,
    ...(await account(stack.db, taken)),
    memory: memory.largest,
    ended: programs
      .filter(({ pid }, n) => pid === undefined || pid !== pids[n])
      .map(({ name }) => name),
  };
}

/** What the parser or the verifier makes of a body that it must not. */
function stumble(one: FuzzCase, verifier: WebhookVerifier): string | null {
  try {
    const parsed = parseEventBatch(one.body);
    if (parsed.ok && parsed.events.some(({ index }, place) => index !== place)) {
      return 'elements out of their places';
    }
    const { ok } = verifier.verify({
      signature: one.headers['x-twilio-email-event-webhook-signature'],
      timestamp: one.headers['x-twilio-email-event-webhook-timestamp'],
      rawBody: one.body,
    });
    const mayHold =
      one.signing === 'signed' || one.signing === 'signed by the platform for a tenant';
    return ok === mayHold ? null : `verified: ${ok}`;
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

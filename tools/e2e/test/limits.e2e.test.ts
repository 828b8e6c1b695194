import { answered, type CadenzaClient } from '@cadenza/client';
import { mailNode, planOf, startDemoCampaign, type DemoLimit } from '@cadenza/demo';
import { fillCampaign, startStack, type Stack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { utilisation, violatedLimits, type LedgerLimit } from './support/ledger-limits.ts';
import {
  acceptedCount,
  campaignNow,
  readLedger,
  until,
  type LedgerMail,
} from './support/ledger.ts';

const PLAN = planOf(mailNode('first'));

function contacts(count: number, domains: number): string {
  const rows = Array.from({ length: count }, (_, n) => `p-${n}@d${n % domains}.example.org,P ${n}`);
  return ['email,first_name', ...rows].join('\n');
}

async function start(api: CadenzaClient, campaignId: string): Promise<void> {
  await answered(api.POST('/v1/campaigns/{id}/start', { params: { path: { id: campaignId } } }));
}

function stackOf(redisUrl: string | null, env: Readonly<Record<string, string>> = {}) {
  return startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl,
    rate: 1,
    campaignStart: Date.now(),
    seed: 'limits',
    sendWorkers: 4,
    hostEnv: process.env,
    env,
  });
}

/** When each message's hand-off began, by its id. */
async function begunAt(stack: Stack): Promise<Map<string, number>> {
  const rows = await stack.db
    .selectFrom('outbound_messages')
    .select(['id', 'begun_at'])
    .where('begun_at', 'is not', null)
    .execute();
  return new Map(rows.map(({ id, begun_at: begun }) => [id, begun?.getTime() ?? Number.NaN]));
}

/** Messages that workers kept back since their slot was over and no other was free. */
async function wantOfSlot(stack: Stack): Promise<number> {
  const texts = await Promise.all(
    stack.sendWorkers.map(async ({ healthUrl }) => {
      const response = await fetch(`${healthUrl ?? ''}/metrics`);
      return response.text();
    }),
  );
  return texts.reduce((sum, text) => {
    const [, count = '0'] = /^cadenza_gated_total\{[^}]*gate="slot"[^}]*\} (\d+)/m.exec(text) ?? [];
    return sum + Number(count);
  }, 0);
}

const SECONDS = 40;
const TIGHTEST = { scope: 'sender', windowSeconds: SECONDS, maxMessages: 24 } as const;
const LIMITS: readonly DemoLimit[] = [
  TIGHTEST,
  { scope: 'sender', windowSeconds: 60, maxMessages: 48 },
  { scope: 'recipient_domain', windowSeconds: SECONDS, maxMessages: 9 },
  { scope: 'tenant', windowSeconds: SECONDS, maxMessages: 26 },
];
const ROUNDS = 4;

const TIGHTEST_KEY: LedgerLimit = {
  key: 'sender',
  limit: TIGHTEST.maxMessages,
  windowMs: SECONDS * 1_000,
};

function ledgerLimits(mails: readonly LedgerMail[]): LedgerLimit[] {
  const domains = [...new Set(mails.flatMap(({ to }) => to.map(domainOf)))];
  return [
    TIGHTEST_KEY,
    { key: 'sender', limit: 48, windowMs: 60_000 },
    { key: 'tenant', limit: 26, windowMs: SECONDS * 1_000 },
    ...domains.map((key) => ({ key, limit: 9, windowMs: SECONDS * 1_000 })),
  ];
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

// Both at once: for minutes there is little to do but to wait for the next window.
test.concurrent.each(['Redis', 'Postgres'] as const)(
  'four workers keep every limit, and use the tightest one, with the limiter on %s',
  async (where) => {
    const stack = await stackOf(where === 'Redis' ? inject('redisUrl') : null);
    try {
      const people = TIGHTEST.maxMessages * (ROUNDS + 1);
      await startDemoCampaign(stack, {
        contactsCsv: contacts(people, 4),
        plan: PLAN,
        limits: LIMITS,
      });
      await until(async () => (await acceptedCount(stack.emulatorUrl)) >= people, 280_000);

      const mails = await readLedger(stack.emulatorUrl);
      const begun = await begunAt(stack);
      const delays = mails.map(({ at, messageId }) => at - (begun.get(messageId) ?? Number.NaN));
      const longest = Math.max(...delays);
      const arrivals = mails.map(({ at, to }) => ({
        at,
        keys: ['sender', 'tenant', ...to.map(domainOf)],
      }));
      const used = utilisation(arrivals, TIGHTEST_KEY);
      const late = await wantOfSlot(stack);
      console.info(
        `limiter on ${where}: ${mails.length} mails, d = ${longest} ms, tightest limit used to ` +
          `${((used ?? 0) * 100).toFixed(1)} %, ${late} jobs (${((100 * late) / people).toFixed(2)} %) without a slot`,
      );

      expect(mails).toHaveLength(people);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(-5);
      expect(violatedLimits(arrivals, ledgerLimits(mails), longest)).toEqual([]);
      expect(used).toBeGreaterThanOrEqual(0.95);
      expect(late / people).toBeLessThan(0.01);
    } finally {
      await stack.stop();
    }
  },
);

const WIDE = 1_000_000;
const NO_LIMITS: readonly DemoLimit[] = [
  { scope: 'sender', windowSeconds: 60, maxMessages: WIDE },
  { scope: 'sender', windowSeconds: 3_600, maxMessages: WIDE },
  { scope: 'recipient_domain', windowSeconds: 3_600, maxMessages: WIDE },
  { scope: 'tenant', windowSeconds: 3_600, maxMessages: WIDE },
];

test.each(['Redis', 'Postgres'] as const)(
  'the first limit of an IP pool is met to the message while a campaign sends, with the limiter on %s',
  async (where) => {
    const [people, before, cap] = [1_500, 100, 600];
    const stack = await stackOf(where === 'Redis' ? inject('redisUrl') : null);
    try {
      const accepted = () => acceptedCount(stack.emulatorUrl);
      const { api, campaignId } = await startDemoCampaign(stack, {
        contactsCsv: contacts(people, 4),
        plan: PLAN,
        limits: NO_LIMITS,
        start: false,
      });
      await stack.db.updateTable('email_sender_identities').set({ ip_pool: 'cold' }).execute();
      await start(api, campaignId);
      await until(async () => (await accepted()) >= before, 120_000);
      await answered(
        api.PUT('/v1/send-rate-limits', {
          body: { scope: 'ip_pool', reference: 'cold', windowSeconds: 86_400, maxMessages: cap },
        }),
      );
      const whenSet = await accepted();
      await until(
        async () => (await refusedByPool(stack)) > 0 && (await nothingInHand(stack)),
        120_000,
      );
      console.info(`limiter on ${where}: the limit of ${cap} was set after ${whenSet} messages`);
      expect(whenSet).toBeLessThan(cap);
      expect(await accepted()).toBe(cap);
    } finally {
      await stack.stop();
    }
  },
);

/** Slots that a limit of an IP pool has refused. */
async function refusedByPool(stack: Stack): Promise<number> {
  const response = await fetch(`${stack.eventWorker.healthUrl ?? ''}/metrics`);
  const text = await response.text();
  const [, count = '0'] =
    /^cadenza_slots_refused_total\{[^}]*scope="ip_pool"[^}]*\} (\d+)/m.exec(text) ?? [];
  return Number(count);
}

/**
 * Whether no send is on its way to the provider, or about to be: lanes first, then actions, as their messages
 * come after. What came too late for its slot is given back, and asks for another in its lane's next round.
 */
async function nothingInHand({ db }: Stack): Promise<boolean> {
  const due = await db
    .selectFrom('dispatch_lanes')
    .select('campaign_id')
    .where(sql<boolean>`visit_at <= campaign_now()`)
    .execute();
  const waiting = await db
    .selectFrom('scheduled_actions')
    .select('id')
    .where('status', '=', 'dispatched')
    .execute();
  const begun = await db
    .selectFrom('outbound_messages')
    .select('id')
    .where('status', '=', 'dispatching')
    .execute();
  return due.length + waiting.length + begun.length === 0;
}

/** What the queue may hold, 600, and 400 of a round that was under way, with some to spare. */
const OVERTAKEN_BY_AT_MOST = 1_200;

test('ten messages of one tenant go out beside 100,000 of another, after a queue’s length', async () => {
  const stack = await stackOf(inject('redisUrl'));
  try {
    const draft = { contactsCsv: contacts(1, 1), plan: PLAN, limits: NO_LIMITS, start: false };
    const big = await startDemoCampaign(stack, draft);
    const small = await startDemoCampaign(stack, draft);
    await fillCampaign(stack, big, 100_000);
    await start(big.api, big.campaignId);
    await until(async () => (await acceptedCount(stack.emulatorUrl)) > 500, 120_000);

    await fillCampaign(stack, small, 9);
    const due = await campaignNow(stack.emulatorUrl);
    await start(small.api, small.campaignId);
    const ten = async () =>
      (await readLedger(stack.emulatorUrl)).filter(({ tenantId }) => tenantId === small.tenantId);
    await until(async () => (await ten()).length === 10, 30_000);

    const begun = await begunAt(stack);
    const waits = (await ten()).map(({ at, messageId }) => ({
      begun: (begun.get(messageId) ?? Number.NaN) - due,
      arrived: at - due,
    }));
    const took = Math.max(...waits.map(({ arrived }) => arrived));
    const last = Math.max(...waits.map((wait) => wait.begun));
    const overtakers = (await readLedger(stack.emulatorUrl)).filter(
      ({ tenantId, at }) => tenantId === big.tenantId && at > due && at < due + took,
    ).length;
    const jobs = await depth(stack);
    console.info(
      `ten beside 100,000: the last began after ${last} ms and arrived after ${took} ms, while ` +
        `${overtakers} of the others went out; the queue holds ${jobs} jobs`,
    );
    // In time it is the machine's speed: the queue's length is ours.
    expect(overtakers).toBeGreaterThan(0);
    expect(overtakers).toBeLessThan(OVERTAKEN_BY_AT_MOST);
    expect(jobs).toBeLessThan(1_000);
  } finally {
    await stack.stop();
  }
});

/** Jobs of the queue of sends, by the event-worker's own reading. */
async function depth(stack: Stack): Promise<number> {
  const response = await fetch(`${stack.eventWorker.healthUrl ?? ''}/metrics`);
  const text = await response.text();
  return [...text.matchAll(/^cadenza_queue_jobs\{[^}]*queue="outreach-send"[^}]*\} (\d+)/gm)]
    .map(([, count = '0']) => Number(count))
    .reduce((sum, count) => sum + count, 0);
}

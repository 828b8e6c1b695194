import { answered } from '@cadenza/client';
import { startDemoCampaign, type RunningCampaign } from '@cadenza/demo';
import { startStack, type Stack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { until } from './support/ledger.ts';

const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'A question',
      body: '<p>What do you think?</p>',
      transitions: [],
    },
  ],
};

const newKey = (end: string) => `SG.${randomBytes(16).toString('base64url')}.${end}`;
const KEYS = { one: newKey('one1'), two: newKey('two2'), changed: newKey('new3') };
/** SendGrid does not know it. */
const UNKNOWN = newKey('bad4');
const SECRETS = [...Object.values(KEYS), UNKNOWN];

const people = (count: number, of: string) =>
  [
    'email,first_name',
    ...Array.from({ length: count }, (_, n) => `silent.${n}@${of}.example.org,Jo`),
  ].join('\n');

/** A campaign that has not begun, of a tenant with a key of its own or without one. */
async function draft(
  stack: Stack,
  name: string,
  apiKey: string | null,
  count = 4,
): Promise<RunningCampaign> {
  const contactsCsv = people(count, name);
  const campaign = await startDemoCampaign(stack, { contactsCsv, plan: PLAN, start: false });
  if (apiKey !== null) await setKey(campaign, apiKey);
  return campaign;
}

const setKey = ({ api }: RunningCampaign, apiKey: string) =>
  answered(api.PUT('/v1/sendgrid-account', { body: { apiKey } }));

const start = ({ api, campaignId }: RunningCampaign) =>
  answered(api.POST('/v1/campaigns/{id}/start', { params: { path: { id: campaignId } } }));

/** Ends of the keys that mails of a tenant were accepted with, sorted. */
async function keyEnds(stack: Stack, { tenantId }: RunningCampaign): Promise<string[]> {
  const response = await fetch(`${stack.emulatorUrl}/_emulator/ledger?format=ndjson`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines
    .map(
      (line) =>
        JSON.parse(line) as { kind: string; keyEnd: string; customArgs?: Record<string, string> },
    )
    .filter(
      ({ kind, customArgs }) =>
        kind === 'accepted' && customArgs?.['cadenza_tenant_id'] === tenantId,
    )
    .map(({ keyEnd }) => keyEnd)
    .sort();
}

async function enrolAnother({ api, campaignId }: RunningCampaign, n: number): Promise<void> {
  const { id } = await answered(
    api.POST('/v1/contacts', { body: { email: `silent.${n}@one.example.org` } }),
  );
  const params = { path: { id: campaignId } };
  await answered(
    api.POST('/v1/campaigns/{id}/enrollments', { params, body: { contactIds: [id] } }),
  );
}

/** Every column of every table, as text, in which a word stands. */
async function placesWith({ db }: Stack, word: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    SELECT c.oid::regclass::text AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1`.execute(db);
  const found: string[] = [];
  for (const { name } of tables) {
    // Bytes are shown as hexadecimal in a row's text, so they are looked for as such as well.
    const { rows } = await sql<{ n: number }>`
      SELECT count(*)::integer AS n FROM ${sql.raw(name)} t
      WHERE position(${word} IN t::text) > 0
        OR position(${Buffer.from(word).toString('hex')} IN t::text) > 0
        OR position(${Buffer.from(word).toString('base64').replace(/=*$/, '').slice(0, -2)} IN t::text) > 0`.execute(
      db,
    );
    if ((rows[0]?.n ?? 0) > 0) found.push(name);
  }
  return found;
}

test('each tenant sends through its own account, and no key stands anywhere in the clear', async () => {
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: null,
    rate: 1,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'accounts',
    hostEnv: process.env,
    emulatorEnv: { SENDGRID_API_KEY: ['SG.emulator.key', ...Object.values(KEYS)].join(',') },
    env: { LOG_LEVEL: 'debug', ENCRYPTION_KEYS: `e1:${randomBytes(32).toString('base64')}` },
  });
  try {
    const one = await draft(stack, 'one', KEYS.one);
    const two = await draft(stack, 'two', KEYS.two);
    const shared = await draft(stack, 'shared', null);
    const refused = await draft(stack, 'refused', UNKNOWN);
    const shown = await answered(one.api.GET('/v1/sendgrid-account'));
    expect(shown.key).toEqual({
      lastFour: 'one1',
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    });

    // The one whose key is refused goes first: it stops itself, and nobody else.
    await start(refused);
    const statusOf = async ({ api }: RunningCampaign) => answered(api.GET('/v1/tenant'));
    await until(async () => (await statusOf(refused)).status === 'paused', 60_000);
    expect((await statusOf(refused)).pauseReason).toContain('the provider answered 401');

    for (const campaign of [one, two, shared]) await start(campaign);
    const accepted = async (campaign: RunningCampaign) => keyEnds(stack, campaign);
    for (const campaign of [one, two, shared]) {
      await until(async () => (await accepted(campaign)).length === 4, 60_000);
      expect((await statusOf(campaign)).status).toBe('active');
    }
    expect(await accepted(one)).toEqual(Array.from({ length: 4 }, () => 'one1'));
    expect(await accepted(two)).toEqual(Array.from({ length: 4 }, () => 'two2'));
    expect(await accepted(shared)).toEqual(Array.from({ length: 4 }, () => '.key'));
    expect(await accepted(refused)).toEqual([]);

    // Nobody is lost by it: what it had waits.
    const { rows: waiting } = await sql<{ status: string; n: number }>`
      SELECT status, count(*)::integer AS n FROM outbound_messages
      WHERE tenant_id = ${refused.tenantId} GROUP BY 1`.execute(stack.db);
    expect(waiting).toEqual([{ status: 'queued', n: 4 }]);

    // Another key is used within seconds, by workers that go on running.
    await setKey(one, KEYS.changed);
    let sent = 4;
    await until(async () => {
      await enrolAnother(one, sent);
      sent += 1;
      await until(async () => (await accepted(one)).length === sent, 20_000);
      return (await accepted(one)).includes('new3');
    }, 30_000);

    const logs = globSync('*.log', { cwd: stack.logDir })
      .filter((file) => /^(api|send-worker|event-worker)/.test(file))
      .map((file) => readFileSync(path.join(stack.logDir, file), 'utf8'));
    expect(logs.join('').length).toBeGreaterThan(0);
    for (const secret of SECRETS) {
      expect(logs.filter((text) => text.includes(secret))).toEqual([]);
      expect(await placesWith(stack, secret)).toEqual([]);
    }
  } finally {
    await stack.stop();
  }
});

test('a 429 of a tenant’s own account holds that tenant back before its messages begin, and nobody else', async () => {
  const concurrency = 3;
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: null,
    rate: 1,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'held accounts',
    hostEnv: process.env,
    sendWorkers: 2,
    emulatorEnv: { SENDGRID_API_KEY: `SG.emulator.key,${KEYS.one}` },
    env: {
      ENCRYPTION_KEYS: `e1:${randomBytes(32).toString('base64')}`,
      SEND_CONCURRENCY: String(concurrency),
    },
  });
  try {
    const own = await draft(stack, 'own', KEYS.one, 30);
    const shared = await draft(stack, 'shared', null, 30);
    const holdMs = 8_000;
    const fault = await fetch(`${stack.emulatorUrl}/_emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        kind: 'respond',
        status: 429,
        recipient: '*@own.example.org',
        times: 1,
        resetInSeconds: holdMs / 1_000,
        resetForm: 'seconds',
      }),
    });
    expect(fault.ok).toBe(true);

    const began = performance.now();
    await start(own);
    const heldMs = async () => {
      const { rows } = await sql<{ ms: number }>`
        SELECT extract(epoch FROM held_until - campaign_now())::float8 * 1000 AS ms
        FROM sendgrid_accounts`.execute(stack.db);
      return rows[0]?.ms ?? 0;
    };
    await until(async () => (await heldMs()) > 0, 30_000);
    await start(shared);
    await until(async () => (await keyEnds(stack, shared)).length === 30, 60_000);
    expect(await heldMs()).toBeGreaterThan(0);

    await until(async () => (await keyEnds(stack, own)).length === 30, 60_000);
    expect(performance.now() - began).toBeGreaterThan(holdMs);
    const { rows } = await sql<{ kind: string; n: number }>`
      SELECT input->>'kind' AS kind, count(*)::integer AS n FROM campaign_transitions
      WHERE tenant_id = ${own.tenantId} AND input->>'kind' IN ('begun', 'released')
      GROUP BY 1`.execute(stack.db);
    const counts = Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
    // What was under way when the answer came; everything else has begun once.
    expect(counts['released']).toBeLessThanOrEqual(2 * concurrency);
    expect(counts['begun']).toBe(30 + (counts['released'] ?? 0));
  } finally {
    await stack.stop();
  }
});

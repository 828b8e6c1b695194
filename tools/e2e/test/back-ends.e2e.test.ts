import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { answered, type CadenzaClient } from '@cadenza/client';
import { endStates, readReport, startDemoCampaign, waitForEnd } from '@cadenza/demo';
import { startStack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';

const EXAMPLES = path.resolve(import.meta.dirname, '../../../examples');
/** Header and every fourth row: every kind of row is still there, in less time. */
const EVERY = 4;
const MONDAY = Date.parse('2026-11-02T07:00:00Z');

async function contacts(): Promise<string> {
  const lines = (await readFile(path.join(EXAMPLES, 'contacts.csv'), 'utf8')).split('\n');
  return lines.filter((_, index) => index % EVERY === 0).join('\n');
}

/** What comes of a hundred equal requests at once: each status, and how many leads there are then. */
async function equalRequests(api: CadenzaClient) {
  const name = 'Lead of a hundred requests';
  const header = { 'Idempotency-Key': randomUUID() };
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () =>
      api.POST('/v1/leads', { params: { header }, body: { name } }),
    ),
  );
  const { items } = await answered(api.GET('/v1/leads'));
  return {
    statuses: [...new Set(outcomes.map(({ response }) => response.status))].sort(),
    leads: items.filter((lead) => lead.name === name).length,
  };
}

async function run(redisUrl: string | null) {
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl,
    rate: 12_000,
    campaignStart: MONDAY,
    seed: 'back-ends',
    hostEnv: process.env,
    emulatorEnv: { WEBHOOK_DUPLICATES: '0.1', WEBHOOK_DISORDER: '0.2' },
  });
  try {
    const campaign = await startDemoCampaign(stack, {
      contactsCsv: await contacts(),
      plan: JSON.parse(await readFile(path.join(EXAMPLES, 'plans/outreach.json'), 'utf8')),
    });
    const ended = await waitForEnd(stack, campaign.campaignId, {
      timeoutMs: 240_000,
      everyMs: 500,
    });
    return {
      ended,
      enrolled: campaign.enrolled,
      report: await readReport(stack, campaign.campaignId),
      states: await endStates(stack, campaign.campaignId),
      equal: await equalRequests(campaign.api),
    };
  } finally {
    await stack.stop();
  }
}

test('a campaign ends in the same state for every person, and equal requests make one resource, on Redis and on Postgres alone', async () => {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');

  const [onPostgres, onRedis] = await Promise.all([run(null), run(redisUrl)]);

  for (const { ended, enrolled, report, equal } of [onPostgres, onRedis]) {
    expect(ended).toBe(true);
    expect(enrolled).toBeGreaterThan(100);
    expect(report).toMatchObject({ doubled: 0, unaccounted: 0, unknown: 0 });
    expect(report.acceptedByProvider).toBeGreaterThan(enrolled);
    expect(equal.leads).toBe(1);
    expect(equal.statuses).toContain(201);
    expect([201, 409]).toEqual(expect.arrayContaining(equal.statuses));
  }
  expect(Object.fromEntries(onRedis.states)).toEqual(Object.fromEntries(onPostgres.states));
});

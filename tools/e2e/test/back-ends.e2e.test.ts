import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
    };
  } finally {
    await stack.stop();
  }
}

test('a campaign ends in the same state for every person on Redis and on Postgres alone', async () => {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');

  const [onPostgres, onRedis] = await Promise.all([run(null), run(redisUrl)]);

  for (const { ended, enrolled, report } of [onPostgres, onRedis]) {
    expect(ended).toBe(true);
    expect(enrolled).toBeGreaterThan(100);
    expect(report).toMatchObject({ doubled: 0, unaccounted: 0, unknown: 0 });
    expect(report.acceptedByProvider).toBeGreaterThan(enrolled);
  }
  expect(Object.fromEntries(onRedis.states)).toEqual(Object.fromEntries(onPostgres.states));
});

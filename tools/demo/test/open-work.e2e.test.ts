import { startStack, type Stack } from '@cadenza/stack';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailNode, planOf, readOpenWork, startDemoCampaign } from '../src/index.ts';

const MONDAY = Date.parse('2026-11-02T07:00:00Z');
const PLAN = planOf(mailNode('first'));

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    adminUrl: null,
    redisUrl: null,
    rate: 1,
    campaignStart: MONDAY,
    seed: 'open-work',
    hostEnv: process.env,
  });
});
afterAll(() => stack.stop());

it('what keeps a campaign from its end is named', async () => {
  const { campaignId } = await startDemoCampaign(stack, {
    contactsCsv: 'email\na@example.org\nb@example.org\n',
    plan: PLAN,
    start: false,
  });
  // It would open the limiter again.
  await stack.eventWorker.kill();
  await sql`SELECT rate_limit_close()`.execute(stack.db);

  const open = await readOpenWork(stack, campaignId);
  expect(open).toMatchObject({
    waiting: [{ people: 2, phase: 'scheduled', node: 'first', awaits: 'send, pending' }],
    underWay: [],
    deliveries: 0,
    obstacles: [
      'The program event-worker has ended.',
      'The campaign is draft: without a reason.',
      'The limiter is closed.',
    ],
  });
  expect(open.waiting[0]?.firstDue?.getTime()).toBeLessThanOrEqual(open.now.getTime());
});

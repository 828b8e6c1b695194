import { mailNode, planOf, startDemoCampaign, waitForEnd } from '@cadenza/demo';
import { startStack, type StackOptions } from '@cadenza/stack';
import { startRedisServer } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';

const ONCE = planOf(mailNode('first'));
/** By the second message the limiter has forgotten the first: all up to then is over. */
const TWICE = planOf(
  mailNode('first', [{ on: 'delivered', to: 'second' }]),
  mailNode('second', [], { delay: 'P3D' }),
);
const PEOPLE = 5;
const YEAR_MS = 365 * 86_400_000;

test('a campaign in real time is sent on a Redis on which one in fast motion has run ahead', async () => {
  const server = await startRedisServer({ own: true });
  if (!server.available) throw new Error(server.reason);
  const { url } = server;
  const redis = new Redis(url);
  const rows = Array.from({ length: PEOPLE }, (_, n) => `p${n}@d${n}.example.org,P${n}`);
  const run = async (
    campaignPlan: unknown,
    options: Pick<StackOptions, 'rate' | 'campaignStart'>,
  ) => {
    const stack = await startStack({
      ...options,
      adminUrl: inject('postgresAdminUrl'),
      redisUrl: url,
      seed: 'shared-redis',
      hostEnv: process.env,
    });
    try {
      const campaign = await startDemoCampaign(stack, {
        contactsCsv: ['email,first_name', ...rows].join('\n'),
        plan: campaignPlan,
      });
      let sent = 0;
      const ended = await waitForEnd(stack, campaign.campaignId, {
        timeoutMs: 40_000,
        everyMs: 100,
        onProgress: (progress) => {
          ({ sent } = progress);
        },
      });
      return { stack, ended, sent };
    } catch (error) {
      await stack.stop();
      throw error;
    }
  };

  try {
    const fast = await run(TWICE, { rate: 12_000, campaignStart: Date.now() + YEAR_MS });
    try {
      const real = await run(ONCE, { rate: 1, campaignStart: Date.now() });
      await real.stack.stop();
      expect([fast, real]).toMatchObject([{ ended: true }, { ended: true, sent: PEOPLE }]);
      expect((await redis.keys('*')).length).toBeGreaterThan(0);
    } finally {
      expect(await fast.stack.stop()).toEqual([]);
    }
    expect(await redis.keys('*')).toEqual([]);
  } finally {
    redis.disconnect();
    await server.stop();
  }
});

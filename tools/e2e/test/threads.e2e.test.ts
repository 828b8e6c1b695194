import { startDemoCampaign, waitForEnd } from '@cadenza/demo';
import { startStack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readLedger } from './support/ledger.ts';

const send = (id: string, next: string | null, more: object) => ({
  id,
  channel: 'email',
  action: 'send',
  body: `<p>${id}</p>`,
  transitions: next === null ? [] : [{ on: 'no_reply', to: next, after: 'PT4H' }],
  ...more,
});
const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    send('first', 'second', { subject: 'A question' }),
    send('second', 'third', { threadWith: 'first' }),
    send('third', null, { threadWith: 'second' }),
  ],
};
const PEOPLE = 5;

test('follow-ups reach the provider in the thread of the first mail', async () => {
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: null,
    rate: 3_000,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'threads',
    hostEnv: process.env,
  });
  try {
    const rows = Array.from({ length: PEOPLE }, (_, n) => `silent${n}@example.org,Person ${n}`);
    const campaign = await startDemoCampaign(stack, {
      contactsCsv: ['email,first_name', ...rows].join('\n'),
      plan: PLAN,
    });
    const ended = await waitForEnd(stack, campaign.campaignId, {
      timeoutMs: 120_000,
      everyMs: 250,
    });
    expect(ended).toBe(true);

    const byPerson = Map.groupBy(await readLedger(stack.emulatorUrl), ({ to }) => to[0]);
    expect(byPerson.size).toBe(PEOPLE);
    for (const mails of byPerson.values()) {
      const [first, second, third] = mails.sort((a, b) => a.at - b.at);
      expect(mails.map(({ subject }) => subject)).toEqual([
        'A question',
        'Re: A question',
        'Re: A question',
      ]);
      expect(first?.headers).not.toHaveProperty('In-Reply-To');
      expect(second?.headers).toMatchObject({
        'In-Reply-To': first?.smtpId,
        References: first?.smtpId,
      });
      expect(third?.headers).toMatchObject({
        'In-Reply-To': second?.smtpId,
        References: `${first?.smtpId} ${second?.smtpId}`,
      });
    }
  } finally {
    await stack.stop();
  }
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startDemoCampaign, waitForEnd } from '@cadenza/demo';
import { startStack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';

const PLAN = path.resolve(import.meta.dirname, '../../../examples/plans/mail-and-text.json');
const MONDAY = Date.parse('2026-11-02T09:00:00Z');
const FROM = '+12025550199';
/** Ends of numbers by which the emulator knows what becomes of messages to them. */
const [NOBODY, OFF] = ['001', '002'];
/** How words are answered, after the sender's name. */
const [STOPPED, HELPED] = ['Ada of Example: You are unsub', 'Ada of Example: Es können Geb'];

/** So many people; the first has a number that does not exist, the second one that is off. */
function contacts(count: number): { readonly csv: string; readonly numbers: readonly string[] } {
  const numbers = Array.from({ length: count }, (_, n) => {
    const end = [NOBODY, OFF][n] ?? String(100 + n);
    return `+1303555${n % 10}${end}`;
  });
  // Mail that always arrives, and that nobody answers.
  const rows = numbers.map((number, n) => `silent.${n}@people.example.org,Jo${n},${number}`);
  return { csv: ['email,first_name,phone', ...rows].join('\n'), numbers };
}

interface Sent {
  readonly to: string;
  readonly text: string;
  readonly reference: { readonly messageId: string; readonly attempt: number };
}

async function run(redisUrl: string | null) {
  const { csv, numbers } = contacts(12);
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl,
    rate: 12_000,
    campaignStart: MONDAY,
    seed: 'sms',
    hostEnv: process.env,
    sms: true,
  });
  const outbox = async (): Promise<readonly Sent[]> => {
    const answer = await fetch(`${stack.smsEmulatorUrl}/outbox`);
    return ((await answer.json()) as { items: Sent[] }).items;
  };
  try {
    const campaign = await startDemoCampaign(stack, {
      contactsCsv: csv,
      plan: JSON.parse(await readFile(PLAN, 'utf8')),
      smsFrom: FROM,
    });
    const leaver = numbers.at(-1) ?? '';
    await expect
      .poll(async () => (await outbox()).some(({ to }) => to === leaver), { timeout: 120_000 })
      .toBe(true);
    await fetch(`${stack.smsEmulatorUrl}/inbox`, {
      method: 'POST',
      body: JSON.stringify({ from: leaver, to: FROM, text: 'Stop' }),
    });
    const asks = numbers.at(-2) ?? '';
    await fetch(`${stack.smsEmulatorUrl}/inbox`, {
      method: 'POST',
      body: JSON.stringify({ from: asks, to: FROM, text: 'Hilfe' }),
    });
    const ended = await waitForEnd(stack, campaign.campaignId, {
      timeoutMs: 240_000,
      everyMs: 500,
    });
    const { rows } = await sql<{ number: string; status: string; reason: string }>`
      SELECT h.address AS number, c.status, c.end_reason AS reason
      FROM contact_campaigns c
      JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.contact_id
        AND h.channel = 'sms'
      WHERE c.campaign_id = ${campaign.campaignId}
      ORDER BY h.address`.execute(stack.db);
    const { rows: suppressions } = await sql<{ channel: string; value: string; source: string }>`
      SELECT channel, value, source FROM communication_suppressions
      ORDER BY value`.execute(stack.db);
    const isAnswered = async (number: string, start: string) =>
      (await outbox()).some(({ to, text }) => to === number && text.startsWith(start));
    await expect.poll(() => isAnswered(leaver, STOPPED), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => isAnswered(asks, HELPED), { timeout: 30_000 }).toBe(true);
    return {
      asks,
      ended,
      enrolled: campaign.enrolled,
      leaver,
      numbers,
      rows,
      suppressions,
      sent: await outbox(),
    };
  } finally {
    await stack.stop();
  }
}

test('a plan of mail and text messages ends alike on Redis and on Postgres alone', async () => {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');

  for (const result of [await run(null), await run(redisUrl)]) {
    const { asks, ended, enrolled, leaver, numbers, rows, suppressions, sent } = result;
    expect(ended).toBe(true);
    expect(enrolled).toBe(12);
    const attempts = sent.map(({ reference: { messageId, attempt } }) => `${messageId} ${attempt}`);
    expect(new Set(attempts).size).toBe(attempts.length);

    const to = (number: string) => sent.filter((one) => one.to === number);
    const [nobody = '', off = '', ...others] = numbers;
    for (const number of others.filter((one) => one !== leaver && one !== asks)) {
      expect(to(number)).toHaveLength(2);
    }
    // Their words are answered once, and whoever asks for help stays in the campaign.
    expect(to(leaver).filter(({ text }) => text.startsWith(STOPPED))).toHaveLength(1);
    expect(to(leaver)).toHaveLength(2);
    expect(to(asks).filter(({ text }) => text.startsWith(HELPED))).toHaveLength(1);
    expect(to(asks)).toHaveLength(3);
    expect(to(nobody)).toHaveLength(1);
    // A phone that is off is tried three times more.
    expect(to(off)).toHaveLength(4);

    const outcomes = Object.fromEntries(rows.map(({ number, status }) => [number, status]));
    expect(outcomes[leaver]).toBe('suppressed');
    expect(others.filter((number) => outcomes[number] === 'completed')).toHaveLength(9);
    expect(suppressions).toEqual(
      [
        { channel: 'sms', value: nobody, source: 'provider_event' },
        { channel: 'sms', value: leaver, source: 'sms_keyword' },
      ].toSorted((a, b) => (a.value < b.value ? -1 : 1)),
    );
  }
});

import { readReport, startDemoCampaign, waitForEnd, type Progress } from '@cadenza/demo';
import { startStack, type Stack, type StackProcess } from '@cadenza/stack';
import { BODY_CANARY, startRedisServer } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { provenMessages, until } from './support/ledger.ts';

/** Two days of campaign, without windows: what crashes cost is time, and nothing waits for a day. */
const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'First',
      body: '<p>Hello, <a href="https://www.example.com/a">read this</a></p>',
      transitions: [
        { on: 'opened', to: 'read', within: 'PT12H' },
        { on: 'no_open', to: 'second', after: 'PT12H' },
      ],
    },
    {
      id: 'read',
      channel: 'email',
      action: 'wait',
      transitions: [
        { on: 'clicked', to: 'third', within: 'PT6H' },
        { on: 'no_click', to: 'second', after: 'PT6H' },
      ],
    },
    {
      id: 'second',
      channel: 'email',
      action: 'send',
      subject: 'Second',
      body: `<p>Again, ${BODY_CANARY}</p>`,
      schedule: { delay: 'PT6H' },
      transitions: [{ on: 'no_open', to: 'third', after: 'PT12H' }],
    },
    {
      id: 'third',
      channel: 'email',
      action: 'send',
      subject: 'Third',
      body: '<p>Thanks</p>',
      transitions: [],
    },
  ],
};

const PEOPLE = 150;
const UNANSWERED = 5;

function contacts(): string {
  const rows = Array.from(
    { length: PEOPLE },
    (_, n) => `person-${n}@d${n % 15}.example.org,Person ${n}`,
  );
  return ['email,first_name', ...rows].join('\n');
}

async function crash(program: StackProcess): Promise<void> {
  const pid = program.pid;
  await program.kill();
  expect(program.pid).toBeUndefined();
  await program.start();
  expect(program.pid).not.toBe(pid);
}

/** The provider takes the next mails and hangs up: what became of them only its events tell. */
async function takeWithoutAnswer({ emulatorUrl }: Stack): Promise<void> {
  const answer = await fetch(`${emulatorUrl}/_emulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'accept_then_drop', times: UNANSWERED }),
  });
  expect(answer.ok).toBe(true);
}

/** Each is done once, when the campaign has come that far. */
function mishaps(
  stack: Stack,
  redis: Redis | null,
): [(progress: Progress) => boolean, () => Promise<unknown>][] {
  return [
    [({ sent }) => sent >= 10, () => takeWithoutAnswer(stack)],
    [({ sent }) => sent >= 20, () => crash(stack.sendWorker)],
    [({ events }) => events >= 60, () => crash(stack.eventWorker)],
    [({ events }) => events >= 100, () => crash(stack.api)],
    [({ sent }) => sent >= PEOPLE, async () => redis?.flushall()],
    [({ sent }) => sent >= PEOPLE + 20, () => crash(stack.sendWorker)],
    [({ sent }) => sent >= PEOPLE + 40, () => crash(stack.eventWorker)],
  ];
}

/** The last events may still be on their way when the last enrollment has ended. */
async function expectNothingProvenIsUnknown(stack: Stack): Promise<void> {
  const proven = await provenMessages(stack.emulatorUrl);
  expect(proven.size).toBeGreaterThan(PEOPLE);
  await until(async () => {
    const open = await stack.db
      .selectFrom('outbound_messages')
      .select('id')
      .where('status', 'in', ['dispatching', 'unknown'])
      .execute();
    return !open.some(({ id }) => proven.has(id));
  }, 30_000);
}

async function survive(redisUrl: string | null): Promise<void> {
  const redis = redisUrl === null ? null : new Redis(redisUrl);
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl,
    rate: 1_500,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'crash',
    hostEnv: process.env,
    env: { HAND_OFF_DEADLINE_MS: '2000', SENDGRID_TIMEOUT_MS: '2000' },
  });
  try {
    const campaign = await startDemoCampaign(stack, { contactsCsv: contacts(), plan: PLAN });
    const toCome = mishaps(stack, redis);
    let happened = 0;
    const ended = await waitForEnd(stack, campaign.campaignId, {
      timeoutMs: 240_000,
      everyMs: 100,
      async onProgress(progress) {
        const [due, happen] = toCome[0] ?? [];
        if (due?.(progress) !== true || happen === undefined) return;
        toCome.shift();
        await happen();
        happened += 1;
      },
    });
    expect(happened).toBe(7);
    expect(ended).toBe(true);
    expect(campaign.enrolled).toBe(PEOPLE);
    const report = await readReport(stack, campaign.campaignId);
    expect(report).toMatchObject({ doubled: 0, unaccounted: 0 });
    const people = report.ends.reduce((sum, end) => sum + end.people, 0);
    expect(people).toBe(PEOPLE);
    await expectNothingProvenIsUnknown(stack);
  } finally {
    await stack.stop();
    redis?.disconnect();
  }
}

test.concurrent(
  'each app killed in mid-campaign, and Redis emptied: nobody is lost, nothing is doubled',
  async () => {
    const server = await startRedisServer({ own: true });
    if (!server.available) throw new Error(server.reason);
    try {
      await survive(server.url);
    } finally {
      await server.stop();
    }
  },
);

test.concurrent(
  'each app killed in mid-campaign, on Postgres alone: nobody is lost, nothing is doubled',
  async () => {
    await survive(null);
  },
);

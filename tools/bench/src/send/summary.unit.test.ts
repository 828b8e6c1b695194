import { expect, it } from 'vitest';
import type { Reading } from './measure-side.ts';
import { summarize } from './summary.ts';

function reading(side: Reading['side'], seconds: number, more: Partial<Reading> = {}): Reading {
  return {
    side,
    messages: 100,
    seconds,
    cpuMs: {},
    statements: null,
    costs: [],
    redis: null,
    ...more,
  };
}

it('a ratio compares sides of the same round, so that a slow minute hits both', () => {
  const [baseline, pipeline] = summarize([
    [reading('sendgrid-mail', 1), reading('pipeline-redis', 2)],
    [reading('pipeline-redis', 20), reading('sendgrid-mail', 10)],
    [reading('sendgrid-mail', 1), reading('pipeline-redis', 4)],
  ]);
  expect(baseline).toMatchObject({ side: 'sendgrid-mail', ratio: 1, perSecond: 100 });
  expect(pipeline).toMatchObject({ side: 'pipeline-redis', ratio: 0.5, range: [5, 50] });
});

it('counts are per message, and a side without a database has none', () => {
  const statements = { data: 20, setConfig: 5, transactionControl: 10, queue: 3 };
  const redis = { commands: { evalsha: 150, zadd: 450 }, scripts: 150, reads: 90 };
  const [raw, pipeline] = summarize([
    [reading('raw', 1), reading('pipeline-redis', 1, { statements, redis, cpuMs: { redis: 30 } })],
  ]);
  expect(raw).toMatchObject({ ratio: null, statements: null, postgresTrips: null });
  expect(pipeline).toMatchObject({
    statements: 0.2,
    statementsWithSetConfig: 0.25,
    queueStatements: 0.03,
    postgresTrips: 0.38,
    redisCommands: 6,
    redisScripts: 1.5,
    redisTrips: 0.9,
    cpuMs: { redis: 0.3 },
    cpuMsInAll: 0.3,
  });
});

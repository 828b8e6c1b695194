import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readBacklogOptions } from '../src/backlog/options.ts';
import { runBacklogBench } from '../src/backlog/run.ts';

test('a small backlog goes through all phases, and what does not depend on the machine holds', async () => {
  if (inject('redisUrl') === null) throw new Error('this suite needs a Redis');
  const small = '--pending 3000 --baseline 500 --rounds 4 --warm-up 1 --walks 2';
  let printed = '';

  const verdicts = await runBacklogBench(
    readBacklogOptions(small.split(' ')),
    process.env,
    (text) => {
      printed += text;
    },
  );

  const [redis, , , indexes, rows] = verdicts.map(({ holds }) => holds);
  expect({ redis, indexes, rows }).toEqual({ redis: true, indexes: true, rows: true });
  // With the ten that the others are made after.
  expect(printed).toContain('9010 pending actions (later, limited, paused)');
  expect(printed).toMatch(/free to go +9010 +4 +0/);
  expect(printed).toMatch(/by scheduled_actions_sends on scheduled_actions {2}rows 500, loops 10/);
});

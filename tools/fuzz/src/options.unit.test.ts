import { expect, test } from 'vitest';
import { parseOptions, UsageError } from './options.ts';

test('a run is described by what it feeds, its seed and its count', () => {
  expect(parseOptions(['webhooks'])).toEqual({ target: 'webhooks', seed: 1, count: 100_000 });
  expect(parseOptions(['api'])).toEqual({ target: 'api', seed: 1, count: 20_000 });
  expect(parseOptions(['api', '--seed', '7', '--count', '10'])).toEqual({
    target: 'api',
    seed: 7,
    count: 10,
  });
});

test.each([
  [[]],
  [['mails']],
  [['webhooks', 'mails']],
  [['webhooks', '--seed', 'x']],
  [['webhooks', '--count', '0']],
  [['webhooks', '--minutes', '1']],
])('%j is refused', (args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});

import { expect, it } from 'vitest';
import { quietLog } from './index.ts';

it('writes a warning that repeats once in half a minute, and errors always', () => {
  const lines: unknown[] = [];
  const line = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    lines.push([level, message, fields]);
  let now = 0;
  const log = quietLog({ warn: line('warn'), error: line('error') }, () => now);
  const err = new Error('connect ECONNREFUSED');

  log.warn({ queue: 'a', err }, 'queue worker');
  now = 29_999;
  log.warn({ queue: 'a', err }, 'queue worker');
  log.warn({ queue: 'b', err }, 'queue worker');
  log.warn({ err }, 'the limiter lost Redis');
  log.error({ err }, 'job failed');
  log.error({ err }, 'job failed');
  now = 30_000;
  log.warn({ queue: 'a', err }, 'queue worker');
  now = 60_000;
  log.warn({ queue: 'a', err }, 'queue worker');

  expect(lines).toEqual([
    ['warn', 'queue worker', { queue: 'a', err }],
    ['warn', 'queue worker', { queue: 'b', err }],
    ['warn', 'the limiter lost Redis', { err }],
    ['error', 'job failed', { err }],
    ['error', 'job failed', { err }],
    ['warn', 'queue worker', { queue: 'a', err, repeats: 1 }],
    ['warn', 'queue worker', { queue: 'a', err }],
  ]);
});

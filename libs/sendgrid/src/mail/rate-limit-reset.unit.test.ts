import { expect, test } from 'vitest';
import { rateLimitWait } from './rate-limit-reset.ts';

const NOW = 1_800_000_000_000;

test.each([
  ['seconds from now', { 'x-ratelimit-reset': '30' }, 30_000],
  ['seconds since 1970', { 'x-ratelimit-reset': '1800000045' }, 45_000],
  ['an instant that has passed', { 'x-ratelimit-reset': '1799999000' }, 0],
  ['a fraction', { 'x-ratelimit-reset': '0.25' }, 250],
  ['zero', { 'x-ratelimit-reset': '0' }, 0],
  ['a wait of days, capped at an hour', { 'x-ratelimit-reset': '86400' }, 3_600_000],
  ['an instant in milliseconds, capped', { 'x-ratelimit-reset': '1800000045000' }, 3_600_000],
  ['Retry-After in seconds', { 'retry-after': '7' }, 7_000],
  ['Retry-After as a date', { 'retry-after': new Date(NOW + 9_000).toUTCString() }, 9_000],
  ['the reset before Retry-After', { 'x-ratelimit-reset': '5', 'retry-after': '7' }, 5_000],
  [
    'an unreadable reset, then Retry-After',
    { 'x-ratelimit-reset': 'x', 'retry-after': '7' },
    7_000,
  ],
  [
    'an instant by the clock of the server, where this process’s is ten minutes slow',
    { date: new Date(NOW + 600_000).toUTCString(), 'x-ratelimit-reset': '1800000645' },
    45_000,
  ],
  [
    'Retry-After by the clock of the server as well',
    {
      date: new Date(NOW + 600_000).toUTCString(),
      'retry-after': new Date(NOW + 609_000).toUTCString(),
    },
    9_000,
  ],
  [
    'an instant by this process’s clock where the date is unreadable',
    { date: 'x', 'x-ratelimit-reset': '1800000045' },
    45_000,
  ],
  ['nothing', {}, null],
  ['nonsense', { 'x-ratelimit-reset': '-5', 'retry-after': 'soon' }, null],
])('reads %s', (_, headers, expected) => {
  expect(rateLimitWait(headers, NOW)).toBe(expected);
});

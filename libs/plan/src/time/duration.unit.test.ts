import { describe, expect, it } from 'vitest';
import { addDuration, isTimeZone, parseDuration } from '../index.ts';

describe('parseDuration', () => {
  it.each([
    ['PT72H', 0, 259_200_000],
    ['P1D', 1, 0],
    ['P2W', 14, 0],
    ['P1DT12H', 1, 43_200_000],
    ['PT1M0.5S', 0, 60_500],
    ['PT0S', 0, 0],
    ['P3660D', 3660, 0],
  ])('reads %s', (text, days, ms) => {
    expect(parseDuration(text)).toEqual({ days, ms });
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1Y',
    'P1M',
    'PT1.5H',
    'P0.5D',
    '-P1D',
    'P-1D',
    'P1H',
    '1D',
    'pt1h',
    'PT1,5S',
    'P3661D',
    'PT1S ',
  ])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('addDuration', () => {
  it.each([
    [
      'skipped: on by the gap',
      'America/Los_Angeles',
      '2026-03-07T02:30-08:00',
      '2026-03-08T03:30-07:00',
    ],
    ['twice: the first', 'America/Los_Angeles', '2026-10-31T01:30-07:00', '2026-11-01T01:30-07:00'],
    [
      'half an hour skipped',
      'Australia/Lord_Howe',
      '2026-10-03T02:10+10:30',
      '2026-10-04T02:40+11:00',
    ],
    ['no change', 'Asia/Kathmandu', '2026-03-08T02:30+05:45', '2026-03-09T02:30+05:45'],
    ['a day that never was', 'Pacific/Apia', '2011-12-29T12:00-10:00', '2011-12-31T12:00+14:00'],
  ])('a day later, %s', (_, zone, from, to) => {
    expect(addDuration(Date.parse(from), { days: 1, ms: 0 }, zone)).toBe(Date.parse(to));
  });
});

describe('isTimeZone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Etc/GMT+5', true],
    ['+02:00', false],
    ['', false],
    ['Mars/Olympus', false],
    ['__proto__', false],
  ])('%s: %s', (zone, known) => {
    expect(isTimeZone(zone)).toBe(known);
  });
});

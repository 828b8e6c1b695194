import { describe, expect, it } from 'vitest';
import { progressLine, roughly } from './print.ts';

const progress = {
  now: new Date('2027-01-04T08:30:59Z'),
  people: 200,
  ended: 50,
  held: 0,
  sent: 320,
  events: 1_204,
};

describe('a line of progress', () => {
  it('shows the campaign’s time, a bar, and the counts', () => {
    expect(progressLine(progress)).toBe(
      `2027-01-04 08:30  ${'█'.repeat(6)}${'·'.repeat(18)}  50/200 ended, 320 sent, 1204 events`,
    );
  });

  it('names the people who are held only where there are some', () => {
    expect(progressLine({ ...progress, held: 2 })).toContain('50/200 ended, 2 held, 320 sent');
  });

  it.each([
    [0, 0, '█'.repeat(24)],
    [200, 0, '·'.repeat(24)],
    [200, 200, '█'.repeat(24)],
  ])('with %d people of whom %d have ended has a bar of one kind', (people, ended, bar) => {
    expect(progressLine({ ...progress, people, ended })).toContain(`  ${bar}  `);
  });
});

it.each([
  [10, '1 s'],
  [80_000, '80 s'],
  [160_500, '3 min'],
  [5_300_000, '89 min'],
  [32 * 3_600_000, '32 h'],
  [22.3 * 86_400_000, '23 days'],
])('%d ms are roughly %s', (ms, text) => {
  expect(roughly(ms)).toBe(text);
});

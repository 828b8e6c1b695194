import { describe, expect, it } from 'vitest';
import { progressLine } from './print.ts';

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

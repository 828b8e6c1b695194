import { describe, expect, it } from 'vitest';
import { printOpenWork, progressLine, roughly } from './print.ts';

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

it('what is still open is told by who waits for what, and what stands in the way', () => {
  let text = '';
  printOpenWork((part) => (text += part), {
    now: new Date('2027-01-04T08:30:59Z'),
    waiting: [
      {
        people: 12,
        phase: 'scheduled',
        node: 'bump',
        awaits: 'send, pending',
        firstDue: new Date('2027-01-04T05:30:59Z'),
      },
      {
        people: 3,
        phase: 'listening',
        node: 'offer',
        awaits: 'no_click, pending',
        firstDue: new Date('2027-01-07T05:30:59Z'),
      },
      { people: 1, phase: 'handed_off', node: 'bump', awaits: null, firstDue: null },
    ],
    underWay: [{ status: 'dispatching', messages: 1 }],
    deliveries: 2,
    obstacles: ['The limiter is closed.'],
  });
  expect(text.split('\n')).toEqual([
    '',
    'Still open at 2027-01-04 08:30 of the campaign',
    '     12  scheduled at bump: send, pending, the first due 2027-01-04 05:30, 3 h ago',
    '      3  listening at offer: no_click, pending, the first due 2027-01-07 05:30, in 3 days',
    '      1  handed_off at bump: nothing scheduled',
    '      1  messages dispatching',
    '      2  webhook deliveries not processed',
    'The limiter is closed.',
    '',
  ]);
});

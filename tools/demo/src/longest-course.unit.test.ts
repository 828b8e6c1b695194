import { parsePlan } from '@cadenza/plan';
import { describe, expect, it } from 'vitest';
import { longestCourse } from './longest-course.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Three retries after soft bounces: after 1 h, 4 h and 24 h. */
const RETRIES_MS = 29 * HOUR_MS;
const FRIDAY = Date.parse('2027-03-05T12:00:00Z');

const send = (id: string, transitions: unknown[], more: object = {}) => ({
  id,
  channel: 'email',
  action: 'send',
  subject: 'Hello',
  body: '<p>Hello, <a href="https://www.example.com">look</a></p>',
  transitions,
  ...more,
});

function courseMs(nodes: readonly { readonly id: string }[], more: object = {}): number {
  const startNodeId = nodes[0]?.id;
  const parsed = parsePlan({ version: '1.0', timezone: 'UTC', startNodeId, nodes, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return longestCourse(parsed.plan, FRIDAY) - FRIDAY;
}

describe('the longest course through a plan', () => {
  it('is that of one message with all its retries', () => {
    expect(courseMs([send('a', [])])).toBe(RETRIES_MS);
  });

  it('takes the way that takes longest, by timers and by events', () => {
    const ways = [
      { on: 'clicked', to: 'late', within: 'P2D' },
      { on: 'no_click', to: 'soon', after: 'P3D' },
    ];
    const soon = send('soon', []);
    const late = send('late', [], { schedule: { delay: 'P5D' } });
    expect(courseMs([send('a', ways), soon, late])).toBe(7 * DAY_MS + 2 * RETRIES_MS);
  });

  it('goes round a cycle as often as its visits allow', () => {
    const again = { on: 'no_open', to: 'a', after: 'P2D' };
    const nodes = [send('a', [again, { on: 'opened', to: 'stop' }], { maxVisits: 3 })];
    expect(courseMs(nodes)).toBe(3 * (2 * DAY_MS + RETRIES_MS));
  });

  it('waits for the hours in which the plan may send', () => {
    const sendWindow = { days: ['mon', 'tue'], start: '09:00', end: '17:00' };
    // Monday at 12:00, at 13:00, Tuesday at 9:00 and, since a day later is a Wednesday, Monday at 9:00.
    expect(courseMs([send('a', [])], { sendWindow })).toBe(10 * DAY_MS - 3 * HOUR_MS);
  });
});

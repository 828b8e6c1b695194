import { describe, expect, it } from 'vitest';
import {
  away,
  begun,
  event,
  hurried,
  resend,
  failed,
  sent,
  soft,
  timer,
  when,
} from '../../test/support/history.ts';
import { compiled, send } from '../../test/support/plans.ts';
import { impliedActions, planRun, isLate, DEFAULT_SETTINGS } from '../index.ts';

const plan = compiled([
  send('intro', [
    { on: 'clicked', to: 'offer', within: 'PT72H' },
    { on: 'no_open', to: 'bump', after: 'PT72H' },
  ]),
  send('bump', [], { schedule: { delay: 'PT24H' } }),
  send('offer', []),
]);
const entered = [begun('intro', 1), sent('intro', 1), timer('no_open', 'intro', 73)];

describe('a step that an operator wants now', () => {
  it('is due when they say so, and not when its delay ends', () => {
    expect(when(plan, entered).implied).toEqual(['send:bump:1:1 @97']);
    expect(when(plan, [...entered, hurried('bump', 80)])).toMatchObject({
      implied: ['send:bump:1:1 @80'],
      outcomes: ['applied', 'applied', 'applied', 'applied'],
    });
  });

  it('is hurried once: a second word only adds that windows do not count', () => {
    const { state } = when(plan, [
      ...entered,
      hurried('bump', 80),
      hurried('bump', 85, true),
      hurried('bump', 90),
    ]);
    expect(state.hurry).toEqual({ at: 80 * 3_600_000, anyTime: true });
  });

  it('leaves no trace of it when it has begun, has ended, or is not the next step any more', () => {
    const bump = [...entered, hurried('bump', 80)];
    const states = [
      when(plan, [...bump, begun('bump', 81)]).state,
      when(plan, [...bump, { kind: 'stopped', at: 81 * 3_600_000, reason: 'x' }]).state,
      // A click of before, which arrives after it, leads elsewhere.
      when(plan, [...bump, event('clicked', 'intro', 70)]).state,
      // The mail before has come back, and is tried again first.
      when(plan, [...bump, soft('intro', 81)]).state,
    ];
    expect(states.map(({ nodeId }) => nodeId)).toEqual(['bump', 'bump', 'offer', 'intro']);
    for (const state of states) expect(state).not.toHaveProperty('hurry');
  });

  it('is no other than the one that was meant', () => {
    expect(when(plan, [...entered, hurried('offer', 80)]).outcomes.at(-1)).toBe('other_node');
    expect(when(plan, [...entered, hurried('intro', 80)]).outcomes.at(-1)).toBe('late');
    expect(when(plan, [begun('intro', 1), hurried('intro', 2)]).outcomes.at(-1)).toBe('other_node');
  });

  it('is no repeated attempt: that keeps its distance', () => {
    const bounced = [begun('intro', 1), sent('intro', 1), soft('intro', 2)];
    expect(when(plan, bounced).implied).toEqual(['send:intro:1:2 @3']);
    expect(when(plan, [...bounced, hurried('intro', 2.5, false, 2)])).toMatchObject({
      implied: ['send:intro:1:2 @3'],
      outcomes: ['applied', 'applied', 'soft_bounce', 'noted'],
    });
  });

  it('waits for somebody who is away, whichever is said first', () => {
    const hurry = hurried('bump', 80);
    for (const inputs of [
      [...entered, away(75, 200), hurry],
      [...entered, hurry, away(82, 200)],
    ]) {
      expect(when(plan, inputs).implied).toEqual(['send:bump:1:1 @200']);
    }
    expect(when(plan, [...entered, away(75, 78), hurry]).implied).toEqual(['send:bump:1:1 @80']);
  });

  it('that failed before it began is hurried no more when it is tried again', () => {
    const inputs = [hurried('intro', 0.5), failed('intro', 1), resend('intro', 2)];
    expect(when(plan, inputs).state).toMatchObject({ phase: 'scheduled', attempt: 2 });
    expect(when(plan, inputs).state).not.toHaveProperty('hurry');
  });
});

describe('when a hurried step may run', () => {
  const windowed = compiled([
    send('intro', [], {
      schedule: {
        delay: 'P3D',
        at: '09:15',
        window: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '17:00' },
        maxLateness: 'PT1H',
      },
    }),
  ]);
  // 1970-01-01 was a Thursday.
  const runOf = (hours: number, anyTime: boolean) => {
    const { state } = when(windowed, [hurried('intro', hours, anyTime)]);
    const [action] = impliedActions(windowed, state, DEFAULT_SETTINGS);
    if (!action) throw new Error('nothing is implied');
    const now = hours * 3_600_000;
    const { runAt, notAfter } = planRun(windowed, action, DEFAULT_SETTINGS, now);
    return {
      runAt: runAt / 3_600_000,
      notAfter: notAfter === null ? null : (notAfter + 1) / 3_600_000,
      late: isLate(windowed, action, DEFAULT_SETTINGS, runAt),
    };
  };

  it.each([
    ['in its window at once, whatever the time of day it was for', 10, false, 10, 17],
    ['outside of it when it opens', 20, false, 32, 41],
    ['at a weekend on Monday', 60, false, 104, 113],
    ['outside of it at once where windows do not count', 20, true, 20, null],
  ])('is %s', (_, hours, anyTime, runAt, notAfter) => {
    expect(runOf(hours, anyTime)).toEqual({ runAt, notAfter, late: false });
  });

  it('is late from its own time on', () => {
    // Its delay had long ended; without a word it would be skipped.
    expect(runOf(200, true)).toEqual({ runAt: 200, notAfter: null, late: false });
  });
});

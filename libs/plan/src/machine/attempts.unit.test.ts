import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, replay, type EnrollmentInput } from '../index.ts';
import {
  begun,
  event,
  failed,
  lost,
  proven,
  released,
  resend,
  sent,
  skipped,
  soft,
  timer,
  when,
} from '../../test/support/history.ts';
import { compiled, send, wait } from '../../test/support/plans.ts';

const plan = compiled([
  send('intro', [
    { on: 'opened', to: 'read', within: 'PT72H' },
    { on: 'no_open', to: 'bump', after: 'PT72H' },
  ]),
  wait('read', [{ on: 'no_click', to: 'bump', after: 'PT24H' }]),
  send('bump', [{ on: 'no_open', to: 'stop', after: 'P5D' }], { schedule: { delay: 'P1D' } }),
]);
const intro = [begun('intro', 1), sent('intro', 1)];

describe('a soft bounce', () => {
  it('stops the timers, and implies the next attempt', () => {
    expect(when(plan, [...intro, soft('intro', 5)])).toMatchObject({
      where: 'listening intro',
      implied: ['send:intro:1:2 @6'],
      outcomes: ['applied', 'applied', 'soft_bounce'],
    });
  });

  it('is retried after 1 h, 4 h and 24 h, and is then final', () => {
    const tries = [1, 2, 3].flatMap((n) => [begun('intro', n * 30, n), soft('intro', n * 30, n)]);
    expect(when(plan, tries.slice(0, 4)).implied).toEqual(['send:intro:1:3 @64']);
    expect(when(plan, tries).implied).toEqual(['send:intro:1:4 @114']);
    const last = [...tries, begun('intro', 114, 4), soft('intro', 115, 4)];
    expect(when(plan, last).where).toBe('failed: bounced');
  });

  it('starts the timers again with the next attempt', () => {
    const retried = [...intro, soft('intro', 5), begun('intro', 6, 2), sent('intro', 6, 2)];
    expect(when(plan, retried).implied).toEqual(['no_open:intro:1:2 @78']);
    expect(when(plan, [...retried, timer('no_open', 'intro', 73)]).outcomes[5]).toBe('noted');
  });

  it('calls back a follow-up that has not begun, and none that has', () => {
    const early = compiled([
      send('a', [{ on: 'no_open', to: 'b', after: 'PT1H' }]),
      send('b', [], { schedule: { delay: 'P1D' } }),
    ]);
    const followed = [begun('a', 0), sent('a', 0), timer('no_open', 'a', 1)];
    expect(when(early, followed).implied).toEqual(['send:b:1:1 @25']);
    expect(when(early, [...followed, soft('a', 5)])).toMatchObject({
      where: 'listening a',
      implied: ['send:a:1:2 @6'],
    });
    expect(when(early, [...followed, begun('b', 25), soft('a', 26)])).toMatchObject({
      where: 'handed_off b',
      outcomes: ['applied', 'applied', 'applied', 'applied', 'late'],
    });
  });

  it('is taken back by proof that the message arrived', () => {
    const bounced = [...intro, soft('intro', 5)];
    expect(when(plan, [...bounced, event('opened', 'intro', 6)]).where).toBe('listening read');
    expect(when(plan, [...bounced, event('delivered', 'intro', 80)]).implied).toEqual([
      'no_open:intro:1:1 @80',
    ]);
  });

  it('of mail that was read changes nothing', () => {
    const read = [...intro, event('opened', 'intro', 2), soft('intro', 5)];
    expect(when(plan, read)).toMatchObject({ where: 'listening read' });
  });
});

describe('a soft bounce that is a refusal of this very message', () => {
  it('is final', () => {
    const refused = event('bounced', 'intro', 5, { bounce: 'refused' });
    expect(when(plan, [...intro, refused]).where).toBe('failed: bounced');
  });
});

describe('a retry later than the lateness allowed', () => {
  it('is skipped like any step', () => {
    expect(when(plan, [...intro, soft('intro', 5), skipped('intro', 90)])).toMatchObject({
      where: 'expired: skipped',
      implied: [],
    });
  });
});

describe('a hand-off that was lost', () => {
  const gone = [begun('intro', 1), lost('intro', 3)];

  it('is repeated at once, as the next attempt', () => {
    expect(when(plan, gone)).toMatchObject({
      where: 'listening intro',
      implied: ['send:intro:1:2 @3'],
    });
    expect(when(plan, [...gone, begun('intro', 4, 2)])).toMatchObject({
      where: 'handed_off intro',
      implied: [],
    });
  });

  it('is not repeated where evidence says that it was accepted', () => {
    expect(when(plan, [...gone, sent('intro', 1)])).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @73'],
      outcomes: ['applied', 'noted', 'applied'],
    });
    expect(when(plan, [...gone, event('opened', 'intro', 9)]).where).toBe('listening read');
  });

  it('is not repeated again where the next attempt was released and the first proven', () => {
    const proven = [...gone, begun('intro', 4, 2), sent('intro', 1), released('intro', 5, 2)];
    expect(when(plan, proven)).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @73'],
    });
  });

  it('has to be under way still', () => {
    expect(when(plan, [...intro, lost('intro', 3)])).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @73'],
    });
    expect(when(plan, [begun('intro', 1), lost('intro', 3, 2)]).where).toBe('handed_off intro');
  });
});

describe('a message sent again by an operator', () => {
  it('goes out as the next attempt, and the plan goes on from there', () => {
    const again = [begun('intro', 1), failed('intro', 2), resend('intro', 9)];
    expect(when(plan, again)).toMatchObject({
      where: 'listening intro',
      implied: ['send:intro:1:2 @9'],
    });
    const sentAgain = [...again, begun('intro', 10, 2), sent('intro', 10, 2)];
    expect(when(plan, sentAgain).implied).toEqual(['no_open:intro:1:2 @82']);
  });

  it('may never have been handed off before', () => {
    expect(when(plan, [failed('intro', 2), resend('intro', 9)])).toMatchObject({
      where: 'scheduled intro',
      implied: ['send:intro:1:2 @9'],
    });
  });

  it('is called back by news that it had arrived', () => {
    const bounced = [...intro, event('bounced', 'intro', 5, { bounce: 'refused' })];
    const opened = [...bounced, resend('intro', 9), event('opened', 'intro', 10)];
    expect(when(plan, opened).where).toBe('listening read');
  });

  it('must be the last, and its failure the end', () => {
    const stopped: EnrollmentInput = { kind: 'stopped', at: 0, reason: 'operator' };
    expect(when(plan, [stopped, resend('intro', 9)])).toMatchObject({
      outcomes: ['applied', 'ended'],
    });
    expect(
      when(plan, [begun('intro', 1), failed('intro', 2), resend('intro', 9, 2)]),
    ).toMatchObject({ where: 'failed: refused', implied: [] });
    expect(when(plan, [...intro, resend('intro', 9)]).where).toBe('listening intro');
  });
});

describe('a release that was wrong', () => {
  const proof: EnrollmentInput = { ...proven('intro', 1), reinstated: true };

  it('counts for nothing: the hand-off did begin', () => {
    expect(when(plan, [begun('intro', 1), released('intro', 2), proof])).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @73'],
      outcomes: ['applied', 'noted', 'applied'],
    });
  });

  it('leaves a hand-off that has begun since where it is', () => {
    const other = compiled([
      send('a', [{ on: 'no_open', to: 'b', after: 'PT1H' }]),
      send('b', [{ on: 'no_open', to: 'c', after: 'PT1H' }]),
      send('c'),
    ]);
    const inputs = [
      begun('a', 1),
      sent('a', 1),
      timer('no_open', 'a', 2),
      begun('b', 3),
      released('b', 4),
      event('opened', 'a', 1.5),
    ];
    expect(when(other, inputs).implied).toEqual([]);
    const back = when(other, [...inputs, { ...proven('b', 3), reinstated: true }]);
    expect(back).toMatchObject({ where: 'listening b', implied: ['no_open:b:1:1 @4'] });
  });
});

describe('a snapshot in the place of inputs', () => {
  const recorded = (inputs: readonly EnrollmentInput[], from: number) =>
    inputs.map((input, index) => ({ seq: from + index, id: `${index}`, now: 0, input }));
  const enrolled: EnrollmentInput = { kind: 'enrolled', at: 0 };
  const { base } = replay(plan, recorded([enrolled, begun('intro', 1)], 1), DEFAULT_SETTINGS);

  it('is gone on from', () => {
    const { state } = replay(plan, recorded([sent('intro', 1)], 3), DEFAULT_SETTINGS, base);
    expect(state).toMatchObject({ phase: 'listening', nodeId: 'intro', attempt: 1 });
  });

  it('is not touched by what takes one of its hand-offs back', () => {
    const later = recorded([released('intro', 2), { ...proven('intro', 1), reinstated: true }], 3);
    const { state, outcomes } = replay(plan, later, DEFAULT_SETTINGS, base);
    expect(state).toMatchObject({ phase: 'listening', nodeId: 'intro', attempt: 1 });
    expect(outcomes.get(3)).toBe('other_node');
  });
});

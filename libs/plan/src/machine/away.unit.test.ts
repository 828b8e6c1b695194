import { describe, expect, it } from 'vitest';
import {
  away,
  begun,
  event,
  lost,
  resend,
  sent,
  soft,
  timer,
  when,
} from '../../test/support/history.ts';
import { compiled, send, wait } from '../../test/support/plans.ts';

const plan = compiled([
  send('intro', [
    { on: 'clicked', to: 'read', within: 'PT72H' },
    { on: 'no_open', to: 'bump', after: 'PT72H' },
  ]),
  wait('read', [{ on: 'replied', to: 'bump', within: 'PT10H' }]),
  send('bump', [], { schedule: { delay: 'PT24H' } }),
]);
const intro = [begun('intro', 1), sent('intro', 1)];

describe('somebody who is away', () => {
  it('is waited for by as much longer as they are away', () => {
    expect(when(plan, [...intro, away(2, 102)])).toMatchObject({
      implied: ['no_open:intro:1:1 @173'],
      outcomes: ['applied', 'applied', 'applied'],
    });
  });

  it('gets no step while away, and the step’s own delay is not used up', () => {
    const entered = [...intro, timer('no_open', 'intro', 73)];
    expect(when(plan, entered).implied).toEqual(['send:bump:1:1 @97']);
    // 7 hours of the delay are over when they leave, and 17 are left when they are back.
    expect(when(plan, [...entered, away(80, 200)]).implied).toEqual(['send:bump:1:1 @217']);
  });

  it('gets no step that was due before, and has not left', () => {
    const entered = [...intro, timer('no_open', 'intro', 73)];
    expect(when(plan, [...entered, away(120, 200)]).implied).toEqual(['send:bump:1:1 @200']);
  });

  it('gets no step without a delay either', () => {
    expect(when(plan, [away(0, 48)]).implied).toEqual(['send:intro:1:1 @48']);
  });

  it('counts from the answer’s own time, whenever it arrives', () => {
    const silent = timer('no_open', 'intro', 73);
    expect(when(plan, [...intro, silent, away(2, 102)])).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @173'],
      outcomes: ['applied', 'applied', 'noted', 'applied'],
    });
  });

  it('is held from the next message on where that was on its way already', () => {
    const bumped = [...intro, timer('no_open', 'intro', 73), begun('bump', 97), sent('bump', 97)];
    const silent = compiled([
      send('intro', [{ on: 'no_open', to: 'bump', after: 'PT72H' }]),
      send('bump', [{ on: 'no_reply', to: 'stop', after: 'PT10H' }], {
        schedule: { delay: 'PT24H' },
      }),
    ]);
    expect(when(silent, [...bumped, away(90, 120)]).implied).toEqual(['no_reply:bump:1:1 @130']);
  });

  it('may react in time all the while', () => {
    const clicked = event('clicked', 'intro', 150);
    expect(when(plan, [...intro, clicked]).where).toBe('listening intro');
    expect(when(plan, [...intro, away(2, 102), clicked]).where).toBe('listening read');
    expect(when(plan, [...intro, event('clicked', 'intro', 3), away(5, 30)]).implied).toEqual([
      'elapsed:read:1:1 @38',
    ]);
  });

  it('is back when the last answer says so', () => {
    const held = (...inputs: Parameters<typeof away>[]) =>
      when(plan, [...intro, ...inputs.map((one) => away(...one))]).implied;
    expect(held([2, 102], [10, 202])).toEqual(['no_open:intro:1:1 @273']);
    expect(held([2, 102], [10, 52])).toEqual(['no_open:intro:1:1 @123']);
    expect(held([10, 52], [2, 102])).toEqual(['no_open:intro:1:1 @123']);
    expect(held([2, 102], [10, 5])).toEqual(['no_open:intro:1:1 @81']);
    // An answer that names no day makes no absence shorter.
    expect(held([2, 102], [10, 52, true])).toEqual(['no_open:intro:1:1 @173']);
    expect(held([2, 102], [10, 202, true])).toEqual(['no_open:intro:1:1 @273']);
    expect(held([2, 102, true], [10, 52])).toEqual(['no_open:intro:1:1 @123']);
  });

  it('may be away twice', () => {
    expect(when(plan, [...intro, away(2, 12), away(20, 30)]).implied).toEqual([
      'no_open:intro:1:1 @93',
    ]);
  });

  it('is not held by an absence that is over, or begins after the wait', () => {
    const bumped = [...intro, away(2, 12), timer('no_open', 'intro', 83)];
    expect(when(plan, bumped)).toMatchObject({ implied: ['send:bump:1:1 @107'] });
    expect(when(plan, bumped).state.away).toBeUndefined();
    expect(when(plan, [...intro, away(80, 100)]).implied).toEqual(['no_open:intro:1:1 @73']);
    expect(when(plan, [...intro, away(80, 80)])).toMatchObject({
      outcomes: ['applied', 'applied', 'noted'],
    });
  });

  it('gets no message tried again while away', () => {
    expect(when(plan, [...intro, soft('intro', 2), away(2, 50)]).implied).toEqual([
      'send:intro:1:2 @50',
    ]);
    const repeated = when(plan, [begun('intro', 1), lost('intro', 2), away(2, 50)]);
    expect(repeated.implied).toEqual(['send:intro:1:2 @50']);
  });

  it('stays stopped or ended', () => {
    const replied = event('replied', 'intro', 2);
    expect(when(plan, [...intro, replied, away(3, 50)])).toMatchObject({
      where: 'stopped: replied',
      outcomes: ['applied', 'applied', 'applied', 'ended'],
    });
    expect(when(plan, [...intro, away(2, 50), replied]).where).toBe('stopped: replied');
    expect(when(plan, [...intro, replied, resend('intro', 4)]).where).toBe('stopped: replied');
  });

  it('is held no longer by what the next hand-off has ended', () => {
    const { state } = when(plan, [
      ...intro,
      away(2, 12),
      timer('no_open', 'intro', 83),
      begun('bump', 107),
    ]);
    expect(state.away).toBeUndefined();
  });
});

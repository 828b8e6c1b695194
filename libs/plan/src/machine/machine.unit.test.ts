import { describe, expect, it } from 'vitest';
import { diffActions, initialState, step, type EnrollmentInput } from '../index.ts';
import { begun, event, failed, sent, skipped, timer, when } from '../../test/support/history.ts';
import { compiled, send, wait } from '../../test/support/plans.ts';

/** The plan of the examples, shortened: mail, read it, bump or offer. */
const plan = compiled([
  send('intro', [
    { on: 'opened', to: 'read', within: 'PT72H' },
    { on: 'no_open', to: 'bump', after: 'PT72H' },
    { on: 'unsubscribed', to: 'stop' },
  ]),
  wait('read', [
    { on: 'clicked', to: 'offer', within: 'PT24H' },
    { on: 'no_click', to: 'bump', after: 'PT24H' },
  ]),
  send('bump', [{ on: 'no_open', to: 'stop', after: 'P5D' }], { schedule: { delay: 'P1D' } }),
  send('offer'),
]);
const intro = [begun('intro', 1), sent('intro', 1)];

describe('a message', () => {
  it('is scheduled by enrolling', () => {
    expect(when(plan, [])).toMatchObject({
      where: 'scheduled intro',
      implied: ['send:intro:1:1 @0'],
    });
  });

  it('implies no timers until it is accepted', () => {
    expect(when(plan, [begun('intro', 1)])).toMatchObject({
      where: 'handed_off intro',
      implied: [],
    });
    expect(when(plan, intro)).toMatchObject({
      where: 'listening intro',
      implied: ['no_open:intro:1:1 @73'],
    });
  });

  it('keeps its time sent, whenever the answer comes', () => {
    const { state } = when(plan, [begun('intro', 1), sent('intro', 9)]);
    expect(state.anchor).toMatchObject({ sentAt: 3_600_000 });
  });

  it('is accepted by evidence, too', () => {
    expect(when(plan, [begun('intro', 1), event('delivered', 'intro', 2)])).toMatchObject({
      where: 'listening intro',
      outcomes: ['applied', 'noted'],
    });
    expect(when(plan, [begun('intro', 1), event('opened', 'intro', 2)]).where).toBe(
      'listening read',
    );
  });

  it('is handed off once per attempt', () => {
    expect(when(plan, [begun('intro', 1), begun('intro', 2)])).toMatchObject({
      outcomes: ['applied', 'other_node'],
    });
    expect(when(plan, [begun('bump', 1)])).toMatchObject({
      where: 'scheduled intro',
      outcomes: ['other_node'],
    });
  });

  it('that failed ends the enrollment', () => {
    expect(when(plan, [begun('intro', 1), failed('intro', 1)]).where).toBe('failed: refused');
    expect(when(plan, [failed('intro', 1)]).where).toBe('failed: refused');
    expect(when(plan, [...intro, failed('intro', 2)]).outcomes[2]).toBe('noted');
  });

  it.each(['blocked', 'dropped'] as const)('that was %s ends it, without a transition', (type) => {
    expect(when(plan, [...intro, event(type, 'intro', 2)]).where).toBe(`failed: ${type}`);
  });
});

describe('events', () => {
  it('drive the node that sent the message, and the waits entered from it', () => {
    const read = [...intro, event('opened', 'intro', 2)];
    expect(when(plan, read)).toMatchObject({
      where: 'listening read',
      implied: ['no_click:read:1:1 @26'],
    });
    expect(when(plan, [...read, event('clicked', 'intro', 3)])).toMatchObject({
      where: 'scheduled offer',
      implied: ['send:offer:1:1 @3'],
    });
  });

  it('of a message left behind move nothing', () => {
    const bumped = [...intro, timer('no_open', 'intro', 73), begun('bump', 98)];
    expect(when(plan, [...bumped, event('opened', 'intro', 99)])).toMatchObject({
      where: 'handed_off bump',
      outcomes: ['applied', 'applied', 'applied', 'applied', 'late'],
    });
  });

  it('of a message never sent are of another node', () => {
    expect(when(plan, [...intro, event('opened', 'offer', 2)]).outcomes[2]).toBe('other_node');
  });

  it('before the time sent count as at it', () => {
    const { state } = when(plan, [...intro, event('opened', 'intro', 0.5)]);
    expect(state).toMatchObject({ nodeId: 'read', enteredAt: 3_600_000 });
  });

  it('count within by their own time', () => {
    expect(when(plan, [...intro, event('opened', 'intro', 73)]).where).toBe('listening read');
    expect(when(plan, [...intro, event('opened', 'intro', 73.01)])).toMatchObject({
      where: 'listening intro',
      // An open after the timer's time does not refute it.
      implied: ['no_open:intro:1:1 @73'],
      outcomes: ['applied', 'applied', 'outside_within'],
    });
  });

  it('by machines move nothing', () => {
    expect(when(plan, [...intro, event('opened', 'intro', 2, { actor: 'machine' })])).toMatchObject(
      {
        where: 'listening intro',
        implied: ['no_open:intro:1:1 @73'],
        outcomes: ['applied', 'applied', 'machine'],
      },
    );
    expect(when(plan, [...intro, event('opened', 'intro', 2, { actor: 'unknown' })]).where).toBe(
      'listening read',
    );
  });

  it('by machines count where the plan says any', () => {
    const any = compiled([
      send('a', [
        { on: 'opened', to: 'b', within: 'P1D', actor: 'any' },
        { on: 'no_open', to: 'stop' },
      ]),
      send('b'),
    ]);
    const opened = event('opened', 'a', 2, { actor: 'machine' });
    expect(when(any, [begun('a', 1), opened]).where).toBe('scheduled b');
  });

  it('a click is an open as well, for images are often off', () => {
    expect(when(plan, [...intro, event('clicked', 'intro', 2)]).where).toBe('scheduled offer');
    const quiet = compiled([send('a', [{ on: 'no_open', to: 'b' }]), send('b')]);
    expect(when(quiet, [begun('a', 1), event('clicked', 'a', 2)]).where).toBe(
      'completed: no_further_step',
    );
  });

  it('that came early are used on entering a wait', () => {
    const slow = compiled([
      send('a', [{ on: 'delivered', to: 'w' }]),
      wait('w', [{ on: 'opened', to: 'b' }]),
      send('b'),
    ]);
    const inputs = [begun('a', 1), event('opened', 'a', 2), event('delivered', 'a', 3)];
    expect(when(slow, inputs)).toMatchObject({
      where: 'scheduled b',
      implied: ['send:b:1:1 @3'],
    });
  });

  it('are each used up once', () => {
    const twice = compiled([
      send('a', [{ on: 'opened', to: 'v' }]),
      wait('v', [{ on: 'opened', to: 'w' }]),
      wait('w', [{ on: 'opened', to: 'b' }]),
      send('b'),
    ]);
    const open = (hours: number): EnrollmentInput => event('opened', 'a', hours);
    expect(when(twice, [begun('a', 1), open(2), open(3)]).where).toBe('listening w');
    expect(when(twice, [begun('a', 1), open(2), open(3), open(4)]).where).toBe('scheduled b');
  });
});

describe('what concerns the person', () => {
  it.each([
    ['replied', 'stopped: replied'],
    ['unsubscribed', 'suppressed: unsubscribed'],
    ['spamreport', 'suppressed: spamreport'],
    ['bounced', 'suppressed: bounced'],
  ] as const)('%s acts from any node and any phase', (type, end) => {
    const it = (hours: number): EnrollmentInput => event(type, 'intro', hours, { bounce: 'hard' });
    const bumped = [...intro, timer('no_open', 'intro', 73)];
    expect(when(plan, [...bumped, it(74)]).where).toBe(end);
    expect(when(plan, [...bumped, begun('bump', 98), it(99)]).where).toBe(end);
    expect(when(plan, [...bumped, begun('bump', 98), sent('bump', 98), it(99)]).where).toBe(end);
  });

  it('takes the transition of the current node', () => {
    expect(when(plan, [...intro, event('unsubscribed', 'intro', 2)]).where).toBe(
      'stopped: unsubscribed',
    );
    const answered = compiled([
      send('a', [{ on: 'no_open', to: 'b' }]),
      send('b', [{ on: 'replied', to: 'thanks' }]),
      send('thanks'),
    ]);
    const inputs = [
      begun('a', 1),
      sent('a', 1),
      timer('no_open', 'a', 73),
      event('replied', 'a', 74),
    ];
    expect(when(answered, inputs).where).toBe('scheduled thanks');
  });

  it('counts from the time sent, and from enrolling, where its own time is before them', () => {
    const early = when(plan, [...intro, event('replied', 'bump', 0.5)]);
    expect(early.state.end).toEqual({ status: 'stopped', reason: 'replied', at: 3_600_000 });
    const before = when(plan, [{ kind: 'stopped', reason: 'operator', at: -5 }]);
    expect(before.state.end).toEqual({ status: 'stopped', reason: 'operator', at: 0 });
  });

  it('ends by operators and suppressions', () => {
    const stopped = { kind: 'stopped', reason: 'operator', at: 1 } as const;
    const suppressed = { kind: 'suppressed', reason: 'manual', at: 1 } as const;
    expect(when(plan, [stopped])).toMatchObject({ where: 'stopped: operator', implied: [] });
    expect(when(plan, [suppressed]).where).toBe('suppressed: manual');
    expect(when(plan, [suppressed, begun('intro', 1)]).outcomes).toEqual(['applied', 'ended']);
  });
});

describe('timers', () => {
  it('to stop complete the enrollment', () => {
    const done = compiled([send('a', [{ on: 'no_open', to: 'stop' }])]);
    expect(when(done, [begun('a', 0), timer('no_open', 'a', 72)]).where).toBe('completed: no_open');
  });

  it('are refuted by the real event, whatever its fate', () => {
    const both = compiled([
      send('a', [
        { on: 'opened', to: 'w' },
        { on: 'no_reply', to: 'stop' },
      ]),
      wait('w', [
        { on: 'no_open', to: 'b' },
        { on: 'no_click', to: 'b' },
      ]),
      send('b'),
    ]);
    const opened = [begun('a', 0), event('opened', 'a', 1)];
    expect(when(both, opened).implied).toEqual(['no_click:w:1:1 @25']);
    expect(when(both, [...opened, timer('no_open', 'w', 73)]).outcomes[2]).toBe('refuted');
  });

  it('of an earlier attempt, or of another node, do nothing', () => {
    expect(when(plan, [...intro, timer('no_open', 'intro', 72)]).outcomes[2]).toBe('noted');
    expect(when(plan, [...intro, timer('no_open', 'bump', 72)]).outcomes[2]).toBe('other_node');
    const moved = [...intro, event('opened', 'intro', 2), timer('no_open', 'intro', 73)];
    expect(when(plan, moved).outcomes[3]).toBe('late');
  });

  it('count days on the calendar and hours exactly', () => {
    const spring = compiled([send('a', [{ on: 'no_open', to: 'b', after: 'P1D' }]), send('b')], {
      timezone: 'America/Los_Angeles',
    });
    // 2026-03-08 02:00 is skipped there: that day has 23 hours.
    const noon = Date.UTC(2026, 2, 7, 20) / 3_600_000;
    const inputs = [begun('a', noon), sent('a', noon)];
    expect(when(spring, inputs).implied).toEqual([`no_open:a:1:1 @${noon + 23}`]);
    const berlin = { timezone: 'Europe/Berlin', graceMs: 0 };
    expect(when(spring, inputs, berlin).implied).toEqual([`no_open:a:1:1 @${noon + 24}`]);
    const nonsense = { timezone: 'Mars/Olympus', graceMs: 0 };
    expect(when(spring, inputs, nonsense).implied).toEqual([`no_open:a:1:1 @${noon + 23}`]);
  });
});

describe('an enrollment ends where nothing can lead on', () => {
  it('at once where a node has nothing to wait for', () => {
    const offer = [...intro, event('clicked', 'intro', 2), begun('offer', 3)];
    expect(when(plan, offer).where).toBe('handed_off offer');
    expect(when(plan, [...offer, sent('offer', 3)]).where).toBe('completed: no_further_step');
  });

  it('when the last within has passed', () => {
    const once = compiled([
      send('a', [
        { on: 'opened', to: 'b', within: 'PT2H' },
        { on: 'clicked', to: 'b', within: 'PT5H' },
        { on: 'bounced', to: 'stop' },
      ]),
      send('b'),
    ]);
    const waiting = [begun('a', 1), sent('a', 1)];
    expect(when(once, waiting).implied).toEqual(['elapsed:a:1:1 @6']);
    const elapsed = [...waiting, timer('elapsed', 'a', 6)];
    expect(when(once, elapsed).where).toBe('completed: no_further_step');
    // An open of which word comes later still counts, by its own time.
    expect(when(once, [...elapsed, event('opened', 'a', 3)]).where).toBe('scheduled b');
  });

  it('never while an event without an end is waited for', () => {
    const open = compiled([send('a', [{ on: 'opened', to: 'b' }]), send('b')]);
    expect(when(open, [begun('a', 1), sent('a', 1)])).toMatchObject({
      where: 'listening a',
      implied: [],
    });
  });

  it('after the last of the visits a node allows', () => {
    const round = compiled([
      send('a', [{ on: 'no_open', to: 'a', after: 'PT1H' }], { maxVisits: 2 }),
    ]);
    const first = [begun('a', 1), timer('no_open', 'a', 2)];
    expect(when(round, first).implied).toEqual(['send:a:2:1 @2']);
    const second = [...first, begun('a', 3, 1, 2), timer('no_open', 'a', 4, 2)];
    expect(when(round, second).where).toBe('completed: max_visits');
  });

  it('when a step is too late, but for a transition on it', () => {
    expect(when(plan, [skipped('intro', 9)]).where).toBe('expired: skipped');
    const other = compiled([send('a', [{ on: 'skipped', to: 'b' }]), send('b')]);
    expect(when(other, [skipped('a', 9)]).where).toBe('scheduled b');
    expect(when(other, [begun('a', 1), skipped('a', 9)]).outcomes).toEqual([
      'applied',
      'other_node',
    ]);
  });
});

describe('diffActions', () => {
  it('tells what to cancel, add and move', () => {
    const action = (key: string, dueAt: number) =>
      ({ key, type: 'send', nodeId: 'a', visit: 1, attempt: 1, timer: null, dueAt }) as const;
    const before = [action('gone', 1), action('same', 2), action('later', 3)];
    const after = [action('same', 2), action('later', 9), action('new', 4)];
    expect(diffActions(before, after)).toEqual({
      cancel: [before[0]],
      add: [after[2]],
      move: [after[1]],
    });
  });
});

describe('step', () => {
  it('changes neither its state nor its input', () => {
    const state = initialState();
    const input = { kind: 'enrolled', at: 5 } as const;
    const settings = { timezone: null, graceMs: 0 };
    const result = step(plan, Object.freeze(state), Object.freeze(input), settings);
    expect(state).toEqual(initialState());
    expect(JSON.parse(JSON.stringify(result.state))).toEqual(result.state);
  });
});

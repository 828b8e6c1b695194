import { describe, expect, it } from 'vitest';
import {
  diffActions,
  fold,
  impliedActions,
  needsReplay,
  replay,
  type EnrollmentInput,
  type RecordedInput,
} from '../index.ts';
import { begun, event, released, sent, soft, timer, when } from '../../test/support/history.ts';
import { compiled, send, wait } from '../../test/support/plans.ts';

const settings = { timezone: null, graceMs: 120_000 };

/** Mail 1; mail 2 to those who do not open it, mail 3 to those who do. */
const branches = compiled([
  send('one', [
    { on: 'opened', to: 'three' },
    { on: 'no_open', to: 'two' },
  ]),
  send('two'),
  send('three'),
]);

function recorded(inputs: readonly EnrollmentInput[]): RecordedInput[] {
  return inputs.map((input, index) => ({ seq: index + 1, id: `i${index}`, now: 0, input }));
}

/** Courses of events that were found to double, lose or mis-send where the fold was another. */
describe('traces', () => {
  it('no_open commits, an open arrives, mail 2 begins: mail 3 is not sent as well', () => {
    const first = [begun('one', 0), sent('one', 0), timer('no_open', 'one', 72)];
    const open = event('opened', 'one', 71);
    // Before mail 2 has begun the open calls it back.
    expect(when(branches, [...first, open]).implied).toEqual(['send:three:1:1 @71']);
    // Once it has begun the open comes late, and nothing else is implied.
    expect(when(branches, [...first, begun('two', 73), open])).toMatchObject({
      where: 'handed_off two',
      implied: [],
      outcomes: ['applied', 'applied', 'applied', 'applied', 'late'],
    });
    // A begin of mail 2 after the open was recorded is of no node that the enrollment is at.
    expect(when(branches, [...first, open, begun('two', 73)]).outcomes[4]).toBe('other_node');
  });

  it('an event proves attempt 1, attempt 2 is released: attempt 2 does not begin again', () => {
    const inputs = [begun('one', 0), begun('one', 10, 2), event('opened', 'one', 1)];
    expect(when(branches, [...inputs, released('one', 11, 2)])).toMatchObject({
      where: 'scheduled three',
      implied: ['send:three:1:1 @1'],
      outcomes: ['applied', 'withdrawn', 'applied', 'withdrawn'],
    });
  });

  it('attempt 1 bounces again after its retry: attempt 3 does not start', () => {
    const inputs = [begun('one', 0), soft('one', 1), begun('one', 2, 2), soft('one', 3, 1)];
    expect(when(branches, inputs)).toMatchObject({
      where: 'handed_off one',
      implied: [],
      outcomes: ['applied', 'soft_bounce', 'applied', 'noted'],
    });
  });

  it('retry of mail 1 begun, opened, mail 3 begun, retry refused: mail 1 stays behind mail 3', () => {
    const inputs = [
      begun('one', 0),
      sent('one', 0),
      soft('one', 1),
      begun('one', 2, 2),
      event('opened', 'one', 1.5),
      begun('three', 3),
      released('one', 4, 2),
    ];
    expect(when(branches, inputs)).toMatchObject({
      where: 'handed_off three',
      implied: [],
      outcomes: [
        'applied',
        'applied',
        'soft_bounce',
        'withdrawn',
        'applied',
        'applied',
        'withdrawn',
      ],
    });
  });

  it('no_open implies mail 2, an open cancels it, the click of which word came first brings it back', () => {
    const plan = compiled([
      send('one', [
        { on: 'opened', to: 'read', within: 'PT72H' },
        { on: 'no_open', to: 'two' },
      ]),
      wait('read', [
        { on: 'clicked', to: 'two' },
        { on: 'no_click', to: 'stop' },
      ]),
      send('two'),
    ]);
    const all = recorded([
      { kind: 'enrolled', at: 0 },
      begun('one', 0),
      sent('one', 0),
      timer('no_open', 'one', 72),
      event('opened', 'one', 70),
      event('clicked', 'one', 71),
    ]);
    const implied = [3, 4, 5, 6].map((n) =>
      impliedActions(plan, replay(plan, all.slice(0, n), settings).state, settings),
    );
    const changes = implied.slice(1).map((after, n) => diffActions(implied[n] ?? [], after));
    const keys = changes.map(({ cancel, add }) => ({
      cancel: cancel.map((action) => action.key),
      add: add.map((action) => action.key),
    }));
    // The key is the one that was cancelled, so that the action is revived, not inserted anew.
    expect(keys).toEqual([
      { cancel: ['no_open:one:1:1'], add: ['send:two:1:1'] },
      { cancel: ['send:two:1:1'], add: ['no_click:read:1:1'] },
      { cancel: ['no_click:read:1:1'], add: ['send:two:1:1'] },
    ]);
  });

  it('click and open folded at once, in either order: the click is not lost', () => {
    const plan = compiled([
      send('one', [{ on: 'opened', to: 'read' }]),
      wait('read', [{ on: 'clicked', to: 'offer' }]),
      send('offer'),
    ]);
    const machine = { actor: 'machine' } as const;
    const open = event('opened', 'one', 1);
    const click = event('clicked', 'one', 1);
    const orders = [
      [open, click],
      [click, open],
      [event('clicked', 'one', 1, machine), click, open],
    ];
    for (const order of orders) {
      expect(when(plan, [begun('one', 0), ...order]).where).toBe('scheduled offer');
    }
  });

  it('a reply arrives between begin and 429: the message does not begin again', () => {
    const inputs = [begun('one', 0), event('replied', 'one', 1), released('one', 2)];
    expect(when(branches, inputs)).toMatchObject({ where: 'stopped: replied', implied: [] });
  });

  it('a release folds again what came late', () => {
    const first = [begun('one', 0), sent('one', 0), timer('no_open', 'one', 72), begun('two', 73)];
    const late = event('opened', 'one', 71);
    expect(when(branches, [...first, late]).outcomes[4]).toBe('late');
    expect(when(branches, [...first, late, released('two', 74)])).toMatchObject({
      where: 'scheduled three',
      outcomes: ['applied', 'applied', 'late', 'withdrawn', 'applied', 'withdrawn'],
    });
  });

  it('a hand-off that began stays where it is when an earlier one is withdrawn', () => {
    const plan = compiled([
      send('one', [
        { on: 'replied', to: 'four' },
        { on: 'no_open', to: 'two' },
      ]),
      send('two', [{ on: 'replied', to: 'five' }]),
      send('four'),
      send('five'),
    ]);
    const inputs = [
      begun('one', 0),
      sent('one', 0),
      timer('no_open', 'one', 72),
      begun('two', 73),
      event('replied', 'one', 71),
      begun('five', 74),
    ];
    expect(when(plan, inputs).where).toBe('handed_off five');
    // By the order of the reply alone four would be sent now, after five.
    expect(when(plan, [...inputs, released('two', 75)])).toMatchObject({
      where: 'handed_off five',
      implied: [],
    });
  });

  it('a release of the base itself needs a replay', () => {
    const all = recorded([{ kind: 'enrolled', at: 0 }, begun('one', 1), released('one', 2)]);
    const { base } = replay(branches, all.slice(0, 2), settings);
    const rest = all.slice(2);
    expect(needsReplay(base, rest)).toBe(true);
    expect(() => fold(branches, base, rest, settings)).toThrow('replay all inputs instead');
    expect(replay(branches, all, settings).state.phase).toBe('scheduled');
  });
});

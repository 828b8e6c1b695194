import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, impliedActions, parsePlan, replay } from '../index.ts';
import { compiled, planOf, send, wait, type Json } from '../../test/support/plans.ts';

/** A send node with these transitions, and where they lead. */
const from = (...transitions: Json[]) => planOf([send('a', transitions), send('b'), send('c')]);
/** A wait node with these transitions, entered by a transition of the message before it. */
const after = (on: string, ...transitions: Json[]) =>
  planOf([
    send('a', [{ on, to: 'w', within: 'P1D' }]),
    wait('w', transitions),
    send('b'),
    send('c'),
  ]);

const clicked = { on: 'clicked', to: 'b' };
const opened = { on: 'opened', to: 'b' };

function warningsOf(plan: Json): (readonly [path: string, message: string])[] {
  const parsed = parsePlan(plan);
  if (!parsed.ok) return parsed.problems.map(({ path, message }) => [path, message]);
  return parsed.warnings
    .filter(({ code }) => code === 'waits_forever')
    .map(({ path, message }) => [path, message]);
}

describe('waiting that can last for ever', () => {
  it.each([
    ['no silence', from(clicked, { on: 'no_open', to: 'c' }), '"opened" has ended no_open'],
    [
      'an open after its within, and before the silence is due',
      from(
        clicked,
        { ...opened, to: 'c', within: 'P2D' },
        { on: 'no_open', to: 'c', after: 'P3D' },
      ),
      '"opened" has ended no_open',
    ],
    [
      'a machine that ends a silence, and moves nobody',
      from(clicked, { on: 'no_click', to: 'c', actor: 'any' }),
      '"clicked" of a machine has ended no_click',
    ],
    [
      'a machine that clicks, and whose open is awaited',
      from({ ...opened, actor: 'any' }, { on: 'no_open', to: 'c', actor: 'any' }),
      '"clicked" of a machine has ended no_open',
    ],
  ])('is warned of: %s', (_, plan, why) => {
    const [[path, message] = ['', '']] = warningsOf(plan);
    expect(path).toBe('nodes[0].transitions[0]');
    expect(message).toContain(`without an end once ${why}: expected "within", or a silence`);
  });

  it.each([
    ['a click', after('clicked', clicked, { on: 'no_click', to: 'c' })],
    ['an open', after('opened', clicked, { on: 'no_open', to: 'c' })],
    ['an answer', after('replied', clicked, { on: 'no_reply', to: 'c' })],
  ])('is warned of where %s has ended the silence before it begins', (_, plan) => {
    expect(warningsOf(plan).map(([path]) => path)).toEqual(['nodes[1].transitions[0]']);
  });

  it.each([
    ['the silence of the event itself', from(clicked, { on: 'no_click', to: 'c' })],
    ['an open, which a click is too', from(opened, { on: 'no_open', to: 'c' })],
    [
      'a silence whose every end leads on',
      from(clicked, { on: 'no_open', to: 'c' }, { ...opened, to: 'c' }),
    ],
    [
      'one that is due when an open comes too late',
      from(
        clicked,
        { on: 'opened', to: 'c', within: 'P3D' },
        { on: 'no_open', to: 'c', after: 'P3D' },
      ),
    ],
    [
      'one that is due well before',
      from(clicked, { on: 'opened', to: 'c', within: 'P5D' }, { on: 'no_open', to: 'c' }),
    ],
    ['a lack of answers, since an answer ends all', from(clicked, { on: 'no_reply', to: 'c' })],
    [
      'one of two silences',
      from(clicked, { on: 'no_open', to: 'c' }, { on: 'no_click', to: 'c', after: 'P9D' }),
    ],
    [
      'machines that count on both sides',
      from({ ...clicked, actor: 'any' }, { on: 'no_click', to: 'c', actor: 'any' }),
    ],
    [
      'a way to stop',
      from(
        { on: 'clicked', to: 'stop' },
        { on: 'no_open', to: 'b' },
        { on: 'bounced', to: 'c', within: 'P1D' },
      ),
    ],
    [
      'a click that leads on at once, since it is an open too',
      after('clicked', opened, { on: 'no_open', to: 'c' }),
    ],
    ['a silence that begins at a wait', after('opened', clicked, { on: 'no_click', to: 'c' })],
  ])('is not seen in %s', (_, plan) => {
    expect(warningsOf(plan)).toEqual([]);
  });

  it('is what the machine does where it is warned of', () => {
    const plan = compiled([
      send('a', [clicked, { on: 'no_open', to: 'c', after: 'P3D' }]),
      send('b'),
      send('c'),
    ]);
    const at = Date.UTC(2027, 0, 4);
    const message = { nodeId: 'a', visit: 1, attempt: 1, at };
    const { state } = replay(
      plan,
      [
        { seq: 1, id: '1', now: at, input: { kind: 'enrolled', at } },
        { seq: 2, id: '2', now: at, input: { kind: 'begun', ...message } },
        { seq: 3, id: '3', now: at, input: { kind: 'sent', ...message } },
        {
          seq: 4,
          id: '4',
          now: at,
          input: { kind: 'event', type: 'opened', actor: 'human', ...message },
        },
      ],
      DEFAULT_SETTINGS,
    );
    expect(state).toMatchObject({ phase: 'listening', end: null });
    expect(impliedActions(plan, state, DEFAULT_SETTINGS)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fold,
  followOn,
  impliedActions,
  initialState,
  needsReplay,
  replay,
  simulate,
  step,
  type EnrollmentInput,
  type FoldBase,
  type RecordedInput,
} from '../src/index.ts';
import { arbitraryPlan } from './support/arbitrary-plan.ts';
import { arbitraryMove, HOUR, World } from './support/world.ts';

const settings = { timezone: null, graceMs: 120_000 };
const moves = fc.array(arbitraryMove, { minLength: 3, maxLength: 40, size: 'max' });
const runs = { numRuns: 250 };

function driven(...[plan, script]: [World['plan'], Parameters<World['move']>[0][]]): World {
  const world = new World(plan, settings);
  for (const move of script) world.move(move);
  return world;
}

/** The same inputs, arriving in another order. */
function rearranged(inputs: readonly RecordedInput[], order: readonly number[]): RecordedInput[] {
  const seqs = inputs.map(({ seq }) => seq);
  return inputs
    .map((recorded, index) => ({ recorded, key: order[index % order.length] ?? 0, index }))
    .sort((a, b) => a.key - b.key || b.index - a.index)
    .map(({ recorded }, index) => ({ ...recorded, seq: seqs[index] ?? 0 }));
}

/** The hand-off that was brought back is the base here: what is left of the proof is an answer. */
function withoutProof(input: EnrollmentInput): EnrollmentInput {
  if (input.kind !== 'sent') return input;
  const { kind, nodeId, visit, attempt, at } = input;
  return { kind, nodeId, visit, attempt, at };
}

describe('the machine, under any plan and any inputs', () => {
  it('hands each attempt off once, unless it is proven not to have begun', () => {
    fc.assert(
      fc.property(arbitraryPlan, moves, (plan, script) => {
        const world = driven(plan, script);
        const keys = world.begun.map((b) => `${b.nodeId} ${b.visit} ${b.attempt}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      runs,
    );
  });

  it('ends in the same place whatever the order of arrival between two hand-offs', () => {
    fc.assert(
      fc.property(
        arbitraryPlan,
        moves,
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        (plan, script, order) => {
          const world = driven(plan, script);
          const { base, state } = world.result;
          const ordinary = world.segment
            .filter(({ input }) => input.kind !== 'begun' && input.kind !== 'released')
            .map((one) => ({ ...one, input: withoutProof(one.input) }));
          const expected = fold(plan, base, ordinary, settings);
          const permuted = fold(plan, base, rearranged(ordinary, order), settings);
          expect(permuted.state).toEqual(expected.state);
          expect(expected.state).toEqual(state);
          expect(impliedActions(plan, permuted.state, settings)).toEqual(world.implied);
        },
      ),
      runs,
    );
  });

  it('goes on from a state as if all had been folded, where what comes counts after it', () => {
    let found = 0;
    fc.assert(
      fc.property(arbitraryPlan, moves, (plan, script) => {
        const world = driven(plan, script);
        const { base } = world.result;
        const ordinary = world.segment
          .filter(({ input }) => !['enrolled', 'begun', 'released'].includes(input.kind))
          .map((one) => ({ ...one, input: withoutProof(one.input) }))
          .sort((a, b) => a.input.at - b.input.at);
        const whole = fold(plan, base, ordinary, settings);
        for (let n = 1; n < ordinary.length; n += 1) {
          const before = fold(plan, base, ordinary.slice(0, n), settings);
          const rest = ordinary.slice(n);
          const inputs = rest.map(({ input }) => input);
          if (before.until === null || !followOn(before.until, inputs)) continue;
          found += 1;
          const after = fold(plan, { ...base, state: before.state }, rest, settings);
          expect(after.state).toEqual(whole.state);
          expect(after.until).toEqual(whole.until);
          for (const { seq } of rest) {
            expect(after.outcomes.get(seq)).toEqual(whole.outcomes.get(seq));
          }
        }
      }),
      runs,
    );
    expect(found).toBeGreaterThan(runs.numRuns / 2);
  });

  it('folds from any stored base to what a replay of everything gives', () => {
    fc.assert(
      fc.property(arbitraryPlan, moves, (plan, script) => {
        const { inputs, result } = driven(plan, script);
        const whole = replay(plan, inputs, settings);
        expect(whole.state).toEqual(result.state);
        expect(whole.base).toEqual(result.base);
        expect([...whole.outcomes.keys()].sort((a, b) => a - b)).toEqual(inputs.map((i) => i.seq));
        const bases = new Map<number, FoldBase>();
        for (let n = 1; n <= inputs.length; n += 1) {
          const { base } = replay(plan, inputs.slice(0, n), settings);
          bases.set(base.seq, base);
        }
        for (const base of bases.values()) {
          const rest = inputs.filter(({ seq }) => seq > base.seq);
          if (needsReplay(base, rest)) continue;
          // A base that a later release does not touch, on inputs that one has not changed since.
          const now = replay(
            plan,
            inputs.filter(({ seq }) => seq <= base.seq),
            settings,
          ).base;
          if (now.seq !== base.seq) continue;
          expect(fold(plan, base, rest, settings).state).toEqual(whole.state);
          expect(replay(plan, rest, settings, base).state).toEqual(whole.state);
        }
      }),
      runs,
    );
  });

  it('implies no step that has no effect when it is taken', () => {
    fc.assert(
      fc.property(arbitraryPlan, moves, fc.nat(5), (plan, script, pick) => {
        const world = driven(plan, script);
        const action = world.implied[pick % Math.max(1, world.implied.length)];
        if (!action) return;
        world.act(action);
        expect(world.implied).not.toContainEqual(action);
      }),
      runs,
    );
  });

  it('ends, or waits for people alone, when all it implies is done', () => {
    fc.assert(
      fc.property(arbitraryPlan, moves, (plan, script) => {
        const world = driven(plan, script);
        for (let steps = 0; world.result.state.phase !== 'ended'; steps += 1) {
          expect(steps).toBeLessThan(2000);
          const [action] = world.implied;
          if (action) world.act(action);
          else if (world.result.state.phase === 'handed_off' && world.result.state.anchor) {
            const { nodeId, visit, attempt } = world.result.state.anchor;
            world.record({ kind: 'sent', nodeId, visit, attempt, at: world.now });
          } else break;
        }
        expect(['ended', 'listening']).toContain(world.result.state.phase);
      }),
      runs,
    );
  });

  it('goes no step back in phase by an input after the end', () => {
    fc.assert(
      fc.property(arbitraryPlan, moves, fc.nat(1_000_000), (plan, script, at) => {
        const world = driven(plan, script);
        const { state } = world.result;
        const stopped = step(plan, state, { kind: 'stopped', at, reason: 'x' }, settings).state;
        if (stopped.phase !== 'ended') return;
        const event = { kind: 'event', type: 'opened', actor: 'human', at } as const;
        const result = step(
          plan,
          stopped,
          { ...event, nodeId: 'n0', visit: 1, attempt: 1 },
          settings,
        );
        expect(result).toEqual({ state: stopped, outcome: 'ended' });
      }),
      { numRuns: 100 },
    );
  });

  it('survives inputs that make no sense', () => {
    const handOff = {
      nodeId: fc.constantFrom('n0', 'n1', 'n2', 'constructor', '__proto__', ''),
      visit: fc.integer({ min: -1, max: 4 }),
      attempt: fc.integer({ min: -1, max: 5 }),
    };
    const at = fc.oneof(
      fc.integer({ min: -HOUR, max: 400 * HOUR }),
      fc.constantFrom(0, -8.64e15, 8.64e15, 1e300, Infinity, -Infinity, NaN),
    );
    const reason = fc.string();
    const input: fc.Arbitrary<EnrollmentInput> = fc.oneof(
      fc.record({ kind: fc.constant('enrolled' as const), at }),
      fc.record({ kind: fc.constant('begun' as const), at, ...handOff }),
      fc.record({ kind: fc.constant('sent' as const), at, ...handOff }),
      fc.record({ kind: fc.constant('failed' as const), at, reason, ...handOff }),
      fc.record({ kind: fc.constant('lost' as const), at, reason, ...handOff }),
      fc.record({ kind: fc.constant('resend' as const), at, ...handOff }),
      fc.record({
        kind: fc.constant('sent' as const),
        at,
        reinstated: fc.constant(true as const),
        ...handOff,
      }),
      fc.record({ kind: fc.constant('released' as const), at, reason, ...handOff }),
      fc.record({
        kind: fc.constant('event' as const),
        type: fc.constantFrom('delivered', 'opened', 'clicked', 'replied', 'bounced', 'dropped'),
        actor: fc.constantFrom('human', 'machine', 'unknown'),
        bounce: fc.constantFrom('hard', 'soft', 'refused'),
        at,
        ...handOff,
      }),
      fc.record({
        kind: fc.constant('timer' as const),
        type: fc.constantFrom('no_open', 'no_click', 'no_reply', 'elapsed'),
        nodeId: handOff.nodeId,
        visit: handOff.visit,
        at,
      }),
      fc.record({ kind: fc.constant('away' as const), at, until: at }),
      fc.record({ kind: fc.constant('hurried' as const), at, anyTime: fc.boolean(), ...handOff }),
      fc.record({
        kind: fc.constant('skipped' as const),
        nodeId: handOff.nodeId,
        visit: handOff.visit,
        at,
      }),
    );
    fc.assert(
      fc.property(arbitraryPlan, fc.array(input, { maxLength: 30 }), (plan, inputs) => {
        let state = initialState();
        for (const one of inputs) {
          state = step(plan, state, one, settings).state;
          for (const action of impliedActions(plan, state, settings)) {
            expect(plan.nodes[action.nodeId]).toBeDefined();
          }
        }
        const recorded = inputs.map((one, i) => ({ seq: i + 1, id: `${i}`, now: 0, input: one }));
        expect(replay(plan, recorded, settings).outcomes.size).toBe(inputs.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('simulates every plan to a stop', () => {
    const reaction = fc.record({
      type: fc.constantFrom('delivered', 'opened', 'clicked', 'replied', 'bounced'),
      afterMs: fc.integer({ min: 0, max: 100 * HOUR }),
      actor: fc.constantFrom('human', 'machine', 'unknown'),
      bounce: fc.constantFrom('hard', 'soft', 'refused'),
    });
    fc.assert(
      fc.property(
        arbitraryPlan,
        fc.array(fc.array(reaction, { maxLength: 4 })),
        (plan, scripts) => {
          let n = 0;
          const { trace, state } = simulate(plan, () => scripts[n++] ?? []);
          expect(trace.length).toBeLessThan(5000);
          expect(['ended', 'listening']).toContain(state.phase);
          if (state.phase === 'listening')
            expect(impliedActions(plan, state, settings)).toEqual([]);
        },
      ),
      runs,
    );
  });
});

import fc from 'fast-check';
import {
  fold,
  impliedActions,
  initialState,
  needsReplay,
  replay,
  type CompiledPlan,
  type EnrollmentInput,
  type FoldResult,
  type HandOff,
  type ImpliedAction,
  type MachineSettings,
  type RecordedInput,
} from '../../src/index.ts';

export const HOUR = 3_600_000;

/** One thing that happens next; which message or action it concerns is drawn as a number. */
export const arbitraryMove = fc.record({
  what: fc.oneof(
    { weight: 30, arbitrary: fc.constant('act') },
    { weight: 30, arbitrary: fc.constant('event') },
    { weight: 15, arbitrary: fc.constant('answer') },
    { weight: 6, arbitrary: fc.constant('release') },
    { weight: 5, arbitrary: fc.constantFrom('lose', 'resend', 'reinstate', 'leave', 'hurry') },
    { weight: 5, arbitrary: fc.constantFrom('fail', 'skip', 'stop', 'suppress', 'stray') },
  ),
  pick: fc.nat(20),
  type: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('delivered', 'opened', 'clicked') },
    { weight: 4, arbitrary: fc.constant('bounced') },
    { weight: 1, arbitrary: fc.constantFrom('replied', 'blocked', 'dropped', 'unsubscribed') },
  ),
  actor: fc.constantFrom('human', 'machine', 'unknown'),
  bounce: fc.nat(19).map((n) => (n < 2 ? 'hard' : n < 5 ? 'refused' : 'soft')),
  /** How long before now it happened. */
  agoMs: fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 80 * HOUR })),
  /** How long after the last. */
  waitMs: fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 30 * HOUR })),
});
export type Move = typeof arbitraryMove extends fc.Arbitrary<infer T> ? T : never;

/** One enrollment, driven as an engine would: it begins and fires only what is implied. */
export class World {
  readonly plan: CompiledPlan;
  readonly settings: MachineSettings;
  readonly inputs: RecordedInput[] = [];
  readonly begun: HandOff[] = [];
  readonly released: (HandOff & { readonly at: number })[] = [];
  now = Date.UTC(2026, 2, 1);
  result: FoldResult = {
    state: initialState(),
    base: { state: initialState(), seq: 0 },
    outcomes: new Map(),
    until: null,
  };

  constructor(plan: CompiledPlan, settings: MachineSettings) {
    this.plan = plan;
    this.settings = settings;
    this.record({ kind: 'enrolled', at: this.now });
  }

  /** Inputs since the base: those whose order of arrival must not matter. */
  get segment(): RecordedInput[] {
    return this.inputs.filter(({ seq }) => seq > this.result.base.seq);
  }

  get implied(): ImpliedAction[] {
    return impliedActions(this.plan, this.result.state, this.settings);
  }

  record(input: EnrollmentInput): void {
    const seq = this.inputs.length + 1;
    this.inputs.push({ seq, id: `${(seq * 7919) % 1009}-${seq}`, now: this.now, input });
    const { base } = this.result;
    this.result = needsReplay(base, this.segment)
      ? replay(this.plan, this.inputs, this.settings)
      : fold(this.plan, base, this.segment, this.settings);
  }

  move(move: Move): void {
    this.now += move.waitMs;
    const { now } = this;
    // Mostly the newest: half of all numbers drawn, then the older ones.
    const back = move.pick > 10 ? 1 : 1 + (move.pick % Math.max(1, this.begun.length));
    const handOff = this.begun.at(-back);
    const { state } = this.result;
    switch (move.what) {
      case 'act': {
        const action = this.implied[move.pick % Math.max(1, this.implied.length)];
        if (action) this.act(action);
        return;
      }
      case 'event': {
        if (!handOff) return;
        const { type, actor, bounce } = move;
        this.record({
          kind: 'event',
          type,
          actor,
          ...handOff,
          at: now - move.agoMs,
          ...(type === 'bounced' && { bounce }),
        });
        return;
      }
      case 'answer':
        if (handOff) this.record({ kind: 'sent', ...handOff, at: now });
        return;
      case 'release': {
        // Only what is not known to be accepted is ever released.
        if (state.phase !== 'handed_off' || !state.anchor) return;
        const { nodeId, visit, attempt } = state.anchor;
        const index = this.begun.findLastIndex(
          (b) => b.nodeId === nodeId && b.visit === visit && b.attempt === attempt,
        );
        this.begun.splice(index, 1);
        this.released.push({ nodeId, visit, attempt, at: state.anchor.sentAt });
        this.record({ kind: 'released', nodeId, visit, attempt, at: now, reason: '429' });
        return;
      }
      case 'lose': {
        if (state.phase !== 'handed_off' || !state.anchor) return;
        const { nodeId, visit, attempt } = state.anchor;
        this.record({ kind: 'lost', nodeId, visit, attempt, at: now, reason: 'not found' });
        return;
      }
      case 'resend':
        if (handOff) this.record({ kind: 'resend', ...handOff, at: now });
        return;
      case 'reinstate': {
        const proven = this.released.pop();
        if (!proven || this.begun.some((b) => sameHandOff(b, proven))) return;
        this.begun.push(proven);
        this.record({ kind: 'sent', ...proven, reinstated: true });
        return;
      }
      case 'leave': {
        const at = now - move.agoMs;
        const until = at + (move.pick - 2) * 5 * HOUR;
        this.record({ kind: 'away', at, until, ...(move.pick % 3 === 0 && { estimated: true }) });
        return;
      }
      case 'hurry': {
        const awaited = this.implied.find(({ type }) => type === 'send');
        if (!awaited) return;
        const { nodeId, visit, attempt } = awaited;
        const anyTime = move.pick % 2 === 0;
        this.record({ kind: 'hurried', nodeId, visit, attempt, at: now - move.agoMs, anyTime });
        return;
      }
      case 'fail':
        if (handOff && move.pick === 0) {
          this.record({ kind: 'failed', ...handOff, at: now, reason: 'refused' });
        }
        return;
      case 'skip':
        if (state.nodeId !== null && move.pick < 3) {
          this.record({ kind: 'skipped', nodeId: state.nodeId, visit: state.visit, at: now });
        }
        return;
      case 'stop':
        if (move.pick === 0) this.record({ kind: 'stopped', at: now, reason: 'operator' });
        return;
      case 'suppress':
        if (move.pick === 0) this.record({ kind: 'suppressed', at: now, reason: 'manual' });
        return;
      case 'stray':
        this.record({ kind: 'begun', nodeId: `n${move.pick}`, visit: 9, attempt: 1, at: now });
        return;
    }
  }

  /** Does what an implied action says, at its time or now if that is later. */
  act(action: ImpliedAction): void {
    const { nodeId, visit, attempt, timer, dueAt } = action;
    this.now = Math.max(this.now, dueAt);
    if (timer === null) {
      this.begun.push({ nodeId, visit, attempt });
      this.record({ kind: 'begun', nodeId, visit, attempt, at: this.now });
    } else this.record({ kind: 'timer', type: timer, nodeId, visit, at: dueAt });
  }
}

function sameHandOff(a: HandOff, b: HandOff): boolean {
  return a.nodeId === b.nodeId && a.visit === b.visit && a.attempt === b.attempt;
}

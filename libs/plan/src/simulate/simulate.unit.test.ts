import { describe, expect, it } from 'vitest';
import { simulate } from '../index.ts';
import { compiled, send } from '../../test/support/plans.ts';

describe('simulate', () => {
  const plan = compiled([
    send('a', [
      { on: 'opened', to: 'b' },
      { on: 'no_open', to: 'stop' },
    ]),
    send('b'),
  ]);

  it('runs to the end in virtual time', () => {
    const { trace, state } = simulate(plan, () => [], { startAt: 1000 });
    expect(trace.map(({ at, input, outcome }) => [at, input.kind, outcome])).toEqual([
      [1000, 'enrolled', 'applied'],
      [1000, 'begun', 'applied'],
      [1000, 'sent', 'applied'],
      [1000 + 72 * 3_600_000 + 120_000, 'timer', 'applied'],
    ]);
    expect(state.end).toMatchObject({ status: 'completed', reason: 'no_open' });
  });

  it('follows what the recipient does', () => {
    const script = ({ nodeId }: { nodeId: string }) =>
      nodeId === 'a' ? [{ type: 'opened' as const, afterMs: 5000 }] : [];
    const { trace, state } = simulate(plan, script);
    expect(trace.find(({ input }) => input.kind === 'event')).toMatchObject({
      at: 5000,
      nodeId: 'b',
    });
    expect(state.end?.reason).toBe('no_further_step');
  });

  it('does not take the wait for the quiet hours to end for lateness', () => {
    const late = compiled(
      [
        send('a', [], {
          schedule: { delay: 'PT0S', maxLateness: 'PT0S' },
        }),
      ],
      { quietHours: { start: '21:00', end: '07:00' } },
    );
    expect(simulate(late, () => []).state.end?.reason).toBe('no_further_step');
  });
});

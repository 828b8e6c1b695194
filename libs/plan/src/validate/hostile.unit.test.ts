import { describe, expect, it } from 'vitest';
import { parsePlan } from '../index.ts';
import { planOf, send, wait } from '../../test/support/plans.ts';

/** Far above what any of them takes; a scan that is quadratic takes minutes. */
const LIMIT_MS = 5000;

describe('parsePlan takes no long time for', () => {
  it.each([
    ['braces that do not close', '{{'.repeat(131_000)],
    ['comments that do not close', '{{!-- '.repeat(43_000)],
    ['blocks in each other', '{{#with lead}}'.repeat(18_000)],
    ['unknown variables', '{{x}}'.repeat(50_000)],
    ['quotes', `{{default "${' " '.repeat(80_000)}}}`],
  ])(
    '%s',
    (_, body) => {
      expect(parsePlan(planOf([send('a', [], { body })])).ok).toBe(false);
    },
    LIMIT_MS,
  );

  it(
    'a plan as large as is allowed',
    () => {
      const events = ['opened', 'clicked', 'replied', 'no_open', 'no_click', 'no_reply'];
      const nodes = Array.from({ length: 200 }, (_, i) => {
        const transitions = events.map((on, n) => ({ on, to: `n${(i + n + 1) % 200}` }));
        return i === 0 ? send('n0', transitions) : wait(`n${i}`, transitions, { maxVisits: 2 });
      });
      expect(parsePlan(planOf(nodes)).ok).toBe(true);
    },
    LIMIT_MS,
  );

  it('nesting without an end', () => {
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n += 1) deep = [deep];
    expect(parsePlan(deep)).toMatchObject({ ok: false });
  });
});

import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/index.ts';

/** A bad plan, and the path, code and message of its one problem. */
export type Refusal = readonly [
  name: string,
  plan: unknown,
  path: string,
  code: string,
  message: string,
];

export function refuses(what: string, refusals: readonly Refusal[]): void {
  describe(`parsePlan refuses ${what}`, () => {
    it.each(refusals)('%s', (_, plan, path, code, message) => {
      expect(parsePlan(plan)).toEqual({ ok: false, problems: [{ path, code, message }] });
    });
  });
}

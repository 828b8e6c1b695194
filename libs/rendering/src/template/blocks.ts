import type { Evaluate } from './expressions.ts';
import type { Place } from './place.ts';
import { isPlainArray, isPlainObject, type Plain } from './plain-data.ts';
import type { Rendering, Round } from './rendering.ts';

/** A compiled piece of a template: writes to the rendering. */
export type Emit = (run: Rendering) => void;

export const BLOCK_NAMES = ['if', 'unless', 'each', 'with'] as const;
export type BlockName = (typeof BLOCK_NAMES)[number];

export function isBlockName(name: string): name is BlockName {
  return BLOCK_NAMES.some((known) => known === name);
}

/** Binds a block to its value and branches. */
export function blockRunner(
  name: BlockName,
  place: Place,
  evaluate: Evaluate,
  main: Emit,
  inverse: Emit | null,
): Emit {
  switch (name) {
    case 'if':
      return (run) => (isTruthy(evaluate(run, true)) ? main : inverse)?.(run);
    case 'unless':
      return (run) => (isTruthy(evaluate(run, true)) ? inverse : main)?.(run);
    case 'with':
      // Without an else branch a missing value is a problem: nothing would be said in its place.
      return (run) => {
        const value = evaluate(run, inverse !== null);
        if (value === undefined) inverse?.(run);
        else inScope(run, value, run.scope.round, main);
      };
    case 'each':
      return (run) => {
        const value = evaluate(run, inverse !== null);
        if (value === undefined) inverse?.(run);
        else runEach(run, place, value, main, inverse);
      };
  }
}

/** As in Handlebars: nothing, false, 0 and an empty list are false. */
function isTruthy(value: Plain | undefined): boolean {
  if (isPlainArray(value)) return value.length > 0;
  return Boolean(value);
}

function runEach(run: Rendering, place: Place, value: Plain, main: Emit, inverse: Emit | null) {
  if (!isPlainArray(value) && !isPlainObject(value)) {
    run.report(place, 'not_iterable', 'each expects a list or an object');
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) inverse?.(run);
  for (const [index, [key, item]] of entries.entries()) {
    run.countRound(place);
    const round = { index, key, first: index === 0, last: index === entries.length - 1 };
    inScope(run, item === null || item === '' ? undefined : item, round, main);
  }
}

function inScope(run: Rendering, value: Plain | undefined, round: Round | null, body: Emit): void {
  const outer = run.scope;
  run.scope = { value, parent: outer, round };
  body(run);
  run.scope = outer;
}

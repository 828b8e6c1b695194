import type { Point } from '../plan/topology.ts';

/** What the monkey tells a program, one JSON object a line. */
export type Order =
  | { readonly arm: Point }
  /** Forgets every armed point, and sets the clock right. */
  | { readonly rest: true }
  | { readonly skewMs: number };

/** What a program prints in the moment before it kills itself. */
export interface Crashed {
  readonly crashed: Point;
}

export function isCrashed(line: string): boolean {
  return line.startsWith('{"crashed":');
}

import type { Point } from '../plan/topology.ts';

/** What the monkey tells a program, one JSON object a line. */
export type Order =
  /** `freezeMs`: to stop there for so long; not set: to die there. */
  | { readonly arm: Point; readonly freezeMs?: number }
  /** Forgets every armed point, and sets the clock right. */
  | { readonly rest: true }
  | { readonly skewMs: number };

/** What a program prints in the moment before it kills or stops itself. */
export interface PointReached {
  readonly reached: Point;
  /** Real milliseconds after which it is to be continued; null where it dies. */
  readonly freezeMs: number | null;
}

export function pointReached(line: string): PointReached | null {
  return line.startsWith('{"reached":') ? (JSON.parse(line) as PointReached) : null;
}

import { HttpProblem } from './problem.ts';

/** Lets so much work go on at a time, lets some wait for it in turn, and refuses the rest. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** @returns a gate, which throws HttpProblem where too many wait. */
export function createGate({
  atOnce,
  waiting,
  refusal,
}: {
  readonly atOnce: number;
  readonly waiting: number;
  /** What those are told who find it full. */
  readonly refusal: string;
}): Gate {
  const queue: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free > 0) free -= 1;
    else {
      if (queue.length >= waiting) {
        throw new HttpProblem('unavailable', refusal);
      }
      // Whoever leaves hands the place on.
      await new Promise<void>((enter) => queue.push(enter));
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

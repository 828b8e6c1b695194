import { upperBound } from './sorted.ts';

/** The slots taken under one key: their starts and their ends, each ascending by itself. */
export interface SlotLog {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * The earliest start, `from` or later, of a slot of `widthMs` that keeps a limit against all slots
 * of the log, those before it and those after it.
 *
 * Write `w` for the window and `L` for the limit. A slot `[s, e]` can fall into the window
 * `(t, t + w]` exactly when `s - w <= t < e`. So it occupies `[s - w, e)` on the axis of `t`, and
 * the limit says that no `t` is occupied more than `L` times. With starts `S` and ends `E` sorted
 * apart, the number of slots at `t` is `#(S <= t + w) - #(E <= t)`, hence `t` is full exactly when
 * it lies in `[S[i] - w, E[i - L + 1])` for some `i`. A new slot `[x, x + d]` occupies
 * `[x - w, x + d)`, which must touch no full stretch: `x` lies in no open interval
 * `(S[i] - w - d, E[i - L + 1] + w)` whose stretch is not empty. Both bounds grow with `i`, so one
 * pass finds the first gap.
 *
 * Only ends after `from - w` matter: let there be `n`. Their pairs are the first `n - L + 1` of
 * them with the last `n - L + 1` starts, and there is nothing to look at while `n < L`.
 */
export function earliestStart(
  log: SlotLog,
  scope: { readonly limit: number; readonly windowMs: number; readonly widthMs: number },
  from: number,
): number {
  const { limit, windowMs, widthMs } = scope;
  const firstEnd = upperBound(log.ends, from - windowMs);
  const pairs = log.ends.length - firstEnd - limit + 1;
  const firstStart = log.starts.length - pairs;
  let x = from;
  for (let n = 0; n < pairs; n += 1) {
    const start = log.starts[firstStart + n];
    const end = log.ends[firstEnd + n];
    if (start === undefined || end === undefined || start - windowMs - widthMs >= x) break;
    if (start - end < windowMs && x < end + windowMs) x = end + windowMs;
  }
  return x;
}

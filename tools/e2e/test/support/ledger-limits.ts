/** A message as a provider's ledger has it. */
export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it counts for. */
  readonly keys: readonly string[];
}

export interface LedgerLimit {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** A window `(from, from + length]` that holds more than it may. */
export interface Violation extends LedgerLimit {
  readonly from: number;
  readonly messages: number;
}

/**
 * Windows of a ledger that exceed a limit, each limit's worst one.
 *
 * Limits bound when hand-offs begin, and a ledger knows when they arrive, up to `delayMs` later. Two
 * that arrive within a window of `length - delayMs` began within one of `length`; so the shorter
 * windows are what a ledger can hold a limit to. They are tried where they can be full: just after
 * each arrival's predecessor, so that they begin with that arrival.
 */
export function violatedLimits(
  arrivals: readonly Arrival[],
  limits: readonly LedgerLimit[],
  delayMs: number,
): Violation[] {
  return limits.flatMap((limit) => {
    const times = timesOf(arrivals, limit.key);
    const length = limit.windowMs - delayMs;
    let worst: Violation | null = null;
    for (let first = 0, end = 0; first < times.length; first += 1) {
      const from = times[first] ?? 0;
      while (end < times.length && (times[end] ?? 0) - from < length) end += 1;
      const messages = end - first;
      if (messages > limit.limit && messages > (worst?.messages ?? 0)) {
        worst = { ...limit, from, messages };
      }
    }
    return worst === null ? [] : [worst];
  });
}

/**
 * The part of a limit that was used while messages were waiting: those that arrived in whole windows
 * from the first arrival on, of what the limit allows in them. The last, broken window is left out.
 *
 * @returns null where less than one window has passed.
 */
export function utilisation(arrivals: readonly Arrival[], limit: LedgerLimit): number | null {
  const times = timesOf(arrivals, limit.key);
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined || last - first < limit.windowMs) return null;
  // Bursts a little more than a window apart: from the first of the first one to that of the last.
  const starts = times.filter((_, n) => n % limit.limit === 0);
  const end = starts.at(-1) ?? last;
  const counted = times.filter((time) => time < end).length;
  return counted / ((limit.limit * (end - first)) / limit.windowMs);
}

function timesOf(arrivals: readonly Arrival[], key: string): number[] {
  return arrivals
    .filter(({ keys }) => keys.includes(key))
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

/** Says so when the limiter goes on refusing everything, which nobody would hear of otherwise. */
export interface ClosedLimiterWatch {
  /** What a round of the dispatcher came to. */
  observe(round: {
    readonly dispatched: number;
    readonly refusedBy: Readonly<Partial<Record<string, number>>>;
  }): void;
}

/** Real milliseconds in which a limiter that came back empty is rebuilt, with room to spare. */
const PATIENCE_MS = 5_000;
/** Real milliseconds between two lines of the log about the same trouble. */
const REPEAT_MS = 30_000;
/** Real milliseconds without a refusal after which the next one is new trouble. */
const QUIET_MS = 10_000;

export function createClosedLimiterWatch(options: {
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Real milliseconds, as of `performance.now()`. */
  readonly monotonic: () => number;
}): ClosedLimiterWatch {
  let since: number | null = null;
  let lastRefusal = 0;
  let lastSaid = Number.NEGATIVE_INFINITY;
  return {
    observe({ dispatched, refusedBy }) {
      if (dispatched > 0) since = null;
      const refused = refusedBy['limiter'] ?? 0;
      if (refused === 0 || dispatched > 0) return;
      const now = options.monotonic();
      if (since === null || now - lastRefusal > QUIET_MS) since = now;
      lastRefusal = now;
      if (now - since < PATIENCE_MS || now - lastSaid < REPEAT_MS) return;
      lastSaid = now;
      options.log.warn(
        { refused, forMs: Math.round(now - since) },
        'the limiter refuses every slot: it is closed, or was filled by another clock',
      );
    },
  };
}

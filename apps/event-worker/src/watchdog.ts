/** Says so when due work is not dispatched. */
export interface Watchdog {
  /** @param lagMs real milliseconds for which the oldest due step has waited; 0 where none does. */
  observe(lagMs: number): void;
  /** What is wrong now; null where nothing is. */
  note(): string | null;
}

/** Real milliseconds between two lines of the log about the same trouble. */
const REPEAT_MS = 60_000;

/** @param options.alarmMs real milliseconds that a due step may wait. */
export function createWatchdog(options: {
  readonly alarmMs: number;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Real milliseconds, as of `performance.now()`. */
  readonly monotonic: () => number;
}): Watchdog {
  let lag = 0;
  let lastSaid = Number.NEGATIVE_INFINITY;

  function note(): string | null {
    if (lag <= options.alarmMs) return null;
    const seconds = Math.round(lag / 1_000);
    return `a step has been due for ${seconds} s and is not dispatched, though nothing holds it back`;
  }

  return {
    note,
    observe(lagMs) {
      lag = lagMs;
      const now = options.monotonic();
      if (note() === null || now - lastSaid < REPEAT_MS) return;
      lastSaid = now;
      options.log.warn({ lagMs: Math.round(lagMs) }, 'due steps are not dispatched');
    },
  };
}

/** Something done again and again, one run at a time. */
export interface Periodic {
  /** Runs now instead of at the end of the pause. */
  nudge(): void;
  /** Ends it, and waits for a run that is under way. */
  stop(): Promise<void>;
}

/**
 * Runs work, pauses, and runs it again. Work that answers `true` has found a full round and runs
 * again at once. Errors are reported and end nothing.
 *
 * @param pauseMs real milliseconds from the end of a run to the start of the next.
 */
export function startPeriodic(
  work: () => Promise<boolean>,
  pauseMs: number,
  onError: (error: unknown) => void,
): Periodic {
  let stopped = false;
  let wake: () => void = () => undefined;

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      let again = false;
      try {
        again = await work();
      } catch (error) {
        onError(error);
      }
      if (!again && !stopped) await pause();
    }
  }

  const running = loop();
  return {
    nudge: () => wake(),
    stop() {
      stopped = true;
      wake();
      return running;
    },
  };
}

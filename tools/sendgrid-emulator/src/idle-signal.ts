/** Lets callers wait for a condition that is looked at whenever it may have come true. */
export interface IdleSignal {
  readonly wait: () => Promise<void>;
  /** Looks at the condition and releases those who wait. */
  readonly check: () => void;
  /** Rejects those who still wait. */
  close(): void;
}

export function createIdleSignal(isIdle: () => boolean): IdleSignal {
  let waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  return {
    wait: () =>
      isIdle()
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            waiting.push({ resolve, reject });
          }),
    check() {
      if (waiting.length === 0 || !isIdle()) return;
      const released = waiting;
      waiting = [];
      for (const { resolve } of released) resolve();
    },
    close() {
      const left = waiting;
      waiting = [];
      for (const { reject } of left) reject(new Error('the emulator was closed'));
    },
  };
}

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The wish that this process ends: Ctrl-C, `kill`, or a terminal that was closed. */
export interface Interrupt {
  /** Aborted by the first one. One Ctrl-C may arrive several times; the others change nothing. */
  readonly signal: AbortSignal;
  /** What a shell says of a program that the signal has ended, 128 + its number; 0 before it. */
  exitCode(): number;
}

/** Listens from now on, so that nothing that was begun is left lying. */
export function listenForInterrupt(onInterrupt: () => void): Interrupt {
  const wish = new AbortController();
  let exitCode = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (wish.signal.aborted) return;
      exitCode = 128 + constants.signals[signal];
      onInterrupt();
      wish.abort();
    });
  }
  return { signal: wish.signal, exitCode: () => exitCode };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { SendOptions } from './send-options.ts';

/** For how long something is tried to be recorded, and the pauses between tries. */
const RECORDING = { forMs: 600_000, firstPauseMs: 250, longestPauseMs: 10_000 };

/**
 * Records what is known here alone, as what a provider has answered: a database that is away is waited
 * for.
 *
 * @throws what the last try threw, when the time for it is over.
 */
export async function keepRecording(
  record: () => Promise<void>,
  { time, recordForMs = RECORDING.forMs }: Pick<SendOptions, 'time' | 'recordForMs'>,
): Promise<void> {
  const until = time.monotonic() + recordForMs;
  let pauseMs = RECORDING.firstPauseMs;
  for (;;) {
    try {
      await record();
      return;
    } catch (error) {
      if (time.monotonic() + pauseMs > until) throw error;
    }
    await delay(pauseMs);
    pauseMs = Math.min(2 * pauseMs, RECORDING.longestPauseMs);
  }
}

import type { QueueLogger } from '@cadenza/queue';

/** Real milliseconds in which a warning is written once. */
const QUIET_MS = 30_000;

/**
 * A log for connections that are tried again and again: while a server is down, each of them warns
 * several times a second. A warning of one text about one queue is written at most every 30 s, with
 * the number of those that were left out before it (`repeats`). Errors are all written.
 *
 * @param monotonic real milliseconds that never go back.
 */
export function quietLog(log: QueueLogger, monotonic: () => number): QueueLogger {
  const written = new Map<string, { at: number; leftOut: number }>();
  return {
    warn(fields, message) {
      const about = `${String(fields['queue'])} ${message}`;
      const last = written.get(about);
      const now = monotonic();
      if (last !== undefined && now - last.at < QUIET_MS) {
        last.leftOut += 1;
        return;
      }
      written.set(about, { at: now, leftOut: 0 });
      const repeats = last === undefined || last.leftOut === 0 ? {} : { repeats: last.leftOut };
      log.warn({ ...fields, ...repeats }, message);
    },
    error: (fields, message) => log.error(fields, message),
  };
}

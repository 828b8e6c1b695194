/** From which share of people to messages on something is done; each from 0 to 1, rising. */
export interface RateThresholds {
  readonly warn: number;
  readonly pause: number;
  readonly stop: number;
  /** Messages handed over in the window, below which nothing is said. */
  readonly minSample: number;
  /** People whose mail came back, below whom nothing is done, whatever the share is. */
  readonly minFailed: number;
}

export interface GuardThresholds {
  readonly bounce: RateThresholds;
  readonly complaint: RateThresholds;
}

export const GUARDED_RATES = ['bounce', 'complaint'] as const;
export type GuardedRate = (typeof GUARDED_RATES)[number];

/**
 * What holds where a tenant has set nothing. Those of complaints are what the large mailbox providers
 * ask of bulk senders: below 0.10 %, and never 0.30 %.
 */
export const DEFAULT_GUARD_THRESHOLDS: GuardThresholds = {
  bounce: { warn: 0.02, pause: 0.05, stop: 0.1, minSample: 200, minFailed: 5 },
  complaint: { warn: 0.0008, pause: 0.001, stop: 0.003, minSample: 1_000, minFailed: 3 },
};

const HOUR_MS = 3_600_000;
/** Campaign milliseconds over which rates are taken, each by itself. */
export const GUARD_WINDOWS_MS: readonly number[] = [24 * HOUR_MS, 7 * 24 * HOUR_MS];

export const GUARD_LEVELS = ['ok', 'warn', 'pause', 'stop'] as const;
export type GuardLevel = (typeof GUARD_LEVELS)[number];

/**
 * @param failed people; below the smallest number of them it is said, and nothing done.
 * @param sent messages; below the smallest sample nothing is said.
 */
export function levelOf(failed: number, sent: number, thresholds: RateThresholds): GuardLevel {
  if (sent < thresholds.minSample || sent === 0) return 'ok';
  const rate = failed / sent;
  const isEnough = failed >= thresholds.minFailed;
  if (isEnough && rate >= thresholds.stop) return 'stop';
  if (isEnough && rate >= thresholds.pause) return 'pause';
  return rate >= thresholds.warn ? 'warn' : 'ok';
}

export function worstLevel(levels: readonly GuardLevel[]): GuardLevel {
  return GUARD_LEVELS.findLast((level) => levels.includes(level)) ?? 'ok';
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/**
 * The clock that campaigns live by. It has a base and a rate, so that a campaign of five days can
 * run in two minutes with nothing else changed. Every process of an installation shares one
 * setting, which the database keeps.
 *
 * Deadlines, leases and locks are *not* measured on this clock: they stay in real time.
 */
export interface Clock {
  /** Campaign time now. */
  now(): EpochMs;
  /** Campaign milliseconds that pass in one real millisecond; 1 in production. */
  readonly rate: number;
}

/** The setting that an installation's processes share. */
export interface ClockSetting {
  /** Real time at which campaign time was `campaignBase`. */
  readonly realBase: EpochMs;
  readonly campaignBase: EpochMs;
  /** Campaign milliseconds per real millisecond, greater than 0. */
  readonly rate: number;
}

/** Campaign time that belongs to a real instant. */
export function campaignTime(setting: ClockSetting, real: EpochMs): EpochMs {
  return setting.campaignBase + (real - setting.realBase) * setting.rate;
}

/** Real milliseconds until a campaign instant; 0 when it has passed. */
export function realDelay(clock: Clock, until: EpochMs): number {
  return Math.max(0, (until - clock.now()) / clock.rate);
}

/** A clock over a setting and a source of real time (by default this process's). */
export function createClock(setting: ClockSetting, real: () => EpochMs = Date.now): Clock {
  if (!(setting.rate > 0) || !Number.isFinite(setting.rate)) {
    throw new RangeError(`clock rate must be a finite number greater than 0, got ${setting.rate}`);
  }
  return { rate: setting.rate, now: () => campaignTime(setting, real()) };
}

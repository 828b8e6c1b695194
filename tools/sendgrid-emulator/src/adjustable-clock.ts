import { createClock, type Clock, type ClockSetting, type EpochMs } from '@cadenza/domain';

/** The emulator's clock: the shared one, or one of its own that can be set while it runs. */
export interface AdjustableClock extends Clock {
  /**
   * Sets rate and bases. Without bases, time goes on from now at the new rate.
   *
   * @throws RangeError when the rate is not a finite number greater than 0.
   */
  set(setting: { rate: number; realBase?: EpochMs; campaignBase?: EpochMs }): void;
  /** Called after every `set`. */
  onChange(listener: () => void): void;
}

/** A clock that starts as the one given and can be replaced. */
export function adjustableClock(initial: Clock | ClockSetting): AdjustableClock {
  let current: Clock = 'now' in initial ? initial : createClock(initial);
  const listeners: (() => void)[] = [];
  return {
    now: () => current.now(),
    get rate() {
      return current.rate;
    },
    set(setting) {
      current = createClock({
        rate: setting.rate,
        realBase: setting.realBase ?? Date.now(),
        campaignBase: setting.campaignBase ?? current.now(),
      });
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

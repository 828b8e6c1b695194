import type { EpochMs } from '@cadenza/domain';
import { Temporal } from 'temporal-polyfill';

/** A stretch of time in which a zone keeps one offset: `start` included, `end` not. */
export interface OffsetStretch {
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Local time minus UTC, in milliseconds. */
  readonly offset: number;
}

/** Temporal ends at ±8.64e15. */
const LIMIT = 8.64e15 - 1;

/** Stretches met so far, per zone, in no order: a campaign meets a handful per zone. */
const known = new Map<string, OffsetStretch[]>();

function clamp(instant: EpochMs): number {
  if (Number.isNaN(instant)) return 0;
  return Math.min(LIMIT, Math.max(-LIMIT, Math.floor(instant)));
}

function lookUp(zone: string, instant: number): OffsetStretch {
  const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  // "previous" is strictly before: asking a millisecond later includes the instant itself.
  const start = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const end = here.getTimeZoneTransition('next');
  return {
    start: start?.epochMilliseconds ?? -Infinity,
    end: end?.epochMilliseconds ?? Infinity,
    offset: here.offsetNanoseconds / 1e6,
  };
}

/**
 * The stretch of constant offset that contains an instant. Kept once known: a look-up by Temporal
 * takes some 15 µs, one here well below 1 µs, and a schedule asks many times.
 */
export function offsetStretch(zone: string, instant: EpochMs): OffsetStretch {
  let stretches = known.get(zone);
  if (!stretches) known.set(zone, (stretches = []));
  const at = clamp(instant);
  for (const stretch of stretches) if (stretch.start <= at && at < stretch.end) return stretch;
  const found = lookUp(zone, at);
  stretches.push(found);
  return found;
}

const checked = new Map<string, boolean>();

/** Whether a value names an IANA time zone that this runtime knows (offsets are refused). */
export function isTimeZone(value: string): boolean {
  let valid = checked.get(value);
  if (valid === undefined) {
    valid = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(value) && canResolve(value);
    // Values come from contacts, so the memory of refused ones is kept small.
    if (valid || checked.size < 2000) checked.set(value, valid);
  }
  return valid;
}

function canResolve(zone: string): boolean {
  try {
    offsetStretch(zone, 0);
    return true;
  } catch {
    known.delete(zone);
    return false;
  }
}

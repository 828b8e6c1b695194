import type { EpochMs } from '@cadenza/domain';
import { Temporal } from 'temporal-polyfill';
import { createZoneNames } from './zone-names.ts';

/** A stretch of time in which a zone keeps one offset: `start` included, `end` not. */
export interface OffsetStretch {
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Local time minus UTC, in milliseconds. */
  readonly offset: number;
}

/** Temporal ends at ±8.64e15. */
const LIMIT = 8.64e15 - 1;

/** More than there are zones. */
const names = createZoneNames(2_000);

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
 *
 * @throws RangeError where there is no such zone.
 */
export function offsetStretch(zone: string, instant: EpochMs): OffsetStretch {
  const name = names.canonical(zone);
  if (name === null) throw new RangeError(`"${zone}" is no time zone`);
  let stretches = known.get(name);
  if (!stretches) known.set(name, (stretches = []));
  const at = clamp(instant);
  for (const stretch of stretches) if (stretch.start <= at && at < stretch.end) return stretch;
  const found = lookUp(name, at);
  stretches.push(found);
  return found;
}

/** Whether a value names an IANA time zone that this runtime knows (offsets are refused). */
export function isTimeZone(value: string): boolean {
  return names.canonical(value) !== null;
}

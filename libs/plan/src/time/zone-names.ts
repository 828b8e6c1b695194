import { Temporal } from 'temporal-polyfill';

/** What of the names that have been asked for is remembered. */
export interface ZoneNames {
  /** A zone's name as its data base writes it; null where there is none of that name. */
  canonical(name: string): string | null;
  readonly size: number;
}

/**
 * Resolves names of time zones, which are the same in any case. Names come from contacts, in
 * whatever case and number, so only `capacity` are remembered: the oldest goes, and costs its few
 * microseconds again.
 */
export function createZoneNames(capacity: number): ZoneNames {
  const remembered = new Map<string, string | null>();
  return {
    canonical(name) {
      const known = remembered.get(name);
      if (known !== undefined) return known;
      const found = resolve(name);
      remembered.set(name, found);
      if (remembered.size > capacity) {
        const oldest = remembered.keys().next();
        if (oldest.done !== true) remembered.delete(oldest.value);
      }
      return found;
    },
    get size() {
      return remembered.size;
    },
  };
}

function resolve(name: string): string | null {
  // Temporal takes offsets such as +02:00 as well.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

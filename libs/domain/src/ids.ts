import { v7 } from 'uuid';
import type { EpochMs } from './clock.ts';

/**
 * Identifiers are UUIDv7 strings (RFC 9562 §5.7): time-ordered, so that rows written together
 * stand together in an index, and generated without asking the database.
 */
export type Id = string;

/** Bytes that an identifier takes of the pool. */
const BYTES = 16;
/** Random bytes for many identifiers: asking the system for each costs ten times all the rest. */
const pool = new Uint8Array(256 * BYTES);
let taken = pool.length;
/** Of the identifier made last: its time, and where it stands among those of its millisecond. */
let last = { at: -Infinity, nth: 0 };

/** A new time-ordered identifier: it stands after all that this process has made before. */
export function newId(): Id {
  if (taken === pool.length) {
    crypto.getRandomValues(pool);
    taken = 0;
  }
  const random = pool.subarray(taken, taken + BYTES);
  taken += BYTES;
  last = next(last, Date.now(), random);
  return v7({ random, msecs: last.at, seq: last.nth });
}

/** A counter of 31 random bits is begun in each millisecond (RFC 9562 §6.2, method 1). */
function next(before: typeof last, now: EpochMs, random: Uint8Array): typeof last {
  if (now > before.at) {
    return { at: now, nth: new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1 };
  }
  const nth = (before.nth + 1) >>> 0;
  return { at: nth === 0 ? before.at + 1 : before.at, nth };
}

/**
 * Before all identifiers that were generated then or later.
 *
 * @param at real time, from 1970 on.
 */
export function firstIdAt(at: EpochMs): Id {
  const hex = Math.floor(at).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value has the form of an identifier (any UUID version). */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' && UUID.test(value);
}

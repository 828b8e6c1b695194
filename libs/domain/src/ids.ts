import { v7 } from 'uuid';
import type { EpochMs } from './clock.ts';

/**
 * Identifiers are UUIDv7 strings (RFC 9562 §5.7): time-ordered, so that rows written together
 * stand together in an index, and generated without asking the database.
 */
export type Id = string;

/** Bytes of an identifier. */
const BYTES = 16;

/** Drawn for many identifiers at once: a call of the system's generator costs more than the rest. */
const pool = new Uint8Array(BYTES * 512);
const words = new DataView(pool.buffer);
let drawn = pool.length;

/** Of the last identifier: its milliseconds, and a counter that orders those of the same ones. */
const last = { msecs: Number.NEGATIVE_INFINITY, seq: 0 };

/** A new time-ordered identifier, after all that this process has made before, whatever its clock does. */
export function newId(): Id {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const now = Date.now();
  if (now > last.msecs) {
    last.msecs = now;
    // Half of what its 32 bits can count is free from the start: it does not run over.
    last.seq = words.getUint32(drawn) >>> 1;
  } else {
    last.seq += 1;
  }
  const random = pool.subarray(drawn, drawn + BYTES);
  drawn += BYTES;
  return v7({ random, msecs: last.msecs, seq: last.seq });
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

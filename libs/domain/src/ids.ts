import { v7 } from 'uuid';
import type { EpochMs } from './clock.ts';

/**
 * Identifiers are UUIDv7 strings (RFC 9562 §5.7): time-ordered, so that rows written together
 * stand together in an index, and generated without asking the database.
 */
export type Id = string;

/** A new time-ordered identifier. */
export function newId(): Id {
  return v7();
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

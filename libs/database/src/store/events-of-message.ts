import { sql, type RawBuilder } from 'kysely';

/** Room for clocks that differ. */
const ROOM_MS = 86_400_000;

/**
 * Nothing is told of a message before its first hand-off began, and null is where none has begun.
 * Statements that are bound by it leave the months before alone, however many there are: as long as
 * it stands, with the message's id, in one relation that is evaluated for itself (`MATERIALIZED`, or
 * `OFFSET 0`). Partitions are chosen by such values alone.
 *
 * @param message alias of a row of `outbound_messages`.
 */
export function toldSince(message: string): RawBuilder<Date | null> {
  const m = sql.raw(message);
  return sql`(least(${m}.begun_at, (
      SELECT min(former.begun_at) FROM message_attempts former
      WHERE former.tenant_id = ${m}.tenant_id AND former.message_id = ${m}.id))
    - ${ROOM_MS}::integer * interval '1 millisecond')`;
}

/** The same, of the beginnings of all its hand-offs. */
export function toldSinceFirst(begun: readonly Date[]): Date {
  return new Date(Math.min(...begun.map((at) => at.getTime())) - ROOM_MS);
}

import { sql, type RawBuilder } from 'kysely';

/** Room for clocks that differ. */
const ROOM_MS = 86_400_000;

/**
 * Nothing is told of a message before its first hand-off began. Statements that are bound by that
 * leave the months before alone, however many there are.
 *
 * For a FROM, after the message: a table of one row, whose `since` is null where none has begun.
 *
 * @param message alias of a row of `outbound_messages`.
 */
export function toldSince(message: string): RawBuilder<unknown> {
  const m = sql.raw(message);
  // OFFSET 0: partitions are chosen by a value, and not by an expression that has a query in it.
  return sql`LATERAL (
    SELECT least(${m}.begun_at, (
      SELECT min(former.begun_at) FROM message_attempts former
      WHERE former.tenant_id = ${m}.tenant_id AND former.message_id = ${m}.id))
      - ${ROOM_MS}::integer * interval '1 millisecond' AS since
    OFFSET 0)`;
}

/** The same, of the beginnings of all its hand-offs. */
export function toldSinceFirst(begun: readonly Date[]): Date {
  return new Date(Math.min(...begun.map((at) => at.getTime())) - ROOM_MS);
}

import { sql } from 'kysely';
import type { Pipeline } from '../send/pipeline.ts';
import { withoutKeys } from './without-keys.ts';
import { sendFirstMails } from './fixture.ts';
import type { EventsReading, World } from './run.ts';

/** Rounds with many events stored, each with one beside it with few. */
export interface StoredReading {
  readonly few: readonly EventsReading[];
  readonly many: readonly EventsReading[];
}

/** Events that are few. */
export const FEW_STORED = 10_000;
/** Messages that all stored events are of, at most. */
const STORED_UNDER = 5_000;

/** Times rounds in the database of the world and in a second one, in turns. */
export async function compareStored(
  options: { readonly stored: number; readonly rounds: number },
  world: World,
  open: () => Promise<Pipeline>,
  round: (world: World) => Promise<EventsReading>,
): Promise<StoredReading> {
  const crowded = { ...world, pipeline: await open() };
  try {
    await sendFirstMails(crowded.pipeline, world.servers, Math.min(STORED_UNDER, options.stored));
    await storeEvents(crowded.pipeline, options.stored);
    const few: EventsReading[] = [];
    const many: EventsReading[] = [];
    for (let turn = 0; turn < options.rounds; turn += 1) {
      await storeEvents(world.pipeline, FEW_STORED);
      few.push(await round(world));
      many.push(await round(crowded));
    }
    return { few, many };
  } finally {
    await crowded.pipeline.stop();
  }
}

/** Rows of one statement. */
const SIZE = 500_000;

/**
 * Stores so many events, in the place of all that are stored, under the messages that there are: of
 * the last thirty days, the oldest first, with ids in the order of time as those of real events are,
 * and keys in none.
 */
async function storeEvents({ db }: Pipeline, count: number): Promise<void> {
  await sql`TRUNCATE message_events`.execute(db);
  await withoutKeys(db, 'message_events', async () => {
    for (let from = 0; from < count; from += SIZE) {
      await sql`
        WITH message AS MATERIALIZED (
          SELECT m.tenant_id, m.id, m.enrollment_id, row_number() OVER (ORDER BY m.id) - 1 AS nth,
            count(*) OVER () AS messages
          FROM outbound_messages m),
        event AS (
          SELECT n, now() - interval '30 days' * (1 - n::float / ${count}::integer) AS at,
            encode(sha256(convert_to('stored ' || n, 'UTF8')), 'hex') AS key
          FROM generate_series(${from}::integer, ${Math.min(from + SIZE, count) - 1}::integer) AS n)
        INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type,
          occurred_at, actor, dedupe_key, provider_event_id, data)
        SELECT m.tenant_id,
          (lpad(to_hex((extract(epoch FROM e.at) * 1000)::bigint), 12, '0') || '7'
            || left(e.key, 3) || '8' || right(e.key, 15))::uuid,
          m.id, m.enrollment_id, 1, (ARRAY['delivered', 'opened', 'opened', 'clicked'])[1 + n % 4],
          e.at, 'human', e.key, 'stored' || n, '{"rawType": "open"}'
        FROM event e
        JOIN message m ON m.nth = n % m.messages`.execute(db);
    }
  });
  await sql`ANALYZE message_events`.execute(db);
}

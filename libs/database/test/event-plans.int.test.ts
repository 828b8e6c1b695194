import { withClient } from '@cadenza/testing';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  engineTransaction,
  findMessage,
  inTenants,
  readTimeline,
  type Database,
  type Schema,
} from '../src/index.ts';
import { deliver, providerEvent, sent, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

/** Events of other people that lie about in the months before. */
const EVENTS = 200_000;
const MONTHS = 8;

let world: World;
let mail: Enrolled;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  mail = await sent(world);
  await world.rows(
    "SELECT ensure_event_partitions((now() AT TIME ZONE 'UTC' - ? * interval '1 month')::date, ?)",
    MONTHS,
    MONTHS,
  );
  await withClient(world.database.url, async (client) => {
    // Nobody's messages: what they were is of no concern here.
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type,
         occurred_at, dedupe_key)
       SELECT $1::uuid, gen_random_uuid(), md5((n / 4)::text)::uuid, md5((n / 4)::text)::uuid, 1,
         (ARRAY['delivered', 'opened', 'clicked', 'bounced'])[1 + n % 4],
         now() - n::double precision / $2::integer * $3::integer * interval '1 month',
         encode(sha256(n::text::bytea), 'hex')
       FROM generate_series(1, $2::integer) n`,
      [mail.tenant.tenantId, EVENTS, MONTHS],
    );
    await client.query('ANALYZE message_events');
  });
  await deliver(world, [
    providerEvent(world, mail, 'delivered'),
    providerEvent(world, mail, 'clicked', { url: 'https://example.com/' }),
    providerEvent(world, mail, 'bounced', { bounceKind: 'soft' }),
  ]);
});

afterAll(() => world.close());

/** Months before the last one, by the names of their partitions. */
async function formerMonths(): Promise<string[]> {
  const found = await world.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'message_events'::regclass AND c.relname ~ '[0-9]{6}$'
       AND right(c.relname, 6) < to_char(now() AT TIME ZONE 'UTC' - interval '1 month', 'YYYYMM')`,
  );
  expect(found.length).toBeGreaterThanOrEqual(MONTHS - 2);
  return found.map(({ name }) => name);
}

interface Touched {
  readonly partition: string;
  /** Null: it was read from end to end. */
  readonly index: string | null;
}

/** Partitions of events that work reads in a transaction of an app, and the indexes that it uses. */
function touched(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<unknown>,
): Promise<Touched[]> {
  return inTenants(db, [mail.tenant.tenantId], async (trx) => {
    await work(trx);
    const { rows } = await sql<Touched>`
      WITH partitions AS (
        SELECT c.oid, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'message_events'::regclass)
      SELECT p.relname AS partition, i.relname AS index FROM partitions p
      JOIN pg_index x ON x.indrelid = p.oid JOIN pg_class i ON i.oid = x.indexrelid
      WHERE pg_stat_get_xact_numscans(i.oid) > 0
      UNION ALL
      SELECT p.relname, NULL FROM partitions p
      WHERE pg_stat_get_xact_numscans(p.oid) > 0`.execute(trx);
    return rows;
  });
}

describe('what is recorded of a message is read without going through former months', () => {
  const ref = () => ({ tenantId: mail.tenant.tenantId, id: mail.messageId, attempt: 1 });

  test.each([
    ['to judge a click', 'worker', (trx) => engineTransaction(trx).trailsOf([ref()])],
    ['to settle a bounce', 'worker', (trx) => engineTransaction(trx).settleBounces([ref()])],
    ['for its page', 'api', (trx) => findMessage(trx, ref().tenantId, ref().id)],
    [
      'for the timeline',
      'api',
      (trx) => readTimeline(trx, ref().tenantId, mail.enrollmentId, { limit: 50, after: null }),
    ],
  ] satisfies [string, 'api' | 'worker', (trx: Transaction<Schema>) => Promise<unknown>][])(
    '%s',
    async (_, app, work) => {
      const former = await formerMonths();

      const reads = await touched(world[app], work);

      expect(reads.filter(({ partition }) => former.includes(partition))).toEqual([]);
      expect(reads).not.toEqual([]);
      const [{ name: present = '' } = {}] = await world.rows<{ name: string }>(
        "SELECT 'message_events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM') AS name",
      );
      const indexes = reads.filter(({ partition }) => partition === present);
      // The planner may look up the end of another one for its estimates; none is read whole.
      expect(indexes).toContainEqual({
        partition: present,
        index: `${present}_pkey`,
      });
      expect(indexes.filter(({ index }) => index === null)).toEqual([]);
    },
  );

  test('of all its attempts, those that were taken back too', async () => {
    await world.rows(
      `INSERT INTO message_attempts (tenant_id, message_id, attempt, token, status, begun_at,
         to_address, subject)
       SELECT tenant_id, id, 1, gen_random_uuid(), 'released', campaign_now() - interval '40 days',
         'a@example.com', 'Hello'
       FROM outbound_messages WHERE id = ?`,
      mail.messageId,
    );
    const early = world.clock.now() - 40 * 86_400_000;
    await world.rows(
      `UPDATE message_events SET occurred_at = from_epoch_ms(?)
       WHERE message_id = ? AND type = 'delivered'`,
      early,
      mail.messageId,
    );
    const { tenantId, id } = ref();
    const bound = <T>(db: Database, work: (trx: Transaction<Schema>) => Promise<T>) =>
      inTenants(db, [tenantId], work);

    const trails = await bound(world.worker, (trx) => engineTransaction(trx).trailsOf([ref()]));
    const message = await bound(world.api, (trx) => findMessage(trx, tenantId, id));
    const timeline = await bound(world.api, (trx) =>
      readTimeline(trx, tenantId, mail.enrollmentId, { limit: 50, after: null }),
    );

    expect(trails).toMatchObject([{ arrivedAt: early }]);
    expect(message?.events.map(({ at }) => at.getTime())).toContain(early);
    expect(timeline.items.filter(({ kind }) => kind === 'event').map(({ at }) => at)).toContain(
      early,
    );
  });
});

test('an event costs one index: that of its message, with its key', async () => {
  const found = await world.rows<{ columns: string }>(
    `SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.*\\(|\\)$', '', 'g') AS columns
     FROM pg_index WHERE indrelid = 'message_events'::regclass ORDER BY 1`,
  );
  expect(found.map(({ columns }) => columns)).toEqual([
    'tenant_id, message_id, occurred_at, dedupe_key',
  ]);
});

import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { engineTransaction, inTenants, type Schema } from '../src/index.ts';
import { crowd } from './support/crowd.ts';
import { sendDue, sent, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
let mail: Enrolled;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  mail = await sent(world);
});

afterAll(() => world.close());

/** Updates of messages on this connection that are not handed to the statistics yet. */
async function updates(trx: Transaction<Schema>): Promise<{ all: number; inPlace: number }> {
  const { rows } = await sql<{ all: number; inPlace: number }>`
    SELECT pg_stat_get_xact_tuples_updated(t.oid) AS "all",
      pg_stat_get_xact_tuples_hot_updated(t.oid) AS "inPlace"
    FROM pg_class t WHERE t.oid = 'outbound_messages'::regclass`.execute(trx);
  return rows[0] ?? { all: 0, inPlace: 0 };
}

test('a hand-off is begun and recorded in place, and written to no index of messages', async () => {
  const PEOPLE = 10;
  const counts = async () => {
    const [row] = await world.rows<{ all: number; inPlace: number }>(
      `SELECT n_tup_upd AS "all", n_tup_hot_upd AS "inPlace" FROM pg_stat_user_tables
       WHERE relname = 'outbound_messages'`,
    );
    return row ?? { all: 0, inPlace: 0 };
  };
  await crowd(world, await world.createTenant(), PEOPLE);
  await sendDue(world);
  // Each connection hands its counts over in its own time.
  await expect
    .poll(async () => (await counts()).all, { timeout: 20_000 })
    .toBeGreaterThanOrEqual(2 * PEOPLE);
  const { all, inPlace } = await counts();
  expect(inPlace).toBe(all);
});

// Failures are few, and have an index of their own: it is written to, and so are the others.
test.each([
  ['deferred', 'in place, and to none of its indexes', 1],
  ['delivered', 'in place, and to none of its indexes', 1],
  ['bounced', 'to the index of what has failed', 0],
] as const)('news that a message is %s are written %s', async (status, _where, inPlace) => {
  const { tenantId } = mail.tenant;
  await inTenants(world.worker, [tenantId], async (trx) => {
    const before = await updates(trx);
    await engineTransaction(trx).applyNews([
      {
        tenantId,
        id: mail.messageId,
        attempt: 1,
        status,
        providerMessageId: null,
        smtpId: `<${status}@example.com>`,
        detail: status,
      },
    ]);
    const after = await updates(trx);
    expect(after).toEqual({ all: before.all + 1, inPlace: before.inPlace + inPlace });
  });
});

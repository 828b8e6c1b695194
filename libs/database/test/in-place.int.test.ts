import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { engineTransaction, inTenants, type Schema } from '../src/index.ts';
import { sent, type Enrolled } from './support/scenario.ts';
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

test.each(['deferred', 'delivered', 'bounced'] as const)(
  'news that a message is %s are written in place, and to none of its indexes',
  async (status) => {
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
      expect(after).toEqual({ all: before.all + 1, inPlace: before.inPlace + 1 });
    });
  },
);

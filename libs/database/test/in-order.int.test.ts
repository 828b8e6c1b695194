import { applyInputs, verify, type NewInput } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { engineTransaction, inTenants, type Schema } from '../src/index.ts';
import { enrollmentOf, sent, type Enrolled } from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** How often recorded inputs were looked up in a transaction. */
async function lookedUp(trx: Transaction<Schema>): Promise<number> {
  const { rows } = await sql<{ scans: number }>`
    SELECT sum(pg_stat_get_xact_numscans(i.indexrelid))::integer AS scans
    FROM pg_index i WHERE i.indrelid = 'campaign_transitions'::regclass`.execute(trx);
  return rows[0]?.scans ?? 0;
}

/** Records an event of the person's first mail, so many seconds after it left. */
async function told(
  mail: Enrolled,
  type: 'delivered' | 'opened' | 'clicked',
  seconds: number,
): Promise<{ readonly outcome: string | undefined; readonly lookUps: number }> {
  const { tenantId } = mail.tenant;
  return inTenants(world.worker, [tenantId], async (trx) => {
    const before = await lookedUp(trx);
    const input: NewInput = {
      tenantId,
      enrollmentId: mail.enrollmentId,
      inputId: `${type} ${seconds}`,
      input: {
        kind: 'event',
        type,
        actor: 'human',
        nodeId: 'first',
        visit: 1,
        attempt: 1,
        at: (await begunAt(mail)) + seconds * 1_000,
      },
    };
    const { plans, clock, graceMs } = world;
    const [applied] = await applyInputs(engineTransaction(trx), [input], {
      plans,
      now: clock.now(),
      graceMs,
    });
    return { outcome: applied?.outcome, lookUps: (await lookedUp(trx)) - before };
  });
}

async function begunAt({ messageId }: Enrolled): Promise<number> {
  const [row] = await world.rows<{ at: number }>(
    'SELECT epoch_ms(begun_at)::double precision AS at FROM outbound_messages WHERE id = ?',
    messageId,
  );
  return row?.at ?? 0;
}

async function differences({ tenant: { tenantId } }: Enrolled): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const page of verify({ tenantId, campaignId: null }, { store: world.store })) {
    found.push(...page.differences);
  }
  return found;
}

test('what comes in its own order is folded without what was recorded before', async () => {
  const mail = await sent(world);

  expect(await told(mail, 'delivered', 10)).toEqual({ outcome: 'noted', lookUps: 0 });
  expect(await told(mail, 'opened', 20)).toEqual({ outcome: 'applied', lookUps: 0 });

  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'third' });
  expect(await differences(mail)).toEqual([]);
});

test.each([
  ['earlier than', 15],
  ['at the time of', 30],
])('what comes late is folded in its place: %s what was recorded', async (_, seconds) => {
  const mail = await sent(world, await world.createTenant(clickFirst()));
  await told(mail, 'opened', 30);

  const { lookUps } = await told(mail, 'delivered', seconds);

  expect(lookUps).toBeGreaterThan(0);
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'second' });
  expect(await differences(mail)).toEqual([]);
});

/** Whoever has the mail goes on to the second step before an open leads to the third. */
function clickFirst() {
  const [first, ...others] = TWO_STEPS.nodes;
  return {
    ...TWO_STEPS,
    nodes: [
      {
        ...first,
        transitions: [
          { on: 'delivered', to: 'second' },
          { on: 'opened', to: 'third', within: 'PT72H' },
        ],
      },
      ...others,
    ],
  };
}

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { explained, rowsRead } from './support/explain.ts';
import { findable } from './support/found-messages.ts';
import { handedOff } from './support/handed-off.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

describe('no more hand-offs are read than', () => {
  const MANY = 20_000;
  const since = `campaign_now() - interval '1 day'`;

  /** Hand-offs of the tenant, and as many attempts, so long before those that it has. */
  async function many(tenant: Tenant, before: string): Promise<void> {
    await world.rows(
      `INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id,
         node_id, visit, channel, sender_identity_id, status, begun_at, to_address)
       SELECT m.tenant_id, gen_random_uuid(), m.enrollment_id, m.campaign_id, m.contact_id,
         m.node_id, 1 + n, m.channel, m.sender_identity_id, 'sent', m.begun_at - ?::interval,
         m.to_address
       FROM (SELECT * FROM outbound_messages WHERE campaign_id = ? LIMIT 1) m
       CROSS JOIN generate_series(1, ?::integer) n`,
      before,
      tenant.campaignId,
      MANY,
    );
    await world.rows(
      `INSERT INTO message_attempts (tenant_id, message_id, attempt, token, status, begun_at,
         to_address, subject)
       SELECT m.tenant_id, m.id, 1, gen_random_uuid(), 'sent', m.begun_at, m.to_address, ''
       FROM outbound_messages m WHERE m.campaign_id = ?`,
      tenant.campaignId,
    );
    await findable(world);
    await world.rows('ANALYZE outbound_messages, hand_off_batches, message_attempts');
  }

  test.each([
    ['by that of the caller', false],
    ['by their own', true],
  ])('lie in the window: %s', async (_, ownWindows) => {
    const tenant = await world.createTenant();
    await handedOff(world, tenant, 3);
    await many(tenant, '10 days');
    for (const tenants of [`'{${tenant.tenantId}}'`, 'NULL']) {
      const plan = await explained(
        world,
        `SELECT * FROM hand_offs_since(${since}, ${tenants}, ${ownWindows})`,
      );
      for (const table of ['outbound_messages', 'message_attempts']) {
        const read = rowsRead(plan, table);
        expect(read, table).toBeGreaterThan(0);
        expect(read, table).toBeLessThan(MANY / 10);
      }
    }
  });

  test('are of the tenants that are named', async () => {
    const [tenant, other] = [await world.createTenant(), await world.createTenant()];
    for (const each of [tenant, other]) await handedOff(world, each, 3);
    await many(other, '1 hour');
    const plan = await explained(
      world,
      `SELECT * FROM hand_offs_since(${since}, '{${tenant.tenantId}}', false)`,
    );
    expect(rowsRead(plan, 'outbound_messages')).toBe(3);
    expect(rowsRead(plan, 'message_attempts')).toBe(0);
  });
});

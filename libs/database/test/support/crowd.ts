import { newId } from '@cadenza/domain';
import { enrol } from '@cadenza/engine';
import { inTenants } from '../../src/index.ts';
import type { Tenant, World } from './world.ts';

/** So many people at the campaign's first node, each at a domain of their own or at one. */
export async function crowd(
  world: World,
  tenant: Tenant,
  size: number,
  domain?: string,
): Promise<string[]> {
  const people = Array.from({ length: size }, () => {
    const id = newId();
    return { id, channel: newId(), address: `p-${id}@${domain ?? `${id}.example.org`}` };
  });
  await inTenants(world.api, [tenant.tenantId], async (trx) => {
    for (let from = 0; from < size; from += 1_000) {
      const some = people.slice(from, from + 1_000);
      const tenant_id = tenant.tenantId;
      await trx
        .insertInto('contacts')
        .values(some.map(({ id }) => ({ tenant_id, id })))
        .execute();
      await trx
        .insertInto('contact_channels')
        .values(
          some.map(({ id, channel, address }) => ({
            tenant_id,
            id: channel,
            contact_id: id,
            channel: 'email' as const,
            address,
          })),
        )
        .execute();
    }
  });
  const { store, plans, graceMs, clock } = world;
  const contactIds = people.map(({ id }) => id);
  const result = await enrol(
    { tenantId: tenant.tenantId, campaignId: tenant.campaignId, contactIds },
    { store, plans, now: () => clock.now(), graceMs },
  );
  return result?.enrolled.map(({ enrollmentId }) => enrollmentId) ?? [];
}

/** Nothing is due any more: what a test leaves behind concerns no other. */
export async function clear(world: World): Promise<void> {
  await world.rows("UPDATE campaigns SET status = 'archived'");
}

/** Another running campaign of the tenant's plan and sender. */
export async function anotherCampaign(
  world: World,
  tenant: Tenant,
  over: { readonly priority?: number } = {},
): Promise<Tenant> {
  const campaignId = newId();
  await world.rows(
    `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status,
       priority)
     SELECT tenant_id, ?, name, plan_version_id, sender_identity_id, 'running', ?
     FROM campaigns WHERE id = ?`,
    campaignId,
    over.priority ?? 5,
    tenant.campaignId,
  );
  return { ...tenant, campaignId };
}

/**
 * So many lanes of the tenant, each with a due send of the enrollment's message (and so not fit to
 * be sent, only to be claimed).
 */
export async function lanesOf(
  world: World,
  tenant: Tenant,
  enrollmentId: string,
  count: number,
  { ahead = '0 s', nextAt = '-infinity' } = {},
): Promise<void> {
  const suffix = newId();
  await world.rows(
    `WITH campaign AS (
       INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
       SELECT c.tenant_id, gen_random_uuid(), ?, c.plan_version_id, c.sender_identity_id, 'running'
       FROM campaigns c CROSS JOIN generate_series(1, ?) WHERE c.id = ?
       RETURNING tenant_id, id, sender_identity_id)
     INSERT INTO dispatch_lanes (tenant_id, campaign_id, sender_identity_id, next_at)
     SELECT tenant_id, id, sender_identity_id, ?::timestamptz FROM campaign`,
    suffix,
    count,
    tenant.campaignId,
    nextAt,
  );
  await world.rows(
    `INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
       sender_identity_id, type, node_id, visit, attempt, dedupe_key, status, due_at, run_at)
     SELECT a.tenant_id, gen_random_uuid(), a.enrollment_id, c.id, a.message_id,
       a.sender_identity_id, 'send', 'later', 1, 1, 'lane:' || c.id, 'pending',
       a.due_at + ?::interval, a.run_at + ?::interval
     FROM scheduled_actions a JOIN campaigns c ON c.tenant_id = a.tenant_id AND c.name = ?
     WHERE a.enrollment_id = ? AND a.node_id = 'first'`,
    ahead,
    ahead,
    suffix,
    enrollmentId,
  );
}

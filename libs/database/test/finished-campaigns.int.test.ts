import { endFinished, enrol, finishCampaign, pauseCampaign } from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { findAudience, inTenants, insertAudience } from '../src/index.ts';
import { crowd } from './support/crowd.ts';
import { brokenInvariants } from './support/invariants.ts';
import { ACCEPT, enrolled, messagesOf, provider, sendOptions } from './support/scenario.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
beforeEach(async () => {
  tenant = await world.createTenant();
});
afterAll(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
}, 120_000);

const ref = () => ({ tenantId: tenant.tenantId, id: tenant.campaignId });

function options() {
  const { store, plans, clock, graceMs } = world;
  return { store, plans, now: () => clock.now(), graceMs };
}

/** Rounds until nothing is left. @returns how many people they ended. */
async function endAll(): Promise<number> {
  let ended = 0;
  for (;;) {
    const round = await endFinished(options());
    ended += round.ended;
    if (!round.more) return ended;
  }
}

async function standing(): Promise<Record<string, number>> {
  const rows = await world.rows<{ status: string; n: number }>(
    `SELECT coalesce(end_reason, status) AS status, count(*)::integer AS n FROM contact_campaigns
     WHERE campaign_id = ? GROUP BY 1`,
    tenant.campaignId,
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

async function endsAt() {
  const [row] = await world.rows<{ later: boolean | null }>(
    'SELECT people_end_at > now() AS later FROM campaigns WHERE id = ?',
    tenant.campaignId,
  );
  return row?.later;
}

test('whoever takes part is ended, some at a time, and nothing more leaves', async () => {
  await crowd(world, tenant, 1_200);
  expect(await finishCampaign(world.store, ref())).toBe(true);
  expect(await finishCampaign(world.store, ref())).toBe(false);
  expect(await pauseCampaign(world.store, ref(), 'late')).toBe(false);
  const { mails, port } = provider(() => ACCEPT);
  await processSends(await world.dispatchAllowed(), sendOptions(world, port));
  expect(mails).toEqual([]);
  expect(await endFinished(options())).toEqual({ ended: 500, more: true });
  expect(await endAll()).toBe(700);
  expect(await standing()).toEqual({ campaign_finished: 1_200 });
  const [left] = await world.rows<{ n: number }>(
    `SELECT count(*)::integer AS n FROM scheduled_actions
     WHERE campaign_id = ? AND status IN ('pending', 'dispatched')`,
    tenant.campaignId,
  );
  expect(left?.n).toBe(0);
  // Looked at again in an hour, and not before.
  expect(await endsAt()).toBe(true);
  expect(await endFinished(options())).toEqual({ ended: 0, more: false });
});

test('what was in the queue does not leave', async () => {
  const mail = await enrolled(world, tenant);
  const jobs = await world.dispatch();
  const { mails, port } = provider(() => ACCEPT);
  await finishCampaign(world.store, ref());
  await processSends(jobs, sendOptions(world, port));
  await endAll();
  expect(mails).toEqual([]);
  expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
});

test('nobody is enrolled any more, by no audience either', async () => {
  const { contactId } = await enrolled(world, tenant);
  const filter = { where: 'email', known: true } as const;
  const audience = await inTenants(world.api, [tenant.tenantId], (trx) =>
    insertAudience(trx, tenant.tenantId, { campaignId: tenant.campaignId, filter }),
  );
  await finishCampaign(world.store, ref());
  await endAll();
  const { tenantId, campaignId } = tenant;
  expect(await enrol({ tenantId, campaignId, contactIds: [contactId] }, options())).toEqual({
    enrolled: [],
    refused: [{ contactId, reason: 'campaign_finished' }],
    warned: [],
  });
  expect(
    await inTenants(world.api, [tenantId], (trx) => findAudience(trx, tenantId, audience)),
  ).toMatchObject({ status: 'canceled' });
});

test('who is enrolled while it is finished is refused, or ended with the others', async () => {
  const { tenantId, campaignId } = tenant;
  await crowd(world, tenant, 1);
  const people = await world.rows<{ id: string }>(
    `INSERT INTO contacts (tenant_id, id)
     SELECT '${tenantId}', gen_random_uuid() FROM generate_series(1, 300) RETURNING id`,
  );
  await world.rows(
    `INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
     SELECT tenant_id, gen_random_uuid(), id, 'email', id || '@example.org' FROM contacts
     WHERE tenant_id = ? AND id NOT IN (SELECT contact_id FROM contact_channels)`,
    tenantId,
  );
  const chunks = Array.from({ length: 30 }, (_, n) =>
    people.slice(10 * n, 10 * n + 10).map(({ id }) => id),
  );
  const [finished, ...results] = await Promise.all([
    finishCampaign(world.store, ref()),
    ...chunks.map((contactIds) => enrol({ tenantId, campaignId, contactIds }, options())),
  ]);
  expect(finished).toBe(true);
  const reasons = results.flatMap((result) => result?.refused.map(({ reason }) => reason) ?? []);
  expect(new Set(reasons)).toEqual(new Set(reasons.length === 0 ? [] : ['campaign_finished']));
  const entered = results.reduce((sum, result) => sum + (result?.enrolled.length ?? 0), 0);
  expect(await endAll()).toBe(entered + 1);
  expect(await standing()).toEqual({ campaign_finished: entered + 1 });
});

test('who takes part once more by late news is ended by a later look, for a week', async () => {
  await enrolled(world, tenant);
  await finishCampaign(world.store, ref());
  // As if it had been found out afterwards that somebody goes on.
  await world.rows(
    "UPDATE campaigns SET people_end_at = now() + interval '1 hour' WHERE id = ?",
    tenant.campaignId,
  );
  expect(await endAll()).toBe(0);
  await world.rows('UPDATE campaigns SET people_end_at = now() WHERE id = ?', tenant.campaignId);
  expect(await endAll()).toBe(1);
  expect(await standing()).toEqual({ campaign_finished: 1 });
  await world.rows(
    "UPDATE campaigns SET people_end_at = now(), finished_at = now() - interval '8 days' WHERE id = ?",
    tenant.campaignId,
  );
  await endAll();
  expect(await endsAt()).toBeNull();
});

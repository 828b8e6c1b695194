import { pauseTenant } from '@cadenza/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** What the log has of pauses and the like, whatever writes it. */
function audited({ id }: Tenant) {
  return world.rows(
    `SELECT actor, action, entity_id, before, after FROM audit_log
     WHERE tenant_id = $1 AND action ~* 'pause|resume|start' ORDER BY id`,
    [id],
  );
}

test('a tenant pauses itself with a reason, and goes on', async () => {
  const tenant = await world.tenant();
  const { api } = tenant;
  expect((await api.get('/v1/tenant')).body).toMatchObject({ status: 'active', pauseReason: null });

  const paused = await api.post('/v1/tenant/pause', { reason: 'holidays' });
  expect(paused.body).toMatchObject({ status: 'paused', pauseReason: 'holidays', ownPause: true });
  expect((await api.post('/v1/tenant/pause', { reason: 'again' })).body).toEqual(paused.body);
  const { enrollment } = await makeRows(tenant);
  expect((await api.get(`/v1/enrollments/${enrollment}/why`)).body).toMatchObject({
    answer: { gate: 'tenant', reason: expect.stringContaining('holidays') as string },
  });
  const resumed = await api.post('/v1/tenant/resume');
  expect(resumed.body).toMatchObject({ status: 'active', pauseReason: null, ownPause: false });
  expect((await api.post('/v1/tenant/resume')).status).toBe(200);

  const key = expect.stringMatching(/^api_key:/) as string;
  expect(await audited(tenant)).toEqual([
    {
      actor: key,
      action: 'tenant.paused',
      entity_id: tenant.id,
      before: null,
      after: { reason: 'holidays' },
    },
    expect.objectContaining({ action: 'campaign.started' }),
    {
      actor: key,
      action: 'tenant.resumed',
      entity_id: tenant.id,
      before: { status: 'paused', pauseReason: 'holidays' },
      after: null,
    },
  ]);
});

test('a tenant that somebody else has paused does not go on by its own word', async () => {
  const { id, api } = await world.tenant();
  await api.post('/v1/tenant/pause', { reason: 'holidays' });
  await pauseTenant(world.deps.store, id, 'complaints 0.4 %');

  const refused = await api.post('/v1/tenant/resume');

  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    detail: expect.stringContaining('complaints 0.4 %') as string,
    problems: [{ code: 'wrong_state' }],
  });
  expect((await api.get('/v1/tenant')).body).toMatchObject({ status: 'paused', ownPause: false });
});

test('pauses and resumes of senders and a campaign are on the record, once each', async () => {
  const tenant = await world.tenant();
  const { sender, campaign } = await makeRows(tenant);
  const made = await tenant.api.post('/v1/sms-senders', { from: '+1 303 555 0100', name: 'Ann' });
  const texting = String(made.body.id);
  await world.rows('DELETE FROM audit_log WHERE tenant_id = $1', [tenant.id]);
  for (const path of [
    `/v1/sender-identities/${sender}`,
    `/v1/sms-senders/${texting}`,
    `/v1/campaigns/${campaign}`,
  ]) {
    await tenant.api.post(`${path}/pause`, { reason: 'a typo' });
    await tenant.api.post(`${path}/pause`, { reason: 'a typo' });
    await tenant.api.post(`${path}/resume`);
    await tenant.api.post(`${path}/resume`);
  }
  expect(await audited(tenant)).toMatchObject([
    { action: 'sender.paused', entity_id: sender, after: { reason: 'a typo' } },
    { action: 'sender.resumed', entity_id: sender, before: { pauseReason: 'a typo' } },
    { action: 'sender.paused', entity_id: texting, after: { reason: 'a typo' } },
    { action: 'sender.resumed', entity_id: texting, before: { pauseReason: 'a typo' } },
    { action: 'campaign.paused', entity_id: campaign, after: { reason: 'a typo' } },
    { action: 'campaign.started', entity_id: campaign },
  ]);
});

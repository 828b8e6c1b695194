import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function suppressed(tenant: Tenant, body: object): Promise<string> {
  await tenant.api.post('/v1/suppressions', body);
  const { body: listed } = await tenant.api.get('/v1/suppressions?limit=1');
  return String(listed.items?.[0]?.id);
}

function audited(tenant: Tenant) {
  return world.rows<{ actor: string; action: string; entity_id: string; before: unknown }>(
    `SELECT actor, action, entity_id, before, after FROM audit_log
     WHERE tenant_id = $1 AND entity = 'suppression' ORDER BY id`,
    [tenant.id],
  );
}

describe('suppressions', () => {
  test('cancel what is queued and end what is active, at once', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const bystander = await world.tenant();
    await bystander.api.post('/v1/contacts', { email: rows.email });
    const { body } = await tenant.api.post('/v1/suppressions', {
      addresses: [rows.email.toUpperCase(), rows.email, 'nobody@example.com'],
    });
    expect(body).toEqual({
      suppressed: 2,
      endedEnrollments: 1,
      endedEnrollmentIds: [rows.enrollment],
    });
    expect((await tenant.api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'suppressed',
      pendingActions: [],
    });
    const message = await tenant.api.get(`/v1/messages/${rows.message}`);
    expect(message.body['status']).toBe('canceled');
    const listed = await tenant.api.get(`/v1/suppressions?address=${rows.email}&reason=manual`);
    expect(listed.body['items']).toMatchObject([
      { value: rows.email, channel: 'email', kind: 'address', reason: 'manual' },
    ]);
    const again = await tenant.api.post('/v1/suppressions', { addresses: [rows.email] });
    expect(again.body).toEqual({ suppressed: 1, endedEnrollments: 0, endedEnrollmentIds: [] });
    expect((await tenant.api.get('/v1/suppressions')).body['items']).toHaveLength(2);
    expect((await bystander.api.get('/v1/suppressions')).body['items']).toEqual([]);
    expect(await audited(tenant)).toMatchObject([
      { action: 'suppression.added', actor: expect.stringMatching(/^api_key:/) as string },
      { action: 'suppression.added' },
    ]);
  });

  test('of a domain end whoever has an address of it, and of no other', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const domain = rows.email.split('@')[1] ?? '';
    const other = await tenant.api.post('/v1/suppressions', { domains: [`not-${domain}`] });
    expect(other.body).toMatchObject({ suppressed: 1, endedEnrollments: 0 });
    const { body } = await tenant.api.post('/v1/suppressions', {
      domains: [domain.toUpperCase()],
      reason: 'unsubscribed',
      source: 'letter of their lawyer',
    });
    expect(body).toMatchObject({ suppressed: 1, endedEnrollmentIds: [rows.enrollment] });
    const message = await tenant.api.get(`/v1/messages/${rows.message}`);
    expect(message.body['status']).toBe('canceled');
    const listed = await tenant.api.get('/v1/suppressions?kind=domain&reason=unsubscribed');
    expect(listed.body.items).toMatchObject([
      { value: domain, kind: 'domain', legalReason: 'unsubscribed' },
    ]);
  });

  test('are found by what they begin with, their domain, channel, source and time', async () => {
    const tenant = await world.tenant();
    const before = new Date().toISOString();
    await tenant.api.post('/v1/suppressions', {
      addresses: ['anna@one.example', 'annabel@two.example', 'bert@one.example'],
      domains: ['one.example'],
      source: 'crm',
    });
    await tenant.api.post('/v1/suppressions', { phones: ['+49 30 1234567'] });
    async function values(query: string): Promise<unknown[]> {
      const { body } = await tenant.api.get(`/v1/suppressions?${query}`);
      return (body.items ?? []).map(({ value }) => value).sort();
    }
    expect(await values('prefix=ANNA')).toEqual(['anna@one.example', 'annabel@two.example']);
    expect(await values('prefix=anna@')).toEqual(['anna@one.example']);
    expect(await values('domain=one.example')).toEqual([
      'anna@one.example',
      'bert@one.example',
      'one.example',
    ]);
    expect(await values('domain=one.example&kind=address&prefix=b')).toEqual(['bert@one.example']);
    expect(await values('channel=sms')).toEqual(['+49301234567']);
    expect(await values('source=crm&kind=domain')).toEqual(['one.example']);
    expect(await values(`since=${before}&channel=email`)).toHaveLength(4);
    expect(await values(`until=${before}`)).toEqual([]);
    const first = await tenant.api.get('/v1/suppressions?limit=3');
    const rest = await tenant.api.get(`/v1/suppressions?limit=3&cursor=${first.body.nextCursor}`);
    expect([...(first.body.items ?? []), ...(rest.body.items ?? [])]).toHaveLength(5);
    expect(rest.body.nextCursor).toBeNull();
  });

  test('that no law asks for are removed, which is audited and starts nothing again', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const id = await suppressed(tenant, { addresses: [rows.email], reason: 'hard_bounce' });
    const path = `/v1/suppressions/${id}`;
    const one = await tenant.api.get(path);
    const removed = await tenant.api.delete(path);
    expect(removed.body).toEqual(one.body);
    expect((await tenant.api.get(path)).status).toBe(404);
    expect((await tenant.api.delete(path)).status).toBe(404);
    expect((await tenant.api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'suppressed',
      pendingActions: [],
    });
    expect((await audited(tenant)).at(-1)).toMatchObject({
      action: 'suppression.removed',
      entity_id: id,
      before: { value: rows.email, reason: 'hard_bounce' },
    });
  });

  test('of who has unsubscribed are lifted by a later consent alone', async () => {
    const tenant = await world.tenant();
    // What binds stays, even where another reason came first.
    await suppressed(tenant, { addresses: ['left@example.com'] });
    const id = await suppressed(tenant, {
      addresses: ['left@example.com'],
      reason: 'unsubscribed',
    });
    const path = `/v1/suppressions/${id}`;
    const { body } = await tenant.api.get(path);
    expect(body).toMatchObject({ reason: 'manual', legalReason: 'unsubscribed' });
    const seen = Date.parse(String(body['lastSeenAt']));
    const lift = (at: number) =>
      tenant.api.post(`${path}/lift`, {
        consent: { source: 'form on example.com', at: new Date(at).toISOString() },
      });
    expect((await tenant.api.delete(path)).status).toBe(409);
    expect((await lift(seen - 1)).status).toBe(409);
    expect((await lift(Date.now() + 3_600_000)).status).toBe(409);
    expect((await tenant.api.post(`${path}/lift`, {})).status).toBe(400);
    expect((await tenant.api.get(path)).status).toBe(200);
    const lifted = await lift(seen + 1);
    expect(lifted.status).toBe(200);
    expect((await audited(tenant)).at(-1)).toMatchObject({
      action: 'suppression.removed',
      after: { consent: { source: 'form on example.com' } },
    });
  });

  test.each(['spamreport', 'erased'])('by a %s hold for good', async (reason) => {
    const tenant = await world.tenant();
    const id = await suppressed(tenant, { addresses: ['gone@example.com'], reason });
    const path = `/v1/suppressions/${id}`;
    const consent = { source: 'form', at: new Date().toISOString() };
    expect((await tenant.api.delete(path)).status).toBe(409);
    expect((await tenant.api.post(`${path}/lift`, { consent })).status).toBe(409);
    expect((await tenant.api.get(path)).status).toBe(200);
  });

  test('of another tenant can be neither read nor removed', async () => {
    const [mine, theirs] = [await world.tenant(), await world.tenant()];
    const id = await suppressed(theirs, { addresses: ['theirs@example.com'] });
    const path = `/v1/suppressions/${id}`;
    expect((await mine.api.get(path)).status).toBe(404);
    expect((await mine.api.delete(path)).status).toBe(404);
    expect((await mine.api.get('/v1/suppressions?prefix=theirs')).body.items).toEqual([]);
    expect((await theirs.api.get(path)).status).toBe(200);
  });
});

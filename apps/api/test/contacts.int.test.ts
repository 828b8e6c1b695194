import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('contacts', () => {
  beforeAll(async () => {
    tenant = await world.tenant();
  });

  test('are created with a lead by name, read, and changed', async () => {
    const created = await tenant.api.post('/v1/contacts', {
      email: '  Jo@Example.COM ',
      firstName: 'Jo',
      lastName: "O'Neil",
      title: 'CEO',
      timezone: 'Europe/Berlin',
      phone: '+49 (30) 123-45',
      company: 'Ünïted Widgets',
      custom: { favouriteTea: 'Assam', cups: 3 },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      email: 'jo@example.com',
      emailValidity: 'unchecked',
      phone: '+493012345',
      lead: { name: 'Ünïted Widgets' },
      custom: { favouriteTea: 'Assam', cups: 3 },
      source: 'api',
    });
    const path = `/v1/contacts/${created.body['id']}`;
    expect((await tenant.api.get(path)).body).toEqual(created.body);

    const changed = await tenant.api.patch(path, {
      email: 'jo@new.example',
      phone: null,
      title: null,
      custom: {},
    });
    expect(changed.body).toMatchObject({
      email: 'jo@new.example',
      phone: null,
      title: null,
      firstName: 'Jo',
      custom: {},
      lead: { name: 'Ünïted Widgets' },
    });
    expect((await tenant.api.patch(path, { leadId: null })).body['lead']).toBeNull();
    expect((await tenant.api.patch(path, {})).body['email']).toBe('jo@new.example');
  });

  test('take the lead that is there, whatever the case of its name', async () => {
    const lead = await tenant.api.post('/v1/leads', { name: 'Acme' });
    const contact = await tenant.api.post('/v1/contacts', {
      email: 'acme@example.com',
      company: ' ACME ',
    });
    expect(contact.body['lead']).toEqual({ id: lead.body['id'], name: 'Acme' });
  });

  test('refuse an address or a phone number that another contact has', async () => {
    const first = { email: 'first@example.com', phone: '+49301111111' };
    await tenant.api.post('/v1/contacts', first);
    const again = await tenant.api.post('/v1/contacts', { email: 'FIRST@example.com' });
    expect(again.status).toBe(409);
    expect(again.body['problems']).toMatchObject([{ path: 'email', code: 'taken' }]);
    const phone = await tenant.api.post('/v1/contacts', {
      email: 'second@example.com',
      phone: first.phone,
    });
    expect(phone.status).toBe(409);
    expect(phone.body['problems']).toMatchObject([{ path: 'phone', code: 'taken' }]);

    const second = await tenant.api.post('/v1/contacts', { email: 'second@example.com' });
    const moved = await tenant.api.patch(`/v1/contacts/${second.body['id']}`, {
      email: first.email,
    });
    expect(moved.status).toBe(409);
  });

  test('of two tenants may have one address', async () => {
    const other = await world.tenant();
    await tenant.api.post('/v1/contacts', { email: 'shared@example.com' });
    const mine = await other.api.post('/v1/contacts', { email: 'shared@example.com' });
    expect(mine.status).toBe(201);
    const listed = await other.api.get('/v1/contacts');
    expect(listed.body['items']).toHaveLength(1);
  });

  test('are listed newest first, page by page, each once', async () => {
    const { api } = await world.tenant();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { body } = await api.post('/v1/contacts', { email: `${n}@example.com` });
      ids.unshift(String(body['id']));
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await api.get(`/v1/contacts?limit=2${next}`);
      seen.push(...(body['items'] ?? []).map((one) => String(one['id'])));
      cursor = body['nextCursor'] ?? null;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    const found = await api.get('/v1/contacts?email=3%40EXAMPLE.com');
    expect(found.body['items']).toMatchObject([{ email: '3@example.com' }]);
  });

  test('say what they take part in, and have taken part in, newest first', async () => {
    const own = await world.tenant();
    const { contact, campaign, enrollment } = await makeRows(own);
    const path = `/v1/contacts/${contact}/enrollments`;
    const first = await own.api.get(path);
    expect(first.body).toMatchObject({
      items: [{ id: enrollment, campaignId: campaign, contactId: contact, status: 'active' }],
      nextCursor: null,
    });
    await own.api.post(`/v1/enrollments/${enrollment}/stop`, { reason: 'a customer' });
    const again = await own.api.post(`/v1/campaigns/${campaign}/enrollments`, {
      contactIds: [contact],
    });
    const second = String(again.body.enrolled?.[0]?.['enrollmentId']);
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await own.api.get(`${path}?limit=1${next}`);
      pages.push((body.items ?? []).map(({ id }) => String(id)));
      cursor = body.nextCursor ?? null;
    } while (cursor !== null);
    expect(pages).toEqual([[second], [enrollment]]);
    const stopped = await own.api.get(`${path}?status=stopped`);
    expect(stopped.body.items).toMatchObject([{ id: enrollment, endReason: 'a customer' }]);
    expect((await own.api.get(`/v1/contacts/${newId()}/enrollments`)).status).toBe(404);
    const other = await world.tenant();
    expect((await other.api.get(path)).status).toBe(404);
  });

  test('are never logged', async () => {
    const email = `secret-${newId()}@example.com`;
    await tenant.api.post('/v1/contacts', { email });
    await tenant.api.post('/v1/contacts', { email });
    await tenant.api.get(`/v1/contacts?email=${encodeURIComponent(email)}`);
    expect(world.logged.length).toBeGreaterThan(3);
    expect(world.logged.join('')).not.toContain('secret-');
    expect(world.logged.at(-1)).toContain('"route":"/v1/contacts"');
  });
});

describe('leads', () => {
  test('are created, read, listed and changed', async () => {
    const { api } = await world.tenant();
    const created = await api.post('/v1/leads', {
      name: 'Acme',
      website: 'https://acme.example',
      industry: 'Anvils',
      summary: 'Makes anvils.\nAnd more.',
      custom: { size: 12 },
    });
    expect(created.status).toBe(201);
    const path = `/v1/leads/${created.body['id']}`;
    expect((await api.get(path)).body).toEqual(created.body);
    const changed = await api.patch(path, { name: 'ACME', industry: null });
    expect(changed.body).toMatchObject({ name: 'ACME', industry: null, custom: { size: 12 } });
    expect((await api.get('/v1/leads')).body).toMatchObject({
      items: [{ name: 'ACME' }],
      nextCursor: null,
    });
  });

  test('have names of their own', async () => {
    const { api } = await world.tenant();
    await api.post('/v1/leads', { name: 'Acme' });
    const other = await api.post('/v1/leads', { name: 'Other' });
    expect((await api.post('/v1/leads', { name: 'acme' })).status).toBe(409);
    const found = await api.get(`/v1/leads?name=${encodeURIComponent(' ACME ')}`);
    expect(found.body.items).toMatchObject([{ name: 'Acme' }]);
    expect((await api.get('/v1/leads?name=Nobody')).body.items).toEqual([]);
    const renamed = await api.patch(`/v1/leads/${other.body['id']}`, { name: 'ACME' });
    expect(renamed.status).toBe(409);
    expect(renamed.body['problems']).toMatchObject([{ path: 'name', code: 'taken' }]);
  });
});

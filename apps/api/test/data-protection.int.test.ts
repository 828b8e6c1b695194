import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let other: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  other = await world.tenant();
});
afterAll(() => world.close());

async function contactOf(of: Tenant, over: object = {}) {
  const email = `person-${newId()}@example.org`;
  const { body } = await of.api.post('/v1/contacts', { email, firstName: 'Ada', ...over });
  return { email, id: String(body['id']), path: `/v1/contacts/${String(body['id'])}` };
}

const importCsv = async (of: Tenant, csv: string) => {
  const response = await fetch(`${world.baseUrl}/v1/contacts/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.key}`, 'content-type': 'text/csv' },
    body: csv,
  });
  return (await response.json()) as Record<string, unknown>;
};

describe('erasing a person', () => {
  test('takes away what is known, is answered with its status, and is audited without them', async () => {
    const { email, path, id } = await contactOf(tenant, { phone: '+49 30 7654321' });
    const erased = await tenant.api.post(`${path}/erasure`);
    expect(erased.body).toMatchObject({ contactId: id, status: 'requested', doneAt: null });
    const status = await tenant.api.get(`/v1/erasures/${String(erased.body['id'])}`);
    expect(status.body).toEqual(erased.body);
    expect((await tenant.api.post(`${path}/erasure`)).body['id']).toBe(erased.body['id']);
    expect((await tenant.api.get(path)).body).toMatchObject({
      email: null,
      phone: null,
      firstName: null,
      erasedAt: expect.any(String),
    });
    const audit = await world.rows<{ entry: string }>(
      'SELECT a::text AS entry FROM audit_log a WHERE entity_id = $1 ORDER BY id',
      [id],
    );
    expect(audit).toHaveLength(2);
    expect(audit[1]?.entry).toContain('contact.erased');
    expect(audit.map(({ entry }) => entry).join('')).not.toContain(email);
    expect(world.logged.join('')).not.toContain(email);
  });

  test('by the address, finds them; of nobody, there is none', async () => {
    const { email, id } = await contactOf(tenant);
    expect((await tenant.api.post('/v1/erasures', { email })).body['contactId']).toBe(id);
    expect((await tenant.api.post('/v1/erasures', { email: 'no@example.org' })).status).toBe(404);
  });

  test('refuses them in whatever way they are added again, with a reason', async () => {
    const { email, path, id } = await contactOf(tenant, { phone: '+49 30 1112223' });
    const somebody = await contactOf(tenant);
    await tenant.api.post(`${path}/erasure`);

    const created = await tenant.api.post('/v1/contacts', { email });
    expect(created).toMatchObject({
      status: 409,
      body: { problems: [{ path: 'email', code: 'erased' }] },
    });
    const changed = await tenant.api.patch(somebody.path, { email });
    expect(changed.body['problems']).toMatchObject([{ path: 'email', code: 'erased' }]);
    const called = await tenant.api.patch(somebody.path, { phone: '+49301112223' });
    expect(called.body['problems']).toMatchObject([{ path: 'phone', code: 'erased' }]);
    expect((await tenant.api.patch(path, { firstName: 'Ada' })).status).toBe(409);

    const report = await importCsv(tenant, `email,firstName\n${email},Ada\nnew-${email},Bob`);
    expect(report).toMatchObject({
      imported: 1,
      duplicates: 0,
      rejectedTotal: 1,
      rejected: [{ row: 2, column: 'email', code: 'erased' }],
    });
    expect(await world.rows('SELECT 1 FROM contact_channels WHERE contact_id = $1', [id])).toEqual(
      [],
    );
    expect(await importCsv(other, `email\n${email}`)).toMatchObject({
      imported: 1,
      rejectedTotal: 0,
    });
  });

  test('is taken back by a consent given since then, and by nothing else', async () => {
    const { email, path } = await contactOf(tenant);
    await tenant.api.post(`${path}/erasure`);
    const lift = { email, consentSource: 'form', consentAt: '2026-01-31T08:00:00Z' };
    expect((await other.api.post('/v1/erasures/lift', lift)).body).toEqual({ lifted: false });
    expect((await tenant.api.post('/v1/contacts', { email })).status).toBe(409);
    expect((await tenant.api.post('/v1/erasures/lift', lift)).body).toEqual({ lifted: true });
    expect((await tenant.api.post('/v1/contacts', { email })).status).toBe(201);
  });
});

test('nobody of another tenant can be erased, exported, or spoken for', async () => {
  const { path } = await contactOf(tenant);
  const given = { channel: 'email', source: 'form', givenAt: '2026-01-31T08:00:00Z' };
  expect((await other.api.post(`${path}/erasure`)).status).toBe(404);
  expect((await other.api.get(`${path}/export`)).status).toBe(404);
  expect((await other.api.post(`${path}/consents`, given)).status).toBe(404);
  expect((await other.api.post(`${path}/consents/withdraw`, { channel: 'email' })).status).toBe(
    404,
  );
  expect((await tenant.api.get(path)).body).toMatchObject({ firstName: 'Ada', erasedAt: null });
});

test('an export holds what is kept of the person, of each kind, and is audited', async () => {
  const { email, path, id } = await contactOf(tenant, { company: 'Acme Analytics' });
  await tenant.api.post(`${path}/consents`, {
    channel: 'email',
    source: 'form',
    givenAt: '2026-01-31T08:00:00Z',
    wording: 'I agree.',
    version: '3',
  });
  await tenant.api.post(`${path}/consents/withdraw`, { channel: 'email' });
  const { status, body } = await tenant.api.get(`${path}/export`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    contact: [{ id, first_name: 'Ada', lead: { name: 'Acme Analytics' } }],
    channels: [{ address: email }],
    consents: [{ source: 'form', wording: 'I agree.', version: '3' }],
    enrollments: [],
    messages: [],
    suppressions: [{ value: email }],
  });
  expect(
    await world.rows(
      "SELECT 1 FROM audit_log WHERE action = 'contact.exported' AND entity_id = $1",
      [id],
    ),
  ).toHaveLength(1);
});

describe('a consent', () => {
  const given = { channel: 'email', source: 'web form', givenAt: '2026-01-31T08:00:00.000Z' };

  test('is recorded, shown with the contact, and followed by the next', async () => {
    const { path } = await contactOf(tenant);
    expect((await tenant.api.post(`${path}/consents`, given)).status).toBe(201);
    expect((await tenant.api.get(path)).body['consents']).toEqual([
      { ...given, wording: null, version: null },
    ]);
    const later = { ...given, source: 'fair', givenAt: '2026-02-01T08:00:00.000Z', version: '2' };
    await tenant.api.post(`${path}/consents`, later);
    expect((await tenant.api.get(path)).body['consents']).toEqual([{ ...later, wording: null }]);
    const unstorable = await tenant.api.post(`${path}/consents`, { ...later, wording: 'a\u0000b' });
    expect(unstorable).toMatchObject({ status: 400, body: { problems: [{ path: 'wording' }] } });
    const ahead = { ...given, givenAt: '2999-01-01T00:00:00Z' };
    expect((await tenant.api.post(`${path}/consents`, ahead)).status).toBe(422);
  });

  test('withdrawn suppresses the channel, as unsubscribing does', async () => {
    const { path, email } = await contactOf(tenant);
    await tenant.api.post(`${path}/consents`, given);
    const withdraw = () => tenant.api.post(`${path}/consents/withdraw`, { channel: 'email' });
    expect((await withdraw()).body).toEqual({ withdrawn: true });
    expect((await withdraw()).body).toEqual({ withdrawn: false });
    expect((await tenant.api.get(path)).body['consents']).toEqual([]);
    expect(
      await world.rows(
        'SELECT reason, legal_reason, source FROM communication_suppressions WHERE tenant_id = $1 AND value = $2',
        [tenant.id, email],
      ),
    ).toEqual([
      { reason: 'unsubscribed', legal_reason: 'unsubscribed', source: 'consent_withdrawn' },
    ]);
  });

  test('comes with an import, and never over a withdrawal since then', async () => {
    const { email, path } = await contactOf(tenant);
    const csv = `email,consentSource,consentAt\n${email},fair,2026-01-31\n`;
    expect(await importCsv(tenant, csv)).toMatchObject({ rejectedTotal: 0 });
    expect((await tenant.api.get(path)).body['consents']).toMatchObject([
      { source: 'fair', givenAt: '2026-01-31T00:00:00.000Z' },
    ]);
    await tenant.api.post(`${path}/consents/withdraw`, { channel: 'email' });
    await importCsv(tenant, csv);
    expect((await tenant.api.get(path)).body['consents']).toEqual([]);
    expect(
      await importCsv(
        tenant,
        `email,consentSource,consentAt\na@example.org,fair,soon\nb@example.org,fair,\n`,
      ),
    ).toMatchObject({
      rejected: [
        { row: 2, code: 'invalid_instant' },
        { row: 3, code: 'incomplete_consent' },
      ],
    });
  });
});

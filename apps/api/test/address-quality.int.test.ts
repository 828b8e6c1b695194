import {
  createDatabase,
  createEngineStore,
  createLogin,
  createPool,
  dropLogins,
} from '@cadenza/database';
import { checkAddresses, type AddressCheckResult } from '@cadenza/engine';
import { createMailDns } from '@cadenza/runtime';
import { createSendGridAddressValidator } from '@cadenza/sendgrid';
import { EMULATOR_API_KEY, startEmulator, type Emulator } from '@cadenza/sendgrid-emulator';
import { startDnsServer, type TestDnsServer } from '@cadenza/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import type { Body } from './support/client.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

const DAY_MS = 86_400_000;

let world: World;
let dnsServer: TestDnsServer;
let emulator: Emulator;
/** Of the clock by which the validator holds off, in milliseconds. */
let now = 0;
let check: () => Promise<AddressCheckResult>;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  world = await createWorld();
  cleanUps.push(() => world.close());
  dnsServer = await startDnsServer({
    'fine.example': { mx: [[10, 'mx.fine.example']] },
    'null.example': { mx: [[0, '.']] },
    'gmial.com': { mx: [[10, 'mx.gmial.com']] },
  });
  cleanUps.push(() => dnsServer.close());
  emulator = await startEmulator({});
  cleanUps.push(() => emulator.close());
  const workerUrl = await createLogin(world.adminUrl, { role: 'cadenza_worker' });
  const { username } = new URL(workerUrl);
  cleanUps.push(() => dropLogins(inject('postgresAdminUrl'), [decodeURIComponent(username)]));
  const db = createDatabase(createPool({ url: workerUrl, poolSize: 2 }));
  cleanUps.push(() => db.destroy());
  const validator = createSendGridAddressValidator({
    apiKey: EMULATOR_API_KEY,
    baseUrl: emulator.url,
    monotonic: () => now,
  });
  cleanUps.push(() => validator.close());
  const store = createEngineStore(db);
  check = () =>
    checkAddresses({
      store,
      dns: createMailDns({
        servers: [dnsServer.address],
        canary: 'fine.example',
        timeoutMs: 1_000,
        tries: 1,
      }),
      validator,
      disposable: new Set(['mailinator.com']),
      keptMs: 90 * DAY_MS,
      confirmMs: 3_600_000,
      limit: 100,
      concurrency: 8,
      leaseMs: 60_000,
    });
});

afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function create({ api }: Tenant, email: string): Promise<string> {
  const { body } = await api.post('/v1/contacts', { email });
  if (body.id === undefined) throw new Error(JSON.stringify(body));
  return body.id;
}

const read = async ({ api }: Tenant, id: string): Promise<Body> =>
  (await api.get(`/v1/contacts/${id}`)).body;

test('an address is checked after it was created, and shows what was found out', async () => {
  const tenant = await world.tenant();
  const [fine, none] = [
    await create(tenant, 'Ann@Fine.example'),
    await create(tenant, 'ann@null.example'),
  ];
  expect(await read(tenant, fine)).toMatchObject({
    emailValidity: 'unchecked',
    emailCheck: { checkedAt: null, pending: true },
  });

  await check();

  expect(await read(tenant, fine)).toMatchObject({
    emailValidity: 'valid',
    emailCheck: { reasons: [], flags: [], blockedFor: [], pending: false },
  });
  expect(await read(tenant, none)).toMatchObject({
    emailValidity: 'invalid',
    emailCheck: { reasons: ['null_mx'], blockedFor: ['invalid'], pending: false },
  });
});

test('an address is checked anew where somebody asks for it, and where it is another one', async () => {
  const tenant = await world.tenant();
  dnsServer.set('mending.example', { mx: [[0, '.']] });
  const id = await create(tenant, 'bob@mending.example');
  await check();
  expect(await read(tenant, id)).toMatchObject({ emailValidity: 'invalid' });
  dnsServer.set('mending.example', { mx: [[10, 'mx.fine.example']] });

  const { body } = await tenant.api.post(`/v1/contacts/${id}/validate`);
  expect(body).toMatchObject({ emailValidity: 'invalid', emailCheck: { pending: true } });
  await check();
  expect(await read(tenant, id)).toMatchObject({ emailValidity: 'valid' });

  await tenant.api.patch(`/v1/contacts/${id}`, { email: 'bob@null.example' });
  expect(await read(tenant, id)).toMatchObject({
    emailValidity: 'unchecked',
    emailCheck: { checkedAt: null, pending: true },
  });
  await check();
  expect(await read(tenant, id)).toMatchObject({ emailValidity: 'invalid' });
  const stranger = await world.tenant();
  expect((await stranger.api.post(`/v1/contacts/${id}/validate`)).status).toBe(404);
});

test('a tenant says what is done about kinds of addresses, and it is on the record', async () => {
  const [tenant, other] = [await world.tenant(), await world.tenant()];
  const usual = { invalid: 'block', risky: 'allow', role: 'allow', disposable: 'block' };
  expect((await tenant.api.get('/v1/address-policy')).body).toEqual({
    ...usual,
    askProvider: false,
  });

  const set = await tenant.api.put('/v1/address-policy', { role: 'block', risky: 'warn' });

  const policy = { ...usual, role: 'block', risky: 'warn', askProvider: false };
  expect(set.body).toEqual(policy);
  expect((await tenant.api.get('/v1/address-policy')).body).toEqual(policy);
  expect((await other.api.get('/v1/address-policy')).body).toMatchObject(usual);
  const entries = await world.rows(
    'SELECT actor, action, before, after FROM audit_log WHERE tenant_id = $1',
    [tenant.id],
  );
  expect(entries).toEqual([
    {
      actor: expect.stringMatching(/^api_key:/) as string,
      action: 'address_policy.set',
      before: { ...usual, askProvider: false },
      after: policy,
    },
  ]);
  const wrong = await tenant.api.put('/v1/address-policy', { role: 'forbid' });
  expect(wrong.body['problems']).toMatchObject([{ path: 'role' }]);
});

test('SendGrid is asked where the tenant wants it, and enrolment follows the policy', async () => {
  const tenant = await world.tenant();
  const { campaign } = await makeRows(tenant);
  await tenant.api.put('/v1/address-policy', { askProvider: true, role: 'block', risky: 'warn' });
  const [fine, misspelt, role, disposable] = [
    await create(tenant, 'ann@fine.example'),
    await create(tenant, 'ann@gmial.com'),
    await create(tenant, 'sales@fine.example'),
    await create(tenant, 'ann@mailinator.com'),
  ];
  dnsServer.set('mailinator.com', { mx: [[1, 'mail.mailinator.com']] });
  await check();
  expect(await read(tenant, misspelt)).toMatchObject({
    emailValidity: 'risky',
    emailCheck: { reasons: ['misspelt'] },
  });

  const { body } = await tenant.api.post(`/v1/campaigns/${campaign}/enrollments`, {
    contactIds: [fine, misspelt, role, disposable],
  });

  expect(body.enrolled?.map((one) => one['contactId'])).toEqual([fine, misspelt]);
  expect(body.refused).toEqual([
    { contactId: role, reason: 'role_address' },
    { contactId: disposable, reason: 'disposable_address' },
  ]);
  expect(body.warned).toEqual([{ contactId: misspelt, kinds: ['risky'] }]);
});

test('SendGrid that refuses to answer leaves what DNS has said, and is asked again', async () => {
  const tenant = await world.tenant();
  await tenant.api.put('/v1/address-policy', { askProvider: true });
  const id = await create(tenant, 'bob@gmial.com');
  emulator.faults.add({
    kind: 'respond',
    status: 429,
    path: '/v3/validations',
    times: 1,
    resetInSeconds: 60,
  });

  expect(await check()).toMatchObject({ checked: { valid: 1 }, postponed: 1 });

  expect(await read(tenant, id)).toMatchObject({
    emailValidity: 'valid',
    emailCheck: { pending: true },
  });
  now += 61_000;
  await world.rows("UPDATE contact_channels SET check_at = 'epoch' WHERE contact_id = $1", [id]);
  await check();
  expect(await read(tenant, id)).toMatchObject({
    emailValidity: 'risky',
    emailCheck: { reasons: ['misspelt'], pending: false },
  });
});

import { createMailDns } from '@cadenza/runtime';
import { createSendGridAdmin, type SendGridAdmin } from '@cadenza/sendgrid';
import { EMULATOR_API_KEY, startEmulator, type Emulator } from '@cadenza/sendgrid-emulator';
import { startDnsServer, type DnsRecords, type TestDnsServer } from '@cadenza/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, PLAN } from './support/examples.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let dnsServer: TestDnsServer;
let emulator: Emulator;
let admin: SendGridAdmin;

beforeAll(async () => {
  dnsServer = await startDnsServer({
    'many.example': { txt: ['v=spf1 mx a ~all'] },
    '_dmarc.org.example': { txt: ['v=DMARC1; p=reject'] },
  });
  emulator = await startEmulator({ verifiedDomains: ['signed.example'] });
  admin = createSendGridAdmin({ apiKey: EMULATOR_API_KEY, baseUrl: emulator.url });
  world = await createWorld({
    dns: createMailDns({
      servers: [dnsServer.address],
      canary: null,
      timeoutMs: 500,
      tries: 1,
    }),
    sendGrid: async () => admin,
  });
});

afterAll(async () => {
  await world.close();
  await admin.close();
  await emulator.close();
  await dnsServer.close();
});

async function sender({ api }: Tenant, domain: string): Promise<string> {
  const { body } = await api.post('/v1/sender-identities', {
    email: `ann@${domain}`,
    name: 'Ann',
  });
  return String(body.id);
}

/** What is found out about a domain with such records, by check. */
async function findings(domain: string, records: Readonly<Record<string, DnsRecords>>) {
  for (const [name, entry] of Object.entries(records)) dnsServer.set(name, entry);
  const tenant = await world.tenant();
  const { body } = await tenant.api.post(
    `/v1/sender-identities/${await sender(tenant, domain)}/check-domain`,
  );
  const list = body['findings'] as readonly { check: string; state: string; found: string }[];
  return Object.fromEntries(list.map(({ check, state, found }) => [check, `${state}: ${found}`]));
}

const KEY = 'v=DKIM1; k=rsa; p=MIGf';

test('a domain whose records are right passes', async () => {
  const found = await findings('signed.example', {
    'signed.example': { txt: ['google-site=1', 'v=spf1 include:sendgrid.example -all'] },
    'sendgrid.example': { txt: ['v=spf1 ip4:192.0.2.0/24 ~all'] },
    's1._domainkey.signed.example': { cname: 's1.domainkey.u1.wl.sendgrid.invalid' },
    's2._domainkey.signed.example': { cname: 'S2.domainkey.u1.wl.sendgrid.invalid' },
    '_dmarc.signed.example': { txt: ['v=DMARC1; p=none; rua=mailto:d@signed.example'] },
  });
  expect(found).toEqual({
    spf: 'pass: v=spf1 include:sendgrid.example -all',
    dkim: expect.stringMatching(/^pass: /) as string,
    dmarc: 'pass: v=DMARC1; p=none; rua=mailto:d@signed.example',
    sendgrid: 'pass: valid',
  });
});

test('a domain that nobody has set up fails, and SendGrid says that it does not know it', async () => {
  expect(await findings('bare.example', {})).toEqual({
    spf: 'fail: none',
    dkim: 'fail: s1._domainkey.bare.example: none | s2._domainkey.bare.example: none',
    dmarc: 'fail: none',
    sendgrid: 'warn: no authenticated domain',
  });
});

describe('SPF', () => {
  const spf = async (domain: string, ...txt: readonly string[]) =>
    (await findings(domain, { [domain]: { txt } }))['spf'];

  test.each([
    ['two.example', ['v=spf1 -all', 'v=spf1 ~all'], 'fail'],
    ['open.example', ['v=spf1 +all'], 'warn'],
    ['ten.example', [`v=spf1 ${'include:none.example '.repeat(10)}-all`], 'pass'],
    ['eleven.example', [`v=spf1 ${'exists:%{i}.none.example '.repeat(11)}-all`], 'fail'],
    [
      'nested.example',
      ['v=spf1 include:many.example '.padEnd(9) + 'mx '.repeat(8) + '-all'],
      'fail',
    ],
    ['loop.example', ['v=spf1 redirect=loop.example'], 'fail'],
    ['other.example', ['v=spf10 -all'], 'fail'],
  ])('of %s', async (domain, txt, state) => {
    expect(await spf(domain, ...txt)).toMatch(new RegExp(`^${state}: `));
  });

  test('is not needed besides that of SendGrid’s return path', async () => {
    emulator.account.verifyDomain('automatic.example');
    expect((await findings('automatic.example', {}))['spf']).toMatch(/^warn: none/);
  });

  test('that cannot be asked for is not known, nor is the rest', async () => {
    const failure = { failure: 'SERVFAIL' } as const;
    expect(
      await findings('down.example', {
        'down.example': failure,
        's1._domainkey.down.example': failure,
        '_dmarc.down.example': failure,
      }),
    ).toMatchObject({
      spf: expect.stringMatching(/^unknown: /) as string,
      dkim: expect.stringMatching(/^unknown: /) as string,
      dmarc: expect.stringMatching(/^unknown: /) as string,
    });
  });
});

test('a key of DKIM can be there itself, one of two is not enough', async () => {
  const found = await findings('half.example', {
    's1._domainkey.half.example': { txt: [KEY] },
    's2._domainkey.half.example': { txt: ['v=DKIM1; p='] },
  });
  expect(found['dkim']).toMatch(/^warn: s1\._domainkey\.half\.example: TXT with a key/);
});

test.each([
  ['mail.org.example', {}, 'pass'],
  [
    'twice.example',
    { '_dmarc.twice.example': { txt: ['v=DMARC1; p=none', 'v=DMARC1; p=none'] } },
    'fail',
  ],
  [
    'vague.example',
    { '_dmarc.vague.example': { txt: ['v=DMARC1; rua=mailto:a@b.example'] } },
    'fail',
  ],
])('DMARC of %s', async (domain, records, state) => {
  expect((await findings(domain, records))['dmarc']).toMatch(new RegExp(`^${state}: `));
});

test('what is found is kept, and a campaign that starts all the same is warned of it', async () => {
  const tenant = await world.tenant();
  const { planVersion } = await makeRows(tenant);
  const id = await sender(tenant, 'kept.example');
  const path = `/v1/sender-identities/${id}/check-domain`;
  expect((await tenant.api.get(path)).body).toEqual({
    domain: 'kept.example',
    checkedAt: null,
    findings: [],
  });

  const checked = await tenant.api.post(path);

  expect(checked.body['checkedAt']).not.toBeNull();
  expect((await tenant.api.get(path)).body).toEqual(checked.body);
  const campaign = await tenant.api.post('/v1/campaigns', {
    name: PLAN.startNodeId,
    planVersionId: planVersion,
    senderIdentityId: id,
  });
  const started = await tenant.api.post(`/v1/campaigns/${campaign.body.id}/start`);
  const warnings = started.body['warnings'] as readonly { code: string }[];
  expect(warnings.map(({ code }) => code)).toEqual([
    'sender_unverified',
    'domain_spf',
    'domain_dkim',
    'domain_dmarc',
  ]);
  const stranger = await world.tenant();
  expect((await stranger.api.post(path)).status).toBe(404);
});

test('nothing is looked at without DNS, and nothing is said for SendGrid without a key', async () => {
  const tenant = await world.tenant();
  const path = `/v1/sender-identities/${await sender(tenant, 'bare.example')}/check-domain`;
  const call = async (baseUrl: string) =>
    fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}` },
    });
  expect((await call(await variant(world, { dns: null }))).status).toBe(503);
  const without = await call(await variant(world, { sendGrid: async () => null }));
  const body = (await without.json()) as { findings: readonly object[] };
  expect(body.findings).toContainEqual(
    expect.objectContaining({ check: 'sendgrid', state: 'unknown' }),
  );
});

import { newId, type MailRoute, type ProviderVerdict } from '@cadenza/domain';
import { checkAddresses, enrol, type AddressCheckOptions } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ACCEPT, enrollmentOf, liftLimits, provider, sendDue } from './support/scenario.ts';
import { brokenInvariants } from './support/invariants.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

beforeEach(() => world.rows('UPDATE contact_channels SET check_at = NULL'));

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

const MX: MailRoute = { kind: 'mail_server' };
const DAY_MS = 86_400_000;

/** DNS and a provider that answer by name, and remember what they were asked. */
function sources(answers: {
  readonly routes?: Readonly<Record<string, MailRoute>>;
  readonly verdicts?: Readonly<Record<string, ProviderVerdict>>;
}) {
  const asked: string[] = [];
  const options: AddressCheckOptions = {
    store: world.store,
    dns: {
      mailRoute: async (domain) => {
        asked.push(domain);
        return answers.routes?.[domain] ?? MX;
      },
      texts: () => Promise.resolve({ kind: 'none' }),
      alias: () => Promise.resolve({ kind: 'none' }),
    },
    validator: {
      validate: async (address) => {
        asked.push(address);
        const reason = 'no answer';
        return answers.verdicts?.[address] ?? { kind: 'unknown', retryAfterMs: null, reason };
      },
      close: () => Promise.resolve(),
    },
    disposable: new Set(['gone.example']),
    keptMs: 90 * DAY_MS,
    confirmMs: 3_600_000,
    limit: 100,
    concurrency: 4,
    leaseMs: 60_000,
  };
  return { asked, check: () => checkAddresses(options), options };
}

async function tryEnrol({ tenantId, campaignId }: Tenant, contactIds: readonly string[]) {
  const { store, plans, clock, graceMs } = world;
  const options = { store, plans, now: () => clock.now(), graceMs };
  const result = await enrol({ tenantId, campaignId, contactIds }, options);
  return {
    enrolled: result?.enrolled.map(({ contactId }) => contactId),
    refused: Object.fromEntries(
      result?.refused.map(({ contactId, reason }) => [contactId, reason]) ?? [],
    ),
    warned: result?.warned,
  };
}

const channelOf = async (contactId: string) =>
  (
    await world.rows<Record<string, unknown>>(
      `SELECT validity, flags, validity_reasons AS reasons, checked_at IS NOT NULL AS checked,
         check_at IS NULL AS done, check_at > now() + interval '4 minutes' AS later, check_tries AS tries
       FROM contact_channels WHERE contact_id = ?`,
      contactId,
    )
  )[0];

const due = (contactId: string) =>
  world.rows("UPDATE contact_channels SET check_at = 'epoch' WHERE contact_id = ?", contactId);

/** The time has come at which a domain that was not found is looked for again. */
const anHourLater = (contactId: string) =>
  world.rows(
    `UPDATE contact_channels SET check_at = 'epoch', doubted_until = now() - interval '1 second'
     WHERE contact_id = ? AND doubted_until > now() + interval '59 minutes'`,
    contactId,
  );

const forget = (address: string) =>
  world.rows('DELETE FROM email_validation_results WHERE address = ?', address);

const wantProvider = (tenantId: string) =>
  world.rows('UPDATE tenants SET ask_provider_of_addresses = true WHERE id = ?', tenantId);

describe('a new address', () => {
  test.each<[string, string, MailRoute, object]>([
    ['that mail can reach', 'ann@x.example', MX, { validity: 'valid', reasons: [], flags: [] }],
    [
      'whose domain names no mail server',
      'ann@a.example',
      { kind: 'address_only' },
      { validity: 'risky', reasons: ['no_mail_server'] },
    ],
    [
      'whose domain takes no mail',
      'ann@n.example',
      { kind: 'none', reason: 'null_mx' },
      { validity: 'invalid', reasons: ['null_mx'], done: false },
    ],
    ['of a function', 'info@x.example', MX, { validity: 'valid', flags: ['role'] }],
    ['that is thrown away', 'a@m.gone.example', MX, { validity: 'valid', flags: ['disposable'] }],
  ])('%s', async (_, address, route, expected) => {
    const { tenantId } = await world.createTenant();
    const contact = await world.createContact(tenantId, address);
    const domain = address.slice(address.indexOf('@') + 1);

    await sources({ routes: { [domain]: route } }).check();

    expect(await channelOf(contact)).toMatchObject({ checked: true, done: true, ...expected });
  });

  test.each(['no_domain', 'no_server'] as const)(
    'whose domain is not found (%s) is invalid when it is not found an hour later either',
    async (reason) => {
      const { tenantId } = await world.createTenant();
      const contact = await world.createContact(tenantId, `ann@${reason.slice(3)}.example`);
      const none = { kind: 'none', reason } as const;
      const { check } = sources({ routes: { [`${reason.slice(3)}.example`]: none } });

      expect(await check()).toMatchObject({ doubted: 1, postponed: 0, failure: null });
      expect(await channelOf(contact)).toMatchObject({ validity: 'unchecked', later: true });
      // Asked for meanwhile, it is no surer.
      await due(contact);
      expect(await check()).toMatchObject({ doubted: 1 });
      await anHourLater(contact);
      expect(await check()).toMatchObject({ checked: { invalid: 1 } });
      expect(await channelOf(contact)).toMatchObject({ validity: 'invalid', reasons: [reason] });
    },
  );

  test('whose domain is found the second time is as any other', async () => {
    const { tenantId } = await world.createTenant();
    const contact = await world.createContact(tenantId, 'ann@once.example');
    await sources({ routes: { 'once.example': { kind: 'none', reason: 'no_domain' } } }).check();
    await anHourLater(contact);
    await sources({}).check();
    expect(await channelOf(contact)).toMatchObject({ validity: 'valid', done: true });
    // What was doubted once is forgotten.
    await due(contact);
    await forget('ann@once.example');
    const gone = sources({ routes: { 'once.example': { kind: 'none', reason: 'no_domain' } } });
    expect(await gone.check()).toMatchObject({ doubted: 1 });
  });

  test('is sent nothing while it is doubted, and what waits goes out when the domain is found', async () => {
    const tenant = await world.createTenant();
    const contact = await world.createContact(tenant.tenantId, 'ann@held.example');
    const enrollment = await world.enrolOne(tenant, contact);
    await sources({ routes: { 'held.example': { kind: 'none', reason: 'no_domain' } } }).check();
    const { mails, port } = provider(() => ACCEPT);
    const toThem = () => mails.filter(({ to }) => to.email === 'ann@held.example').length;

    await sendDue(world, port);

    expect(toThem()).toBe(0);
    expect(await enrollmentOf(world, enrollment)).toMatchObject({ status: 'active' });
    const [waits] = await world.rows<{ minutes: number }>(
      `SELECT extract(epoch FROM run_at - campaign_now())::float / 60 AS minutes
       FROM scheduled_actions WHERE enrollment_id = ? AND status = 'pending'`,
      enrollment,
    );
    expect(waits?.minutes).toBeCloseTo(10, 0);

    await anHourLater(contact);
    await sources({}).check();
    await world.rows(
      'UPDATE scheduled_actions SET run_at = campaign_now() WHERE enrollment_id = ?',
      enrollment,
    );
    await sendDue(world, port);
    expect(toThem()).toBe(1);
  });

  test('stays unchecked while DNS cannot be asked, and is asked again, later each time', async () => {
    const { tenantId } = await world.createTenant();
    const contact = await world.createContact(tenantId, 'ann@slow.example');
    const silent = { kind: 'unknown', reason: 'SERVFAIL' } as const;
    const { check } = sources({ routes: { 'slow.example': silent } });

    expect(await check()).toMatchObject({ claimed: 1, postponed: 1, failure: 'SERVFAIL' });

    const postponed = { validity: 'unchecked', checked: false, done: false, later: true };
    expect(await channelOf(contact)).toMatchObject({ ...postponed, tries: 1 });
    expect(await check()).toMatchObject({ claimed: 0 });
    await due(contact);
    await check();
    expect(await channelOf(contact)).toMatchObject({ ...postponed, tries: 2 });
    await due(contact);
    await sources({}).check();
    expect(await channelOf(contact)).toMatchObject({ validity: 'valid', done: true, tries: 0 });
  });

  test('is left for later by a worker that stops, which asks nobody any more', async () => {
    const { tenantId } = await world.createTenant();
    await wantProvider(tenantId);
    const contact = await world.createContact(tenantId, 'ann@stop.example');
    const { asked, options } = sources({});

    const round = await checkAddresses({ ...options, stopping: () => true });

    expect(round).toMatchObject({ claimed: 1, postponed: 1, failure: 'stopping' });
    expect(asked).toEqual([]);
    expect(await channelOf(contact)).toMatchObject({ validity: 'unchecked', later: true });
  });

  test('is claimed by one of two workers, and again when its lease is over', async () => {
    const { tenantId } = await world.createTenant();
    const contact = await world.createContact(tenantId);
    const claim = () => world.store.claimUncheckedAddresses(9, 60_000);
    const claims = await Promise.all([claim(), claim()]);
    expect(claims.flat().map((one) => one.tenantId)).toEqual([tenantId]);
    expect(await claim()).toEqual([]);
    await due(contact);
    await sources({}).check();
    expect(await channelOf(contact)).toMatchObject({ validity: 'valid' });
  });

  test('costs one look-up for all of a domain, and of every tenant only its own is written', async () => {
    const [mine, theirs] = [await world.createTenant(), await world.createTenant()];
    const a = await world.createContact(mine.tenantId, 'a@bad.example');
    const b = await world.createContact(theirs.tenantId, 'b@bad.example');
    const none = { kind: 'none', reason: 'null_mx' } as const;
    const { asked, check } = sources({ routes: { 'bad.example': none } });

    expect(await check()).toMatchObject({ checked: { invalid: 2 } });

    expect(asked).toEqual(['bad.example']);
    for (const one of [a, b]) expect(await channelOf(one)).toMatchObject({ validity: 'invalid' });
    const results = await world.rows(
      `SELECT tenant_id, address FROM email_validation_results WHERE address LIKE '%@bad.example'
       ORDER BY address`,
    );
    expect(results).toEqual([
      { tenant_id: mine.tenantId, address: 'a@bad.example' },
      { tenant_id: theirs.tenantId, address: 'b@bad.example' },
    ]);
  });
});

test('what was found out is not asked again before it expires', async () => {
  const tenant = await world.createTenant();
  const contact = await world.createContact(tenant.tenantId, 'known@known.example');
  const { asked, check } = sources({});
  await check();
  await due(contact);
  await check();
  expect(asked).toEqual(['known.example']);

  await world.enrolOne(tenant, contact);
  expect(await channelOf(contact)).toMatchObject({ done: true });
  await world.rows(
    "UPDATE email_validation_results SET checked_at = 'epoch', expires_at = now() WHERE address LIKE 'known@%'",
  );
  await world.rows(
    'UPDATE contact_channels SET check_expires_at = now() WHERE contact_id = ?',
    contact,
  );
  await world.enrolOne({ ...tenant, campaignId: await anotherCampaign(tenant) }, contact);
  expect(await channelOf(contact)).toMatchObject({ done: false });
  await check();
  expect(asked).toEqual(['known.example', 'known.example']);
});

describe('what was invalid', () => {
  const none = { kind: 'none', reason: 'null_mx' } as const;

  test('is looked up again after a week by itself, and can be enrolled when mail can reach it', async () => {
    const tenant = await world.createTenant();
    const contact = await world.createContact(tenant.tenantId, 'ann@back.example');
    await sources({ routes: { 'back.example': none } }).check();
    expect(await tryEnrol(tenant, [contact])).toMatchObject({
      refused: { [contact]: 'invalid_address' },
    });
    const [next] = await world.rows<{ days: number }>(
      `SELECT extract(epoch FROM check_at - now())::float / 86400 AS days FROM contact_channels
       WHERE contact_id = ?`,
      contact,
    );
    expect(next?.days).toBeCloseTo(7, 1);
    await expire(contact);
    await due(contact);
    expect(await sources({}).check()).toMatchObject({ checked: { valid: 1 } });
    expect(await tryEnrol(tenant, [contact])).toMatchObject({ enrolled: [contact] });
  });

  test('as the provider says, is asked about again when somebody tries to enrol it', async () => {
    const tenant = await world.createTenant();
    await wantProvider(tenant.tenantId);
    const contact = await world.createContact(tenant.tenantId, 'ann@paid.example');
    const invalid: ProviderVerdict = {
      kind: 'judged',
      validity: 'invalid',
      flags: [],
      reasons: [],
      score: 0.1,
    };
    await sources({ verdicts: { 'ann@paid.example': invalid } }).check();
    expect(await channelOf(contact)).toMatchObject({ validity: 'invalid', done: true });
    await tryEnrol(tenant, [contact]);
    expect(await channelOf(contact)).toMatchObject({ done: true });
    await expire(contact);
    expect(await tryEnrol(tenant, [contact])).toMatchObject({
      refused: { [contact]: 'invalid_address' },
    });
    expect(await channelOf(contact)).toMatchObject({ done: false });
  });

  async function expire(contactId: string): Promise<void> {
    await world.rows(
      `UPDATE email_validation_results v SET checked_at = 'epoch', expires_at = now()
       FROM contact_channels h
       WHERE h.contact_id = ? AND v.tenant_id = h.tenant_id AND v.address = h.address`,
      contactId,
    );
    await world.rows(
      'UPDATE contact_channels SET check_expires_at = now() WHERE contact_id = ?',
      contactId,
    );
  }
});

async function anotherCampaign({ tenantId, campaignId }: Tenant) {
  const id = newId();
  await world.rows(
    `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
     SELECT tenant_id, ?, 'Another', plan_version_id, sender_identity_id, 'running' FROM campaigns
     WHERE tenant_id = ? AND id = ?`,
    id,
    tenantId,
    campaignId,
  );
  return id;
}

describe('the provider', () => {
  const judged = (verdict: Partial<ProviderVerdict & { kind: 'judged' }>): ProviderVerdict => ({
    kind: 'judged',
    validity: 'valid',
    flags: [],
    reasons: [],
    score: 0.9,
    ...verdict,
  });

  test('is asked where the tenant wants it, once, and not where DNS has said enough', async () => {
    const { tenantId } = await world.createTenant();
    await wantProvider(tenantId);
    const risky = judged({ validity: 'risky', flags: ['role'], reasons: ['known_bounces'] });
    const { asked, check } = sources({
      routes: { 'none.example': { kind: 'none', reason: 'null_mx' } },
      verdicts: { 'ann@asked.example': risky },
    });
    const contact = await world.createContact(tenantId, 'ann@asked.example');
    await world.createContact(tenantId, 'ann@none.example');
    const stranger = await world.createTenant();
    await world.createContact(stranger.tenantId, 'bob@asked.example');

    await check();
    await due(contact);
    await check();

    expect(asked.toSorted()).toEqual(['ann@asked.example', 'asked.example', 'none.example']);
    const expected = { validity: 'risky', flags: ['role'], reasons: ['known_bounces'] };
    expect(await channelOf(contact)).toMatchObject(expected);
  });

  test('that does not answer costs nothing that is known, and is asked again later', async () => {
    const { tenantId } = await world.createTenant();
    await wantProvider(tenantId);
    const contact = await world.createContact(tenantId, 'ann@silent.example');

    const answer = await sources({}).check();
    expect(answer).toMatchObject({ checked: { valid: 1 }, postponed: 1, failure: 'no answer' });

    expect(await channelOf(contact)).toMatchObject({ validity: 'valid', later: true, tries: 1 });
    await due(contact);
    const verdicts = { 'ann@silent.example': judged({ validity: 'invalid' }) };
    await sources({ verdicts }).check();
    expect(await channelOf(contact)).toMatchObject({ validity: 'invalid', done: true, tries: 0 });
  });
});

describe('what a tenant decides', () => {
  const decide = (tenantId: string, blocked: readonly string[], warned: readonly string[] = []) =>
    world.rows(
      'UPDATE tenants SET blocked_addresses = ?, warned_addresses = ? WHERE id = ?',
      blocked,
      warned,
      tenantId,
    );

  test('by itself: what is invalid or thrown away is not enrolled', async () => {
    const tenant = await world.createTenant();
    const [fine, role, gone, bad] = await Promise.all(
      ['ann@ok.example', 'info@ok.example', 'a@gone.example', 'a@bad.example'].map((address) =>
        world.createContact(tenant.tenantId, address),
      ),
    );
    if (!fine || !role || !gone || !bad) throw new Error('four contacts were made');
    const none = { kind: 'none', reason: 'null_mx' } as const;
    await sources({ routes: { 'bad.example': none } }).check();

    expect(await tryEnrol(tenant, [fine, role, gone, bad])).toMatchObject({
      enrolled: [fine, role],
      refused: { [gone]: 'disposable_address', [bad]: 'invalid_address' },
    });
  });

  test('is warned of, where it wants to be', async () => {
    const tenant = await world.createTenant();
    await decide(tenant.tenantId, [], ['role', 'invalid']);
    const role = await world.createContact(tenant.tenantId, 'info@ok.example');
    const fine = await world.createContact(tenant.tenantId, 'ann@ok.example');
    await sources({}).check();

    expect(await tryEnrol(tenant, [role, fine])).toEqual({
      enrolled: [role, fine],
      refused: {},
      warned: [{ contactId: role, kinds: ['role'] }],
    });
  });

  test('holds for those enrolled already: nothing is handed over', async () => {
    const tenant = await world.createTenant();
    const contact = await world.createContact(tenant.tenantId, 'info@later.example');
    const other = await world.createContact(tenant.tenantId, 'ann@later.example');
    const enrollment = await world.enrolOne(tenant, contact);
    await world.enrolOne(tenant, other);
    await sources({}).check();
    await decide(tenant.tenantId, ['role']);
    const { mails, port } = provider(() => ACCEPT);

    await sendDue(world, port);

    const own = mails.map(({ to }) => to.email).filter((to) => to.endsWith('@later.example'));
    expect(own).toEqual(['ann@later.example']);
    expect(await enrollmentOf(world, enrollment)).toMatchObject({
      status: 'suppressed',
      end_reason: 'invalid_address',
    });
  });
});

import { newId, type AudienceFilter } from '@cadenza/domain';
import { previewAudience, stopEnrollments, workAudiences, type EngineStore } from '@cadenza/engine';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  cancelAudience,
  findAudience,
  inTenants,
  insertAudience,
  listContacts,
} from '../src/index.ts';
import { anotherCampaign, crowd } from './support/crowd.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  deliver,
  enrolled,
  providerEvent,
  sendDue,
  suppressAddresses,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

const EVERYBODY: AudienceFilter = { where: 'all', of: [{ where: 'email', known: true }] };
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
/** What one test leaves behind is not worked on in the next. */
afterEach(() =>
  world.rows(
    `UPDATE campaign_audiences SET status = 'canceled', next_at = NULL, done_at = now()
     WHERE next_at IS NOT NULL`,
  ),
);
afterAll(async () => {
  // Once for all, since it folds everything anew.
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
}, 120_000);

function work(
  over: { store?: EngineStore; stopping?: () => boolean; monotonic?: () => number } = {},
) {
  const { store, plans, clock, graceMs } = world;
  return workAudiences({
    store,
    plans,
    now: () => clock.now(),
    graceMs,
    monotonic: () => performance.now(),
    stopping: () => false,
    ...over,
  });
}

function ask({ tenantId, campaignId }: Tenant, filter: AudienceFilter = EVERYBODY) {
  return inTenants(world.api, [tenantId], (trx) =>
    insertAudience(trx, tenantId, { campaignId, filter }),
  );
}

function read({ tenantId }: Tenant, id: string) {
  return inTenants(world.api, [tenantId], (trx) => findAudience(trx, tenantId, id));
}

/** Enrollments of each contact of a campaign. */
async function enrollmentsPerContact({ campaignId }: Tenant): Promise<Map<string, number>> {
  const rows = await world.rows<{ contact_id: string; count: number }>(
    `SELECT contact_id, count(*)::integer AS count FROM contact_campaigns
     WHERE campaign_id = ? GROUP BY 1`,
    campaignId,
  );
  return new Map(rows.map((row) => [row.contact_id, row.count]));
}

async function stopAll(tenant: Tenant): Promise<void> {
  const started = await world.rows<{ id: string }>(
    'SELECT id FROM contact_campaigns WHERE campaign_id = ?',
    tenant.campaignId,
  );
  await stopEnrollments(
    { ...tenant, enrollmentIds: started.map((row) => row.id), reason: 'test' },
    { store: world.store, plans: world.plans, now: () => world.clock.now(), graceMs: 0 },
  );
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A store, some of whose statements do something else. */
function storeThat(over: (tx: Parameters<Parameters<EngineStore['transaction']>[1]>[0]) => object) {
  const store: EngineStore = {
    ...world.store,
    transaction: (tenantIds, todo) =>
      world.store.transaction(tenantIds, (tx) => todo({ ...tx, ...over(tx) })),
  };
  return store;
}

describe('a filter', () => {
  let tenant: Tenant;
  let elsewhere: Tenant;
  let lead: string;

  /** Contacts by their first names. */
  beforeAll(async () => {
    tenant = await world.createTenant();
    elsewhere = await anotherCampaign(world, tenant);
    const stranger = await world.createTenant();
    lead = newId();
    await world.rows(
      "INSERT INTO leads (tenant_id, id, name, industry) VALUES (?, ?, 'Ünïted Widgets', 'Machines')",
      tenant.tenantId,
      lead,
    );
    await person({
      name: 'Ada',
      title: 'CTO',
      timezone: 'Europe/Berlin',
      lead,
      custom: { tea: 'Assam', cups: 3, likes: ['green', 'BLUE'] },
    });
    await person({ name: 'Bob', title: 'Head of "R&D" 100%_', custom: { tea: null, cups: '3' } });
    const cleo = await person({ name: 'Cleo', email: 'cleo@sub.example.net' });
    await person({ name: 'Dora', email: null });
    await person({ name: 'Ada', of: stranger.tenantId });
    await world.rows(
      'UPDATE contacts SET erased_at = now() WHERE id = ?',
      await person({ name: 'Erased' }),
    );
    await world.rows(
      `INSERT INTO contact_consents (tenant_id, id, contact_id, channel, source, given_at, withdrawn_at)
       VALUES (?, ?, ?, 'email', 'form', now(), NULL), (?, ?, ?, 'sms', 'form', now(), now())`,
      ...[tenant.tenantId, newId(), cleo, tenant.tenantId, newId(), cleo],
    );
    await world.rows("UPDATE contacts SET created_at = '2020-02-02T02:00:00Z' WHERE id = ?", cleo);

    // Eva was sent a mail and opened it, Fay's was opened by a machine, Gil's was taken back.
    const eva = await enrolled(world, tenant);
    const fay = await enrolled(world, tenant);
    await sendDue(world);
    await deliver(world, [
      providerEvent(world, eva, 'opened'),
      providerEvent(world, fay, 'opened', { actor: 'machine' }),
    ]);
    const gil = await enrolled(world, tenant);
    await Promise.all(
      [
        ['Eva', eva],
        ['Fay', fay],
        ['Gil', gil],
      ].map(([name, mail]) =>
        world.rows(
          'UPDATE contacts SET first_name = ? WHERE id = ?',
          name,
          (mail as typeof eva).contactId,
        ),
      ),
    );
    await world.rows(
      `INSERT INTO inbound_messages (tenant_id, id, contact_id, enrollment_id, from_address, kind, effect, received_at)
       VALUES (?, ?, ?, ?, 'a@example.com', 'human', 'replied', campaign_now())`,
      ...[tenant.tenantId, newId(), fay.contactId, fay.enrollmentId],
    );
  });

  async function person(of: {
    name: string;
    title?: string;
    timezone?: string;
    lead?: string;
    email?: string | null;
    custom?: object;
    of?: string;
  }): Promise<string> {
    const tenantId = of.of ?? tenant.tenantId;
    const id =
      of.email === null
        ? newId()
        : await world.createContact(tenantId, of.email ?? `${newId()}@example.org`);
    if (of.email === null) {
      await world.rows('INSERT INTO contacts (tenant_id, id) VALUES (?, ?)', tenantId, id);
    }
    await world.rows(
      `UPDATE contacts SET first_name = ?, title = ?, timezone = ?, lead_id = ?, custom = ?::jsonb
       WHERE id = ?`,
      of.name,
      of.title ?? null,
      of.timezone ?? null,
      of.lead ?? null,
      JSON.stringify(of.custom ?? {}),
      id,
    );
    return id;
  }

  const names = async (filter: AudienceFilter) => {
    const { items } = await inTenants(world.api, [tenant.tenantId], (trx) =>
      listContacts(trx, tenant.tenantId, { after: null, limit: 100 }, { audience: filter }),
    );
    return items.map(({ firstName }) => firstName).toSorted();
  };
  const ALL = ['Ada', 'Bob', 'Cleo', 'Dora', 'Eva', 'Fay', 'Gil'];

  test.each<[string, AudienceFilter | (() => AudienceFilter), string[]]>([
    ['a text, whatever its capitals', { where: 'title', is: ['cto', 'ceo'] }, ['Ada']],
    ['a part of a text as it is', { where: 'title', contains: '"r&d" 100%_' }, ['Bob']],
    ['no pattern', { where: 'title', contains: '%' }, ['Bob']],
    ['who has a time zone', { where: 'timezone', known: true }, ['Ada']],
    ['who has no title', { where: 'title', known: false }, ['Cleo', 'Dora', 'Eva', 'Fay', 'Gil']],
    ['a company', { where: 'company', contains: 'ünïted' }, ['Ada']],
    ['an industry', { where: 'industry', is: ['machines'] }, ['Ada']],
    ['a lead', () => ({ where: 'lead', is: [lead, newId()] }), ['Ada']],
    ['a domain', { where: 'email', domain: ['Sub.Example.net'] }, ['Cleo']],
    ['no address', { where: 'email', known: false }, ['Dora']],
    ['an address', { where: 'email', is: ['cleo@sub.example.net'] }, ['Cleo']],
    ['a validity', { where: 'email', validity: ['invalid'] }, []],
    ['no phone', { where: 'phone', known: false }, ALL],
    ['a custom text', { where: 'custom', key: 'tea', is: ['assam'] }, ['Ada']],
    ['a custom number, and no text', { where: 'custom', key: 'cups', is: [3] }, ['Ada']],
    ['one of a custom list', { where: 'custom', key: 'likes', is: ['blue', 'red'] }, ['Ada']],
    ['a part of a custom text', { where: 'custom', key: 'tea', contains: 'SSA' }, ['Ada']],
    ['a custom value that is none', { where: 'custom', key: 'tea', known: true }, ['Ada']],
    ['a range', { where: 'custom', key: 'cups', atLeast: 2.5, atMost: 3 }, ['Ada']],
    ['a range beside it', { where: 'custom', key: 'cups', atLeast: 3.1 }, []],
    ['a key in quotes', { where: 'custom', key: "x' OR true --", known: true }, []],
    ['when they were made', { where: 'created', before: '2020-02-02T03:30:00+01:00' }, ['Cleo']],
    ['a consent', { where: 'consent', channel: 'email' }, ['Cleo']],
    ['no consent that was withdrawn', { where: 'consent', channel: 'sms' }, []],
    [
      'a campaign',
      () => ({ where: 'enrolled', campaignId: tenant.campaignId }),
      ['Eva', 'Fay', 'Gil'],
    ],
    ['another', () => ({ where: 'enrolled', campaignId: elsewhere.campaignId }), []],
    ['a status', { where: 'enrolled', status: ['active', 'failed'] }, ['Eva', 'Fay', 'Gil']],
    ['a message', { where: 'messaged' }, ['Eva', 'Fay']],
    ['a message of late', { where: 'messaged', withinDays: 1 }, ['Eva', 'Fay']],
    ['people who opened', { where: 'reacted', by: ['opened'], withinDays: 1 }, ['Eva']],
    ['people who answered', { where: 'reacted', by: ['clicked', 'replied'] }, ['Fay']],
    [
      'answers of a campaign',
      () => ({ where: 'reacted', by: ['replied'], campaignId: elsewhere.campaignId }),
      [],
    ],
    [
      'all',
      { where: 'all', of: [{ where: 'messaged' }, { where: 'reacted', by: ['opened'] }] },
      ['Eva'],
    ],
    [
      'any',
      { where: 'any', of: [{ where: 'title', is: ['CTO'] }, { where: 'messaged' }] },
      ['Ada', 'Eva', 'Fay'],
    ],
    ['not', { where: 'not', of: { where: 'title', is: ['CTO'] } }, ALL.slice(1)],
  ])('finds by %s, and its opposite the others', async (_, filter, expected) => {
    const one = typeof filter === 'function' ? filter() : filter;
    expect(await names(one)).toEqual(expected);
    expect(await names({ where: 'not', of: one })).toEqual(
      ALL.filter((name) => !expected.includes(name)),
    );
  });

  test('looks back in campaign time', async () => {
    await world.rows(
      "UPDATE outbound_messages SET begun_at = begun_at - interval '3 days' WHERE tenant_id = ?",
      tenant.tenantId,
    );
    expect(await names({ where: 'messaged', withinDays: 2 })).toEqual([]);
    expect(await names({ where: 'messaged', withinDays: 4 })).toEqual(['Eva', 'Fay']);
  });
});

describe('an audience', () => {
  test('is enrolled once, and tells by reason who was not', async () => {
    const tenant = await world.createTenant();
    const { tenantId } = tenant;
    const someone = await world.createContact(tenantId);
    await world.createContact(tenantId, 'gone@example.org');
    await suppressAddresses(world, tenantId, ['gone@example.org']);
    const active = await enrolled(world, tenant);
    const preview = await previewAudience(
      { ...tenant, filter: EVERYBODY },
      { store: world.store, plans: world.plans, now: () => world.clock.now() },
    );
    const expected = { suppressed: 1, already_active: 1 };
    expect(preview).toEqual({ matching: 3, checked: 3, enrollable: 1, refused: expected });

    const id = await ask(tenant);
    expect(await work()).toMatchObject({ worked: { tenantId, id }, enrolled: 1, failure: null });
    expect(await read(tenant, id)).toMatchObject({
      status: 'done',
      enrolled: 1,
      warned: 0,
      refused: expected,
      doneAt: expect.any(Date) as Date,
    });
    expect(await enrollmentsPerContact(tenant)).toEqual(
      new Map([
        [someone, 1],
        [active.contactId, 1],
      ]),
    );
    expect(await work()).toMatchObject({ worked: null });
  });

  test('goes on after a crash where it was, and enrols nobody twice', async () => {
    const tenant = await world.createTenant();
    const copy = await anotherCampaign(world, tenant);
    await crowd(world, copy, 2_001);
    const id = await ask(tenant);
    // The process dies with its second chunk all but committed, whichever that is.
    let chunks = 0;
    const dying = storeThat((tx) => ({
      async advanceAudience(...given: Parameters<typeof tx.advanceAudience>) {
        await tx.advanceAudience(...given);
        chunks += 1;
        if (chunks >= 2) throw new Error('the process died');
      },
      failAudience: () => Promise.reject(new Error('and says nothing')),
    }));
    await expect(work({ store: dying })).rejects.toThrow('and says nothing');
    expect(await read(tenant, id)).toMatchObject({ status: 'running', enrolled: 1_000 });
    // Those who were enrolled have ended meanwhile, so that nothing but the place keeps them out.
    await stopAll(tenant);
    expect(await work()).toMatchObject({ worked: null });
    await world.rows('UPDATE campaign_audiences SET next_at = now() WHERE id = ?', id);

    expect(await work()).toMatchObject({ enrolled: 1_001 });
    expect(await read(tenant, id)).toMatchObject({ status: 'done', enrolled: 2_001, refused: {} });
    const counts = await enrollmentsPerContact(tenant);
    expect(counts.size).toBe(2_001);
    expect(new Set(counts.values())).toEqual(new Set([1]));
  });

  test('goes on with what failed, and not with what was done beyond it', async () => {
    const tenant = await world.createTenant();
    const copy = await anotherCampaign(world, tenant);
    await crowd(world, copy, 2_001);
    const [thousandth] = await world.rows<{ id: string }>(
      'SELECT id FROM contacts WHERE tenant_id = ? ORDER BY id OFFSET 999 LIMIT 1',
      tenant.tenantId,
    );
    const id = await ask(tenant);
    // The first chunk fails when the second has been counted.
    const counted = gate();
    const store = storeThat((tx) => ({
      async enrolCandidates(...given: Parameters<typeof tx.enrolCandidates>) {
        const [, , contactIds] = given;
        if (contactIds.at(-1) !== thousandth?.id) return tx.enrolCandidates(...given);
        await counted.opened;
        throw new Error('the disk is full');
      },
    }));
    const transaction: EngineStore['transaction'] = async (tenantIds, todo) => {
      let isCounted = false;
      const result = await store.transaction(tenantIds, (tx) =>
        todo({
          ...tx,
          async advanceAudience(...given) {
            await tx.advanceAudience(...given);
            isCounted = true;
          },
        }),
      );
      if (isCounted) counted.open();
      return result;
    };
    const failing = { ...store, transaction };
    expect(await work({ store: failing })).toMatchObject({ failure: 'the disk is full' });
    const { enrolled = 0, status } = (await read(tenant, id)) ?? {};
    expect([status, enrolled === 1_000 || enrolled === 1_001]).toEqual(['failed', true]);
    await stopAll(tenant);
    await world.rows('UPDATE campaign_audiences SET next_at = now() WHERE id = ?', id);
    expect(await work()).toMatchObject({ enrolled: 2_001 - enrolled });
    expect(await read(tenant, id)).toMatchObject({ status: 'done', enrolled: 2_001, refused: {} });
    expect(new Set((await enrollmentsPerContact(tenant)).values())).toEqual(new Set([1]));
  });

  test('enrols nobody more when it is canceled while a chunk is under way', async () => {
    const tenant = await world.createTenant();
    await world.createContact(tenant.tenantId);
    const id = await ask(tenant);
    const store = storeThat((tx) => ({
      async insertTransitions(...given: Parameters<typeof tx.insertTransitions>) {
        await inTenants(world.api, [tenant.tenantId], (trx) =>
          cancelAudience(trx, tenant.tenantId, id),
        );
        return tx.insertTransitions(...given);
      },
    }));
    expect(await work({ store })).toMatchObject({ enrolled: 0, failure: null });
    expect(await read(tenant, id)).toMatchObject({ status: 'canceled', enrolled: 0 });
    expect(await enrollmentsPerContact(tenant)).toEqual(new Map());
  });

  test('counts once what two workers come to, one of whom was taken for dead', async () => {
    const tenant = await world.createTenant();
    const copy = await anotherCampaign(world, tenant);
    await crowd(world, copy, 1_500);
    const id = await ask(tenant);
    const other: Awaited<ReturnType<typeof work>>[] = [];
    const store = storeThat((tx) => ({
      async enrolCandidates(...given: Parameters<typeof tx.enrolCandidates>) {
        if (other.length === 0) {
          other.push({ worked: null, enrolled: 0, failure: null });
          await world.rows('UPDATE campaign_audiences SET next_at = now() WHERE id = ?', id);
          other[0] = await work();
        }
        return tx.enrolCandidates(...given);
      },
    }));
    const slow = await work({ store });
    expect(slow.failure).toBeNull();
    expect(slow.enrolled + (other[0]?.enrolled ?? 0)).toBe(1_500);
    expect(await read(tenant, id)).toMatchObject({ status: 'done', enrolled: 1_500, refused: {} });
    expect(new Set((await enrollmentsPerContact(tenant)).values())).toEqual(new Set([1]));
  });

  test('that fails says why, and is tried again later', async () => {
    const tenant = await world.createTenant();
    await world.createContact(tenant.tenantId);
    const id = await ask(tenant);
    const store = storeThat(() => ({
      insertEnrollments: () => Promise.reject(new Error('the disk is full')),
    }));
    expect(await work({ store })).toMatchObject({ enrolled: 0, failure: 'the disk is full' });
    expect(await read(tenant, id)).toMatchObject({ status: 'failed', error: 'the disk is full' });
    expect(await work()).toMatchObject({ worked: null });
    await world.rows('UPDATE campaign_audiences SET next_at = now() WHERE id = ?', id);
    expect(await work()).toMatchObject({ enrolled: 1 });
    expect(await read(tenant, id)).toMatchObject({ status: 'done', error: null });
  });

  test('looks at so many contacts at a time, though hardly anybody is meant', async () => {
    const tenant = await world.createTenant();
    await world.rows(
      `INSERT INTO contacts (tenant_id, id, first_name)
       SELECT ?::uuid, uuidv7(), 'Other' FROM generate_series(1, 20000)`,
      tenant.tenantId,
    );
    const last = await world.createContact(tenant.tenantId);
    await world.rows("UPDATE contacts SET first_name = 'Only' WHERE id = ?", last);
    const id = await ask(tenant, { where: 'firstName', is: ['only'] });
    let time = 0;
    const monotonic = () => (time += 60_000);
    const enrolled = [];
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await read(tenant, id)).toMatchObject({ doneAt: null });
      enrolled.push((await work({ monotonic })).enrolled);
    }
    expect(enrolled).toEqual([0, 0, 1]);
    expect(await read(tenant, id)).toMatchObject({ status: 'done', enrolled: 1, refused: {} });
    expect(await enrollmentsPerContact(tenant)).toEqual(new Map([[last, 1]]));
  });

  test('waits for its turn, and ends when it is canceled', async () => {
    const tenant = await world.createTenant();
    const copy = await anotherCampaign(world, tenant);
    await crowd(world, copy, 2_001);
    const [first, second] = [await ask(tenant), await ask(copy)];
    const late = () => {
      let time = 0;
      return () => (time += 60_000);
    };
    const worked = [];
    for (let turn = 0; turn < 3; turn += 1) {
      worked.push((await work({ monotonic: late() })).worked?.id);
    }
    expect(worked).toEqual([first, second, first]);
    const canceled = await inTenants(world.api, [tenant.tenantId], (trx) =>
      cancelAudience(trx, tenant.tenantId, first),
    );
    expect(canceled).toBe(true);
    expect((await work()).worked?.id).toBe(second);
    expect(await work()).toMatchObject({ worked: null });
    expect(await read(tenant, first)).toMatchObject({ status: 'canceled', enrolled: 2_000 });
  });

  test('holds those alone who were there when it was asked for', async () => {
    const tenant = await world.createTenant();
    await world.createContact(tenant.tenantId);
    const id = await ask(tenant);
    await world.createContact(tenant.tenantId);
    await work();
    expect(await read(tenant, id)).toMatchObject({ status: 'done', enrolled: 1, refused: {} });
  });
});

test('a filter is not kept prepared on its connection', async () => {
  const { tenantId } = await world.createTenant();
  const prepared = await inTenants(world.api, [tenantId], async (trx) => {
    for (let n = 1; n <= 3; n += 1) {
      const of = Array.from(
        { length: n },
        () => ({ where: 'title', contains: 'engineer' }) as const,
      );
      await listContacts(
        trx,
        tenantId,
        { limit: 10, after: null },
        { audience: { where: 'any', of } },
      );
    }
    await listContacts(trx, tenantId, { limit: 10, after: null });
    const { rows } = await sql<{ filters: number; others: number }>`
      SELECT count(*) FILTER (WHERE statement LIKE '%strpos%')::integer AS filters,
        count(*) FILTER (WHERE statement LIKE '%"contacts"%')::integer AS others
      FROM pg_prepared_statements`.execute(trx);
    return rows[0];
  });
  expect(prepared?.filters).toBe(0);
  expect(prepared?.others).toBeGreaterThan(0);
});

import {
  createDatabase,
  createPool,
  listSuppressions,
  migrateUp,
  removeSuppression,
  type Database,
} from '@cadenza/database';
import { newId, type Id } from '@cadenza/domain';
import { EMULATOR_API_KEY, type SuppressionList } from '@cadenza/sendgrid-emulator';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { unknownMessage } from './support/campaign.ts';
import { sentMessage, startLosing } from './support/lost-events.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let owner: Database;
let losing: Awaited<ReturnType<typeof startLosing>>;
let env: Record<string, string>;
let acme: Id;
let bolt: Id;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  await migrateUp(database.url);
  owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});
beforeEach(async () => {
  losing = await startLosing();
  env = {
    DATABASE_OWNER_URL: database.url,
    SENDGRID_BASE_URL: losing.emulator.url,
    SENDGRID_API_KEY: EMULATOR_API_KEY,
  };
  await sql`TRUNCATE suppression_syncs, suppression_pushes, suppression_removals`.execute(owner);
  acme = (await cadenza(['tenant', 'create', '--name', `Acme ${newId()}`], env)).out.trim();
  bolt = (await cadenza(['tenant', 'create', '--name', `Bolt ${newId()}`], env)).out.trim();
});
afterEach(() => losing.close());

interface Synced {
  readonly pulled: number;
  readonly endedEnrollments: number;
  readonly pushed: number;
  readonly takenBack: number;
}

const sync = () => answerOf<Synced>(['suppressions', 'sync'], env);
const NOTHING: Synced = { pulled: 0, endedEnrollments: 0, pushed: 0, takenBack: 0 };

async function contact(tenantId: Id, address: string, enrollmentId: Id): Promise<void> {
  await asTenant(owner, tenantId, (trx) =>
    sql`
      INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      SELECT tenant_id, ${newId()}, contact_id, 'email', ${address} FROM contact_campaigns
      WHERE id = ${enrollmentId}`.execute(trx),
  );
}

/** Somebody with an active enrollment. */
async function person(tenantId: Id, address: string): Promise<void> {
  const { enrollmentId } = await unknownMessage(owner, tenantId, { toAddress: address });
  await contact(tenantId, address, enrollmentId);
}

/** Somebody to whom SendGrid has delivered, or tried to, two hours ago. */
async function writtenTo(tenantId: Id, toAddress: string): Promise<void> {
  const { emulator, begunAt } = losing;
  const { enrollmentId } = await sentMessage({
    emulator,
    owner,
    env,
    tenantId,
    toAddress,
    begunAt,
  });
  await contact(tenantId, toAddress, enrollmentId);
}

function suppressedOf(tenantId: Id): Promise<Record<string, string>> {
  return asTenant(owner, tenantId, async (trx) => {
    const rows = await trx
      .selectFrom('communication_suppressions')
      .select(['value', 'reason'])
      .where('tenant_id', '=', tenantId)
      .execute();
    return Object.fromEntries(rows.map(({ value, reason }) => [value, reason]));
  });
}

function listed(list: SuppressionList): string[] {
  return losing.emulator.suppressions
    .entries(list)
    .map(({ email }) => email)
    .sort();
}

/** Lets all that is on SendGrid's list of unsubscribes have been there for so long. */
function listedSince(ms: number): void {
  const { suppressions } = losing.emulator;
  for (const entry of suppressions.entries('unsubscribes')) {
    suppressions.add('unsubscribes', { ...entry, created: Date.now() - ms });
  }
}

async function suppress(tenantId: Id, address: string, reason: string): Promise<void> {
  await asTenant(owner, tenantId, (trx) =>
    sql`
      INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source,
        first_seen_at, last_seen_at)
      VALUES (${newId()}, ${tenantId}, 'email', ${address}, ${reason}, 'test', now(), now())`.execute(
      trx,
    ),
  );
}

test('what is on SendGrid’s lists holds for the tenants that know the address, and for no other', async () => {
  await writtenTo(acme, 'gone.bounce@example.com');
  await writtenTo(acme, 'full.softbounce@example.com');
  await writtenTo(acme, 'refused.blocked@example.com');
  await losing.catchUp();
  const at = Date.now() - 5_400_000;
  const { suppressions } = losing.emulator;
  for (const [list, name] of [
    ['spam_reports', 'angry'],
    ['invalid_emails', 'wrong'],
    ['unsubscribes', 'left'],
    ['blocks', 'blocked'],
  ] as const) {
    suppressions.add(list, { email: `${name}@example.com`, created: at });
    await person(acme, `${name}@example.com`);
  }
  // More than one page of them, whom nobody here knows.
  for (let n = 0; n < 1_200; n += 1) {
    suppressions.add('unsubscribes', {
      email: `stranger${n}@example.com`,
      created: at + n * 1_000,
    });
  }
  suppressions.add('unsubscribes', { email: 'just.now@example.com', created: Date.now() });
  await person(acme, 'just.now@example.com');
  await person(bolt, 'left@example.com');
  await person(bolt, 'own@example.com');

  expect(await sync()).toEqual({ pulled: 5, endedEnrollments: 5, pushed: 0, takenBack: 0 });
  expect(await suppressedOf(acme)).toEqual({
    'gone.bounce@example.com': 'hard_bounce',
    'angry@example.com': 'spamreport',
    'wrong@example.com': 'invalid_address',
    'left@example.com': 'unsubscribed',
  });
  expect(await suppressedOf(bolt)).toEqual({ 'left@example.com': 'unsubscribed' });
  expect(await sync()).toEqual(NOTHING);
});

test('ours are put on SendGrid’s list where nobody may write, taken back where one may, and are no news', async () => {
  await person(acme, 'left@example.org');
  await person(acme, 'shared@example.org');
  await person(bolt, 'shared@example.org');
  for (const address of ['left@example.org', 'shared@example.org', 'unknown@example.org']) {
    await suppress(acme, address, 'unsubscribed');
  }
  await suppress(acme, 'gone@example.org', 'hard_bounce');
  await cadenza(['suppressions', 'add', 'nobody@example.org', '--reason', 'erased'], env);

  // What nobody has as a contact is nobody's to be kept from.
  expect(await sync()).toMatchObject({ pushed: 1, takenBack: 0 });
  expect(listed('unsubscribes')).toEqual(['left@example.org']);
  expect(await sync()).toEqual(NOTHING);

  // Somebody else meets a person whom we have put there: it is no word of that person's.
  await person(bolt, 'left@example.org');
  listedSince(4_000_000);
  expect(await sync()).toEqual({ ...NOTHING, takenBack: 1 });
  expect(await suppressedOf(bolt)).toEqual({});
  expect(listed('unsubscribes')).toEqual([]);
});

test('what a person has told SendGrid is never taken from its list', async () => {
  const { suppressions } = losing.emulator;
  // Before we put it there.
  suppressions.add('unsubscribes', { email: 'before@example.org', created: Date.now() });
  await person(acme, 'before@example.org');
  await suppress(acme, 'before@example.org', 'manual');
  // After it.
  await person(acme, 'after@example.org');
  await suppress(acme, 'after@example.org', 'unsubscribed');
  expect(await sync()).toMatchObject({ pushed: 1, takenBack: 0 });
  await asTenant(owner, acme, (trx) =>
    sql`
      UPDATE communication_suppressions
      SET source = 'provider_event', legal_reason = 'unsubscribed'
      WHERE value = 'after@example.org'`.execute(trx),
  );

  await person(bolt, 'before@example.org');
  await person(bolt, 'after@example.org');
  expect(await sync()).toMatchObject({ takenBack: 0 });
  expect(listed('unsubscribes')).toEqual(['after@example.org', 'before@example.org']);
  listedSince(4_000_000);
  await sync();
  expect(await suppressedOf(bolt)).toMatchObject({ 'before@example.org': 'unsubscribed' });
});

test('what was taken off our list is not brought back by what SendGrid knew before', async () => {
  await person(acme, 'back@example.net');
  const created = Date.now() - 7_000_000;
  losing.emulator.suppressions.add('invalid_emails', { email: 'back@example.net', created });
  await asTenant(owner, acme, (trx) =>
    sql`
      INSERT INTO suppression_lifts (id, tenant_id, channel, kind, value, reason, lifted_at)
      VALUES (${newId()}, ${acme}, 'email', 'address', 'back@example.net', 'manual', now())`.execute(
      trx,
    ),
  );
  expect(await sync()).toMatchObject({ pulled: 0, endedEnrollments: 0 });
  expect(await suppressedOf(acme)).toEqual({});

  // But a complaint that we never heard of is.
  losing.emulator.suppressions.add('spam_reports', { email: 'back@example.net', created });
  expect(await sync()).toMatchObject({ pulled: 1 });
  expect(await suppressedOf(acme)).toEqual({ 'back@example.net': 'spamreport' });
});

test('what was taken off our list is taken off SendGrid’s of what it found out, and off no other', async () => {
  const { suppressions } = losing.emulator;
  const created = Date.now() - 7_000_000;
  const people = [
    ['bounces', 'bounced', 'hard_bounce', null],
    ['invalid_emails', 'wrong', 'invalid_address', null],
    ['unsubscribes', 'left', 'unsubscribed', 'a form'],
    ['bounces', 'other', 'hard_bounce', null],
  ] as const;
  for (const [list, name] of people) {
    suppressions.add(list, { email: `${name}@example.biz`, created, status: '5.1.1' });
    await person(acme, `${name}@example.biz`);
  }
  await person(bolt, 'bounced@example.biz');
  expect(await sync()).toMatchObject({ pulled: 5 });
  for (const [, name, , source] of people.slice(0, 3)) {
    const taken = await asTenant(owner, acme, async (trx) => {
      const address = `${name}@example.biz`;
      const { items } = await listSuppressions(trx, acme, { limit: 1, after: null }, { address });
      return removeSuppression(trx, acme, items[0]?.id ?? '', {
        actor: 'api_key:test',
        consent: source === null ? null : { source, at: new Date() },
        now: new Date(),
      });
    });
    expect(taken.kind).toBe('removed');
  }

  expect(await sync()).toMatchObject({ pulled: 0, takenBack: 3 });

  expect(listed('bounces')).toEqual(['other@example.biz']);
  expect(listed('invalid_emails')).toEqual([]);
  expect(listed('unsubscribes')).toContain('left@example.biz');
  expect(await sync()).toMatchObject({ takenBack: 0 });
});

test('a list that cannot be read ends the sync, and the next one goes on where it was', async () => {
  const { emulator } = losing;
  await person(acme, 'wrong@example.edu');
  const created = Date.now() - 7_000_000;
  emulator.suppressions.add('invalid_emails', { email: 'wrong@example.edu', created });
  const broken = await cadenza(['suppressions', 'sync'], { ...env, SENDGRID_API_KEY: 'SG.none' });
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('HTTP 401') as string });
  expect(await sync()).toMatchObject({ pulled: 1, endedEnrollments: 1 });
});

import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { EMULATOR_API_KEY } from '@cadenza/sendgrid-emulator';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { cadenza } from './support/cadenza.ts';
import { report, sentMessage, startLosing } from './support/lost-events.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let owner: Database;
let losing: Awaited<ReturnType<typeof startLosing>>;
let env: Record<string, string>;
let tenants = 0;

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
});
afterEach(() => losing.close());

async function tenant(): Promise<Id> {
  tenants += 1;
  return (await cadenza(['tenant', 'create', '--name', `T${tenants}`], env)).out.trim();
}

/** One message for each address, all of which SendGrid has accepted. */
async function sent(tenantId: Id, ...addresses: string[]): Promise<Id[]> {
  const { emulator, begunAt } = losing;
  const ids: Id[] = [];
  for (const toAddress of addresses) {
    const { messageId } = await sentMessage({ emulator, owner, env, tenantId, toAddress, begunAt });
    ids.push(messageId);
  }
  return ids;
}

async function reconcile(...args: string[]) {
  const { code, out, err } = await cadenza(['reconcile', ...args, '--json'], env);
  return { code, err, data: (out === '' ? null : JSON.parse(out)) as Record<string, unknown> };
}

/** All that events can change of a tenant. */
async function recordedOf(tenantId: Id) {
  return asTenant(owner, tenantId, async (trx) => {
    const read = async (text: string): Promise<Record<string, unknown>[]> =>
      (await sql<Record<string, unknown>>`${sql.raw(text)}`.execute(trx)).rows;
    return {
      messages: await read(`
        SELECT m.id, m.status, c.status AS enrollment
        FROM outbound_messages m JOIN contact_campaigns c ON c.id = m.enrollment_id ORDER BY m.id`),
      versions: await read('SELECT id, version FROM contact_campaigns ORDER BY id'),
      suppressions: await read(`
        SELECT value, reason, message_id FROM communication_suppressions
        WHERE tenant_id IS NOT NULL ORDER BY value`),
      final: await read(`
        SELECT message_id, type, data ? 'lookedUpAt' AS looked_up FROM message_events
        WHERE type <> 'processed' ORDER BY message_id`),
    };
  });
}

test('lost events are told of, recorded on demand, and no news when they come after all', async () => {
  const [acme, other] = [await tenant(), await tenant()];
  const [ann, gone, full, refused] = await sent(
    acme,
    'ann@example.com',
    'gone.bounce@example.com',
    'full.softbounce@example.com',
    'refused.blocked@example.com',
  );
  await sent(other, 'bob@example.com');
  await losing.catchUp();
  const before = [await recordedOf(acme), await recordedOf(other)] as const;

  const told = await reconcile('--tenant', acme);
  expect(told).toMatchObject({
    code: 1,
    data: {
      asked: 4,
      missed: 4,
      absent: 0,
      unanswered: 0,
      recorded: 0,
      byStatus: { delivered: 1, bounced: 1, retrying: 1, blocked: 1 },
      emailActivity: true,
      failure: null,
      listed: [
        { tenantId: acme, messageId: ann, attempt: 1, status: 'sent', atProvider: 'delivered' },
        { messageId: gone, atProvider: 'bounced' },
        { messageId: full, atProvider: 'retrying' },
        { messageId: refused, atProvider: 'blocked' },
      ],
    },
  });
  expect([await recordedOf(acme), await recordedOf(other)]).toEqual(before);

  expect(await reconcile('--tenant', acme, '--apply')).toMatchObject({
    code: 0,
    data: { asked: 4, missed: 4, quarantined: 0, failure: null },
  });
  const mended = await recordedOf(acme);
  expect(mended.messages).toEqual([
    { id: ann, status: 'delivered', enrollment: 'stopped' },
    { id: gone, status: 'bounced', enrollment: 'suppressed' },
    { id: full, status: 'queued', enrollment: 'active' },
    { id: refused, status: 'blocked', enrollment: 'failed' },
  ]);
  expect(mended.suppressions).toEqual([
    { value: 'gone.bounce@example.com', reason: 'hard_bounce', message_id: gone },
  ]);
  expect(mended.final).toEqual([
    { message_id: ann, type: 'delivered', looked_up: true },
    { message_id: gone, type: 'bounced', looked_up: true },
    { message_id: full, type: 'bounced', looked_up: true },
    { message_id: refused, type: 'blocked', looked_up: true },
  ]);
  expect(await recordedOf(other)).toEqual(before[1]);
  expect(await reconcile('--tenant', acme)).toMatchObject({ code: 0, data: { missed: 0 } });

  for (const payload of losing.lost) await report(owner, env, payload);
  expect(await recordedOf(acme)).toEqual(mended);
  expect(await recordedOf(other)).not.toEqual(before[1]);
});

test('what happened is in a table for people, and all tenants are gone through', async () => {
  const [ann] = await sent(await tenant(), 'ann@example.com');
  const [bob] = await sent(await tenant(), 'bob.dropped@example.com');
  await losing.catchUp();
  const ran = await cadenza(['reconcile', '--limit', '1'], env);
  expect(ran).toMatchObject({ code: 1, err: '' });
  expect(ran.out).toMatch(/^tenant +message +attempt +handed over +here +at SendGrid +since$/m);
  expect(ran.out).toMatch(new RegExp(`${ann} +1 +\\S+Z +sent +delivered +\\S+Z$`, 'm'));
  expect(ran.out).not.toContain(bob);
  expect(ran.out).toMatch(/^1 more are not listed$/m);
  expect(ran.out).toContain(
    'shows more of 2 (1 delivered, 1 dropped), nothing of 0; nothing changed',
  );

  const applied = await cadenza(['reconcile', '--apply'], env);
  expect(applied.out).toMatch(/; \d+ events recorded$/m);
  expect(applied.code).toBe(0);
});

test('what is too young, or out of the range, is not asked about', async () => {
  const acme = await tenant();
  await sent(acme, 'ann@example.com');
  await losing.catchUp();
  const at = (ms: number) => new Date(losing.begunAt.getTime() + ms).toISOString();
  for (const range of [
    ['--grace', 'PT3H'],
    ['--until', at(0)],
    ['--since', at(1)],
  ]) {
    expect(await reconcile('--tenant', acme, ...range)).toMatchObject({
      code: 0,
      data: { asked: 0 },
    });
  }
  const exact = ['--since', at(0), '--until', at(1)];
  expect(await reconcile('--tenant', acme, ...exact)).toMatchObject({ data: { missed: 1 } });
});

test('a rate limit is waited for', async () => {
  const acme = await tenant();
  await sent(acme, 'ann.open@example.com');
  await losing.catchUp();
  for (const path of ['/v3/messages', '/v3/messages/']) {
    losing.emulator.faults.add({ kind: 'respond', status: 429, path, times: 1 });
  }
  expect(await reconcile('--tenant', acme, '--apply')).toMatchObject({
    code: 0,
    data: { missed: 1, unanswered: 0 },
  });
  expect(losing.emulator.faults.list()).toEqual([]);
});

test('without Email Activity the logs are asked, and it says so', async () => {
  const acme = await tenant();
  const [ann, gone] = await sent(acme, 'ann@example.com', 'gone.bounce@example.com');
  await losing.catchUp();
  losing.emulator.account.configure({ activityAddOn: false });
  const ran = await cadenza(['reconcile', '--tenant', acme], env);
  expect(ran.err).toContain('The account has no Email Activity add-on');
  expect(ran.out).toContain('1 delivered, 1 bounced');
  expect(await reconcile('--tenant', acme, '--apply')).toMatchObject({
    code: 0,
    data: { emailActivity: false, missed: 2 },
  });
  expect((await recordedOf(acme)).messages).toEqual([
    { id: ann, status: 'delivered', enrollment: 'stopped' },
    { id: gone, status: 'bounced', enrollment: 'suppressed' },
  ]);
});

test('where SendGrid shows nothing at all, nothing is found, and that is no success', async () => {
  const acme = await tenant();
  await sent(acme, 'ann@example.com');
  await losing.catchUp();
  losing.emulator.account.configure({ activityAddOn: false, emailLogs: false });
  const ran = await cadenza(['reconcile', '--tenant', acme], env);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('1 messages without news: SendGrid shows more of 0');
  expect(ran.err).toMatch(/^1 not answered: the account has no Email Activity add-on/);
});

test('what SendGrid does not keep any more is refused, and so are an empty range and no key', async () => {
  const old = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const [from, to] = ['2027-01-31T08:00:00Z', '2027-01-31T08:00:00Z'];
  for (const [args, said, settings] of [
    [['--since', old], `--since: ${old} was found, expected `, env],
    [['--since', old], 'SendGrid keeps no more than 30 days', env],
    [['--since', from, '--until', to], 'the range is empty', env],
    [[], 'SENDGRID_API_KEY: is not set', { DATABASE_OWNER_URL: database.url }],
    [['--tenant', 'Nobody'], 'tenant "Nobody" is unknown', env],
  ] as const) {
    const ran = await cadenza(['reconcile', ...args], settings);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toContain(said);
  }
});

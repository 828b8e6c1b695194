import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { acrossTenants, asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { unknownMessage } from './support/campaign.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let env: Record<string, string>;
let owner: Database;
const tenants: string[] = [];

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  for (const name of ['Acme', 'Bolt']) {
    tenants.push((await cadenza(['tenant', 'create', '--name', name], env)).out.trim());
  }
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

/** An active enrollment of a contact with this address. */
async function enrolledWith(tenantId: string, address: string): Promise<() => Promise<string>> {
  const { enrollmentId } = await unknownMessage(owner, tenantId, { toAddress: address });
  await asTenant(owner, tenantId, (trx) =>
    sql`
      INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      SELECT tenant_id, ${newId()}, contact_id, 'email', ${address} FROM contact_campaigns
      WHERE id = ${enrollmentId}`.execute(trx),
  );
  return async () => {
    const row = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('contact_campaigns')
        .select('status')
        .where('id', '=', enrollmentId)
        .executeTakeFirstOrThrow(),
    );
    return row.status;
  };
}

test('for all tenants end what is active of each, and are listed', async () => {
  const [acme = '', bolt = ''] = tenants;
  const one = await enrolledWith(acme, 'ann@gone.example');
  const two = await enrolledWith(bolt, 'bob@gone.example');
  const three = await enrolledWith(bolt, 'ann@there.example');
  const added = await cadenza(
    ['suppressions', 'add', 'GONE.example', 'nobody@there.example', '--source', 'court'],
    env,
  );
  expect(added).toMatchObject({
    code: 0,
    out: '2 suppressed for all tenants (2 new); 2 enrollments ended\n',
  });
  expect([await one(), await two(), await three()]).toEqual(['suppressed', 'suppressed', 'active']);
  const listed = await answerOf<{ suppressions: unknown[] }>(
    ['suppressions', 'list', '--prefix', 'gone'],
    env,
  );
  expect(listed.suppressions).toMatchObject([
    { kind: 'domain', value: 'gone.example', reason: 'manual', source: 'court' },
  ]);
});

test('for all tenants are removed where no law asks for them, which the platform’s log shows', async () => {
  await cadenza(['suppressions', 'add', 'back@example.com', '--reason', 'hard_bounce'], env);
  await cadenza(['suppressions', 'add', 'left@example.com', '--reason', 'unsubscribed'], env);
  await cadenza(['suppressions', 'add', 'erased@example.com', '--reason', 'erased'], env);
  const remove = (...args: string[]) => cadenza(['suppressions', 'remove', ...args], env);
  const at = new Date().toISOString();
  const consent = ['--consent-source', 'form', '--consent-at', at];

  expect(await remove('Back@example.com')).toMatchObject({ code: 0 });
  expect(await remove('back@example.com')).toMatchObject({ code: 1 });
  expect((await remove('left@example.com')).err).toContain('has unsubscribed');
  expect(await remove('left@example.com', ...consent)).toMatchObject({ code: 0 });
  expect((await remove('erased@example.com', ...consent)).err).toContain('holds for good');
  expect(await remove('no address')).toMatchObject({ code: 2 });

  const log = await acrossTenants(owner, (trx) =>
    trx
      .selectFrom('platform_audit_log')
      .select(['actor', 'action', 'before', 'after'])
      .where('action', '=', 'suppression.removed')
      .orderBy('id')
      .execute(),
  );
  expect(log).toMatchObject([
    { actor: 'operator', before: { value: 'back@example.com' }, after: null },
    { actor: 'operator', after: { consent: { source: 'form' } } },
  ]);
});

import {
  authenticateSession,
  beginSession,
  digestOfPassword,
  createDatabase,
  createLogin,
  createPool,
  createSessionToken,
  findPasswordHash,
  inTenants,
  isPassword,
  listAudit,
  migrateUp,
  type Database,
} from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

const PASSWORD = 'quite another staple';

let database: OwnedDatabase;
let env: Record<string, string>;
let api: Database;
let acme: string;
let other: string;
beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  api = createDatabase(
    createPool({ url: await createLogin(database.url, { role: 'cadenza_api' }), poolSize: 1 }),
  );
  const make = async (name: string) =>
    (await answerOf<{ id: string }>(['tenant', 'create', '--name', name], env)).id;
  acme = await make('Acme');
  other = await make('Other');
});
afterAll(async () => {
  await api.destroy();
  await database.drop();
});

const user = (args: readonly string[], stdin = '') => cadenza(['user', ...args], env, stdin);

interface User {
  readonly id: string;
  readonly email: string;
  readonly role: string;
}

const list = async (tenant: string) =>
  (await answerOf<{ users: User[] }>(['user', 'list', tenant], env)).users;

test('the first owner is made, listed and removed from the shell', async () => {
  const made = await user(['add', 'Acme', 'Ada@Example.com', '--role', 'owner', '--name', 'Ada']);
  expect(made).toMatchObject({ code: 0 });
  expect(await list('Acme')).toMatchObject([
    { id: made.out.trim(), email: 'ada@example.com', role: 'owner' },
  ]);
  expect((await user(['list', 'Acme'])).out).toMatch(/ada@example\.com +owner +never +Ada/);
  const again = await user(['add', 'Acme', 'ada@example.com']);
  expect(again).toMatchObject({ code: 1, err: 'cadenza: Acme has a user of that address\n' });
  expect(await user(['remove', 'Acme', 'ada@example.com'])).toMatchObject({ code: 0 });
  expect(await list('Acme')).toEqual([]);
  expect(await user(['remove', 'Acme', 'ada@example.com'])).toMatchObject({ code: 1 });
  const { items } = await inTenants(api, [acme], (trx) =>
    listAudit(trx, acme, { limit: 10, after: null }),
  );
  expect(items.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'operator user.removed',
    'operator user.added',
    'operator tenant.created',
  ]);
  expect(JSON.stringify(items)).not.toContain('ada@');
});

test('a password is read from standard input, and kept as a hash', async () => {
  const made = await user(['add', 'Acme', 'bob@example.com', '--password'], `${PASSWORD}\n`);
  expect(made.code).toBe(0);
  const stored = await findPasswordHash(api, 'bob@example.com');
  expect(stored).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
  expect(await isPassword(PASSWORD, stored ?? '')).toBe(true);
  expect(await isPassword(`${PASSWORD} `, stored ?? '')).toBe(false);
});

test('another password holds for all tenants, and ends all sessions', async () => {
  const email = 'both@example.com';
  const ids: string[] = [];
  for (const tenant of ['Acme', 'Other']) {
    ids.push((await user(['add', tenant, email, '--role', 'viewer'])).out.trim());
  }
  await user(['password', email], `${PASSWORD} before`);
  const passwordDigest = digestOfPassword((await findPasswordHash(api, email)) ?? '');
  const { hash } = createSessionToken();
  const member = { tenantId: other, userId: ids[1] ?? '' };
  await inTenants(api, [other], (trx) =>
    beginSession(trx, member, { hash, proof: { by: 'password', passwordDigest } }),
  );
  expect(await authenticateSession(api, hash)).toMatchObject(member);
  const set = await user(['password', 'BOTH@example.com'], PASSWORD);
  expect(set).toMatchObject({ code: 0, out: 'set, for 2 tenants; all sessions have ended\n' });
  expect(await authenticateSession(api, hash)).toBeNull();
  expect(await findPasswordHash(api, email)).not.toBeNull();
});

test.each([
  ['short', 'a password of 5 characters was found, expected 12 to 200 characters'],
  ['carol@example.com', 'expected another one than the address'],
  ['Password123456!', 'expected one that is not among the first that anybody tries'],
])('the password %j is refused, and not shown', async (password, message) => {
  await user(['add', 'Acme', 'carol@example.com']);
  const refused = await user(['password', 'carol@example.com'], password);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(message);
  expect(refused.err).not.toContain(password);
});

test('nobody has a password who is nobody’s user', async () => {
  const refused = await user(['password', 'nobody@example.com'], PASSWORD);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('no tenant has a user of that address');
  expect(await user(['add', 'Acme', 'nobody'])).toMatchObject({ code: 2 });
});

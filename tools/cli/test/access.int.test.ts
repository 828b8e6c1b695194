import {
  assertAppRole,
  authenticateApiKey,
  createDatabase,
  createLogin,
  createPool,
  migrateUp,
  parseApiKey,
  type Database,
} from '@cadenza/database';
import { createTestDatabase, withClient } from '@cadenza/testing';
import '@cadenza/testing/global-setup';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
});
afterAll(() => database.drop());

async function connected<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase(createPool({ url, poolSize: 1 }));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

const login = (...args: string[]) => cadenza(['login', 'create', ...args], env);

describe('login', () => {
  test.each([
    ['api', 'cadenza_api'],
    ['worker', 'cadenza_worker'],
  ] as const)('the URL for %s is one with which an app starts', async (role, group) => {
    const { code, out, err } = await login('--role', role);
    expect(code).toBe(0);
    expect(err).toContain(`plain member of ${group}`);
    await connected(out.trim(), (db) => assertAppRole(db, group));
  });

  test('a name that is taken keeps its password, unless a new one is asked for', async () => {
    const name = `${database.owner}_api`;
    const first = (await login('--role', 'api', '--name', name)).out.trim();
    expect(new URL(first).username).toBe(name);

    const again = await login('--role', 'api', '--name', name);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toBe(
      `cadenza: login "${name}" exists already: --new-password gives it a new password\n`,
    );
    await connected(first, (db) => assertAppRole(db, 'cadenza_api'));

    const other = await login('--role', 'worker', '--name', name, '--new-password');
    expect(other.err).toContain(
      `"${name}" is a role already, and no plain login of cadenza_worker`,
    );

    const renewed = (await login('--role', 'api', '--name', name, '--new-password')).out.trim();
    expect(renewed).not.toBe(first);
    await connected(renewed, (db) => assertAppRole(db, 'cadenza_api'));
  });

  test('the owner and the group roles are no logins to be taken over', async () => {
    for (const name of [database.owner, 'cadenza_api']) {
      const { code, err } = await login('--role', 'api', '--name', name, '--new-password');
      expect(code).toBe(1);
      expect(err).toContain(`"${name}" is a role already`);
    }
    await withClient(database.url, (client) => client.query('SELECT 1'));
  });
});

describe('tenants and keys', () => {
  const key = (...args: string[]) => cadenza(['key', ...args], env);
  let acme: string;
  let other: string;
  let apiUrl: string;

  beforeAll(async () => {
    apiUrl = await createLogin(database.url, { role: 'cadenza_api' });
    const make = async (name: string) =>
      (await answerOf<{ id: string }>(['tenant', 'create', '--name', name], env)).id;
    acme = await make('Acme & Söhne');
    other = await make('Other');
  });

  const authenticate = (secret: string) => {
    const parsed = parseApiKey(secret);
    if (parsed === null) throw new Error('the key has a wrong form');
    return connected(apiUrl, (db) => authenticateApiKey(db, parsed.hash));
  };

  test('a tenant is listed once, and its name is not given twice', async () => {
    const { tenants } = await answerOf<{ tenants: { id: string; name: string }[] }>(
      ['tenant', 'list'],
      env,
    );
    expect(tenants.map(({ id, name }) => [id, name])).toEqual([
      [acme, 'Acme & Söhne'],
      [other, 'Other'],
    ]);
    const twice = await cadenza(['tenant', 'create', '--name', ' Other '], env);
    expect(twice).toMatchObject({
      code: 1,
      err: `cadenza: tenant "Other" exists already: ${other}\n`,
    });
    expect((await cadenza(['tenant', 'list'], env)).out).toContain(`${other}  active  Other\n`);
  });

  test('a key authenticates its tenant, until it is revoked', async () => {
    const made = await key(
      'create',
      '--tenant',
      'Acme & Söhne',
      '--name',
      'ci',
      '--scopes',
      'read',
    );
    expect(made.code).toBe(0);
    const secret = made.out.trim();
    expect(secret).toMatch(/^cdz_[0-9a-z]{8}_[\w-]{43}_[0-9A-Za-z]{6}$/);
    expect(await authenticate(secret)).toMatchObject({ tenantId: acme, scopes: ['read'] });

    const prefix = secret.split('_')[1] ?? '';
    const listed = await key('list', '--tenant', acme);
    expect(listed.out).toMatch(new RegExp(`^${prefix} +read +.* ci$`, 'm'));
    expect(listed.out).not.toContain(secret);

    const elsewhere = await key('revoke', prefix, '--tenant', other);
    expect(elsewhere).toMatchObject({ code: 1 });
    expect(elsewhere.err).toContain(`key "${prefix}" is unknown`);
    expect(await authenticate(secret)).not.toBeNull();

    expect((await key('revoke', prefix, '--tenant', acme)).out).toContain(`revoked ${prefix} "ci"`);
    expect(await authenticate(secret)).toBeNull();
    const { keys } = await answerOf<{ keys: { revokedAt: string | null }[] }>(
      ['key', 'list', '--tenant', acme],
      env,
    );
    expect(keys.map(({ revokedAt }) => typeof revokedAt)).toEqual(['string']);
  });

  test('a key has all scopes and no end by default, and ends when told', async () => {
    interface Made {
      readonly scopes: readonly string[];
      readonly expiresAt: string | null;
      readonly key: string;
    }
    const plain = await answerOf<Made>(['key', 'create', '--tenant', 'Other'], env);
    expect(plain).toMatchObject({ scopes: ['read', 'write', 'admin'], expiresAt: null });

    const before = Date.now();
    const args = ['key', 'create', '--tenant', 'Other', '--expires', 'P90D'];
    const ending = await answerOf<Made>(args, env);
    const lifetime = Date.parse(ending.expiresAt ?? '') - before;
    expect(lifetime).toBeGreaterThanOrEqual(90 * 86_400_000);
    expect(lifetime).toBeLessThan(90 * 86_400_000 + 60_000);
    expect(await authenticate(ending.key)).toMatchObject({ tenantId: other });
  });

  test('a key of a role is rotated, and both are valid for the overlap', async () => {
    const made = await key('create', '--tenant', 'Other', '--role', 'operator');
    const former = made.out.trim();
    const scopes = ['read', 'write'];
    expect(await authenticate(former)).toMatchObject({ tenantId: other, scopes });
    const prefix = former.split('_')[1] ?? '';

    const rotated = await key('rotate', prefix, '--tenant', 'Other', '--overlap', 'PT1H');
    expect(rotated.err).toContain(`${prefix} ends at `);
    expect(await authenticate(rotated.out.trim())).toMatchObject({ tenantId: other, scopes });
    expect(await authenticate(former)).not.toBeNull();

    const twice = await key('rotate', prefix, '--tenant', 'Other');
    expect(twice).toMatchObject({ code: 1, out: '' });
    expect(twice.err).toContain(`key "${prefix}" has ended, or was replaced before`);
    const next = rotated.out.split('_')[1] ?? '';
    const leaked = await key('rotate', next, '--tenant', 'Other', '--overlap', 'PT0S');
    expect(leaked.code).toBe(0);
    expect(await authenticate(rotated.out.trim())).toBeNull();
  });

  test('webhook keys of a tenant are added, listed and removed', async () => {
    interface WebhookKey {
      readonly id: string;
      readonly name: string;
      readonly publicKey: string;
    }
    const publicKey = () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
        format: 'der',
        type: 'spki',
      });
    const [one, two] = [publicKey().toString('base64'), publicKey().toString('base64')];
    const webhookKey = (...args: string[]) => cadenza(['tenant', 'webhook-key', ...args], env);
    const listed = () =>
      answerOf<{ keys: WebhookKey[] }>(['tenant', 'webhook-key', 'list', acme], env);

    const added = await webhookKey('add', 'Acme & Söhne', one, '--name', 'subuser');
    expect(added.code).toBe(0);
    expect(added.err).toContain(`/v1/webhooks/sendgrid/events/${acme}`);
    const id = added.out.trim();
    // SendGrid shows base64; PEM of the same key is the same key.
    const pem = `-----BEGIN PUBLIC KEY-----\n${one}\n-----END PUBLIC KEY-----`;
    expect((await webhookKey('add', acme, '--', pem)).err).toBe(
      'cadenza: the tenant has this key already\n',
    );
    expect((await webhookKey('add', acme, two)).code).toBe(0);
    expect((await listed()).keys).toMatchObject([
      { id, name: 'subuser', publicKey: one },
      { name: 'made by cadenza', publicKey: two },
    ]);

    const elsewhere = await webhookKey('remove', other, id);
    expect(elsewhere.err).toContain(`key "${id}" is unknown`);
    expect((await webhookKey('remove', acme, id)).out).toBe(`removed ${id} "subuser"\n`);
    expect((await webhookKey('remove', acme, id)).code).toBe(1);
    expect((await listed()).keys).toMatchObject([{ publicKey: two }]);

    for (const bad of ['no-key', `${one},${two}`]) {
      const refused = await webhookKey('add', acme, bad);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain('Expected one public key');
    }
  });

  test('secrets for the inbound mail of a tenant are made, listed and removed', async () => {
    const made = await cadenza(['tenant', 'inbound-token', 'add', acme, '--name', 'parse'], env);
    expect(made.code).toBe(0);
    expect(made.out.trim()).toMatch(/^cit_[A-Za-z0-9_-]{43}$/);
    const list = () =>
      answerOf<{ tokens: { id: string; name: string }[] }>(
        ['tenant', 'inbound-token', 'list', acme],
        env,
      );
    const [token] = (await list()).tokens;
    expect(token).toMatchObject({ name: 'parse' });
    const remove = (tenant: string) =>
      cadenza(['tenant', 'inbound-token', 'remove', tenant, token?.id ?? ''], env);
    expect((await remove(other)).err).toContain('is unknown');
    expect((await remove(acme)).code).toBe(0);
    expect((await list()).tokens).toEqual([]);
  });

  test('an unknown tenant is answered with those there are', async () => {
    const { code, err } = await key('create', '--tenant', 'Acme');
    expect(code).toBe(1);
    expect(err).toBe(
      'cadenza: tenant "Acme" is unknown: expected an id, or a name such as "Acme & Söhne", "Other"\n',
    );
  });
});

describe('what is missing is said', () => {
  let appUrl: string;
  beforeAll(async () => {
    appUrl = await createLogin(database.url, { role: 'cadenza_api' });
  });

  test('tables', async () => {
    const empty = await createTestDatabase(inject('postgresAdminUrl'));
    try {
      const { code, err } = await cadenza(['tenant', 'list'], { DATABASE_OWNER_URL: empty.url });
      expect(code).toBe(1);
      expect(err).toMatch(/^cadenza: the database lacks tables .*Run: cadenza migrate up\n$/);
    } finally {
      await empty.drop();
    }
  });

  test('the right to act as a role', async () => {
    const role = 'cadenza_claimer';
    const [grant, revoke] = [`GRANT ${role} TO`, `REVOKE ${role} FROM`];
    const admin = inject('postgresAdminUrl');
    await withClient(admin, (client) => client.query(`${revoke} ${database.owner} CASCADE`));
    try {
      const { code, err } = await cadenza(['tenant', 'list'], env);
      expect(code).toBe(1);
      expect(err).toContain(`may not act as ${role}, expected the login that owns the tables`);
      expect(err).toContain(`If it is that one, run as a superuser: GRANT ${role} TO`);
    } finally {
      await withClient(admin, (client) =>
        client.query(`${grant} ${database.owner} WITH ADMIN OPTION`),
      );
    }
  });

  test.each([
    'migrate status',
    'migrate up',
    'login create --role api',
    'tenant create --name Any',
    'tenant list',
    'clock set --rate 1',
  ])('the login that is needed, where an app’s was given: %s', async (args) => {
    const { code, out, err } = await cadenza(args.split(' '), { DATABASE_OWNER_URL: appUrl });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('expected the login that owns the tables, with CREATEROLE');
    expect(err.trimEnd()).not.toContain('\n');
  });

  test('a connection, without showing the password', async () => {
    const url = new URL(database.url);
    url.password = 'wrong-one';
    const wrong = await cadenza(['tenant', 'list'], { DATABASE_OWNER_URL: url.href });
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/^cadenza: DATABASE_OWNER_URL: no connection: .*\n$/);
    expect(wrong.err).not.toContain('wrong-one');

    url.port = '1';
    const args = ['migrate', 'up', '--json'];
    const debugged = await cadenza(args, { DATABASE_OWNER_URL: url.href, LOG_LEVEL: 'debug' });
    expect(debugged.code).toBe(1);
    const [first = ''] = debugged.err.split('\n');
    expect(JSON.parse(first)).toMatchObject({
      error: { message: expect.stringContaining('ECONNREFUSED'), problems: [] },
    });
    expect(debugged.err).toMatch(/\n {4}at /);
    expect(debugged.err).not.toContain('wrong-one');
  });
});

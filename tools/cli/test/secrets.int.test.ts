import { migrateUp } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { withClient } from '@cadenza/testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

const adminUrl = inject('postgresAdminUrl');
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [E1, E2] = [key('e1'), key('e2')];
const SENDGRID = 'SG.abcdefghijklmnop.qrstuvwxyz0123456789';
let database: OwnedDatabase;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createOwnedDatabase(adminUrl);
  await migrateUp(database.url);
  settings = { DATABASE_OWNER_URL: database.url, TENANT_SENDGRID_API_KEY: SENDGRID };
});
afterAll(() => database.drop());

const withKeys = (...keys: string[]) => ({ ...settings, ENCRYPTION_KEYS: keys.join(',') });

/** As the server's administrator, whom no row-level security binds. */
async function sealed(): Promise<{ tenant: string; text: string }[]> {
  const url = new URL(adminUrl);
  url.pathname = new URL(database.url).pathname;
  return withClient(url.href, async (client) => {
    const { rows } = await client.query<{ tenant: string; text: string }>(
      'SELECT t.name AS tenant, a.sealed_key AS text FROM sendgrid_accounts a JOIN tenants t ON t.id = a.tenant_id WHERE sealed_key IS NOT NULL ORDER BY 1',
    );
    return rows;
  });
}

async function asAdmin(statement: string): Promise<void> {
  const url = new URL(adminUrl);
  url.pathname = new URL(database.url).pathname;
  await withClient(url.href, (client) => client.query(statement));
}

const create = (name: string) => answerOf(['tenant', 'create', '--name', name], settings);
const set = (tenant: string, ...keys: string[]) =>
  cadenza(['tenant', 'sendgrid-key', 'set', tenant], withKeys(...keys));

beforeAll(async () => {
  for (const name of ['a', 'b', 'c']) await create(name);
});
beforeEach(() => asAdmin('DELETE FROM sendgrid_accounts'));

describe('a tenant’s key', () => {
  test('is read from the environment, and shown by its end and a fingerprint alone', async () => {
    const done = await set('a', E1);
    expect(done).toMatchObject({ code: 0 });
    const shown = await cadenza(['tenant', 'sendgrid-key', 'show', 'a'], settings);
    expect(shown.out).toMatch(/^a: …6789, fingerprint [0-9a-f]{12}\n$/);
    for (const { out, err } of [done, shown]) expect(`${out}${err}`).not.toContain('SG.');
    const [row] = await sealed();
    expect(row?.text).toMatch(/^v1\.e1\./);

    await cadenza(['tenant', 'sendgrid-key', 'remove', 'a'], settings);
    expect(await sealed()).toEqual([]);
  });

  test('is refused without one to seal it, and where it is none', async () => {
    const without = await cadenza(['tenant', 'sendgrid-key', 'set', 'a'], settings);
    expect(without).toMatchObject({ code: 1 });
    expect(without.err).toContain('ENCRYPTION_KEYS');
    const bad = { ...withKeys(E1), TENANT_SENDGRID_API_KEY: 'too short' };
    const refused = await cadenza(['tenant', 'sendgrid-key', 'set', 'a'], bad);
    expect(refused.err).toContain('a secret of 9 characters was found');
    expect(refused.err).not.toContain('too short');
  });

  test('moved to another tenant’s row does not open', async () => {
    await set('a', E1);
    await set('b', E1);
    await asAdmin(`
      UPDATE sendgrid_accounts SET sealed_key = (SELECT sealed_key FROM sendgrid_accounts s
        JOIN tenants t ON t.id = s.tenant_id WHERE t.name = 'a')
      WHERE tenant_id = (SELECT id FROM tenants WHERE name = 'b')`);
    const rotated = await cadenza(['secrets', 'rotate'], withKeys(E2, E1));
    expect(rotated).toMatchObject({ code: 1 });
    expect(rotated.err).toMatch(/1 secrets are under the key e2 now, and 1 could not be opened/);
    expect(rotated.err).toContain('it was altered, or sealed for another tenant');
  });
});

describe('rotation', () => {
  const rotate = (...keys: string[]) =>
    answerOf<{ rotated: number }>(['secrets', 'rotate'], withKeys(...keys));

  test('puts everything under the first key, and has nothing left to do then', async () => {
    for (const name of ['a', 'b', 'c']) await set(name, E1);
    const before = await sealed();
    expect(await rotate(E2, E1)).toEqual({ rotated: 3, keyId: 'e2' });
    const after = await sealed();
    expect(after.map(({ text }) => text.slice(0, 6))).toEqual(['v1.e2.', 'v1.e2.', 'v1.e2.']);
    // The secrets themselves were not encrypted again.
    const ends = (rows: { text: string }[]) => rows.map(({ text }) => text.split('.').at(-1));
    expect(ends(after)).toEqual(ends(before));
    expect(await rotate(E2)).toEqual({ rotated: 0, keyId: 'e2' });
  });

  test('goes on with those that an interrupted one has left', async () => {
    await set('a', E1);
    await set('b', E2);
    expect(await rotate(E2, E1)).toEqual({ rotated: 1, keyId: 'e2' });
  });

  test('stops where the former key is missing, or another of its id, and changes nothing', async () => {
    await set('a', E1);
    const before = await sealed();
    const missing = await cadenza(['secrets', 'rotate'], withKeys(E2));
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.err).toContain('the key e1 has sealed it, and only these are given: e2');
    const other = await cadenza(['secrets', 'rotate'], withKeys(E2, key('e1')));
    expect(other.err).toContain('the key e1 is another one than the one that has sealed it');
    expect(await sealed()).toEqual(before);
  });
});

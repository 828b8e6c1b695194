import { startApi, type RunningApi } from '@cadenza/api/start';
import { createLogin, dropLogins, migrateUp } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cadenza } from './support/cadenza.ts';
import { fakeTerminal } from './support/fake-terminal.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

const PEOPLE = 'email,first_name\nada@example.com,Ada\nnobody,No\nbob@example.com,Bob\n';
let database: OwnedDatabase;
let api: RunningApi;
let env: Record<string, string>;
let folder: string;
let login: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cadenza-import-'));
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  await migrateUp(database.url);
  login = await createLogin(database.url, { role: 'cadenza_api' });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  api = await startApi({
    DATABASE_URL: login,
    SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey
      .export({ type: 'spki', format: 'der' })
      .toString('base64'),
    PUBLIC_URL: 'http://127.0.0.1',
    UNSUBSCRIBE_SECRET: `k1:${'s'.repeat(44)}`,
    ERASURE_SECRET: 's'.repeat(44),
    HOST: '127.0.0.1',
    PORT: '0',
    HEALTH_PORT: '0',
    LOG_LEVEL: 'info',
    DNS_LOOKUPS: 'off',
    BLOB_DIR: folder,
  });
  const owner = { DATABASE_OWNER_URL: database.url };
  await cadenza(['tenant', 'create', '--name', 'Acme'], owner);
  const key = await cadenza(['key', 'create', '--tenant', 'Acme', '--scopes', 'read,write'], owner);
  env = { CADENZA_URL: `http://127.0.0.1:${api.port}`, CADENZA_API_KEY: key.out.trim() };
});
afterAll(async () => {
  await api.stop();
  await database.drop();
  await dropLogins(inject('postgresAdminUrl'), [decodeURIComponent(new URL(login).username)]);
  await rm(folder, { recursive: true, force: true });
});

async function emails(): Promise<string[]> {
  const answer = await fetch(`${env['CADENZA_URL']}/v1/contacts`, {
    headers: { authorization: `Bearer ${env['CADENZA_API_KEY']}` },
  });
  const { items } = (await answer.json()) as { items: { email: string }[] };
  return items.map(({ email }) => email).sort();
}

test('a file is imported, with its progress; refused rows make the exit code 1', async () => {
  const file = join(folder, 'people.csv');
  await writeFile(file, PEOPLE);
  const terminal = fakeTerminal();
  const { code, out } = await cadenza(['import', file], env, '', terminal.stream);
  expect(code).toBe(1);
  expect(out).toMatch(/^row +column +problem\n3 +email +"nobody"/);
  expect(out).toMatch(/\n2 imported, 0 updated, 0 duplicates, 1 rejected\n$/);
  expect(terminal.drawn()).toContain(`of ${PEOPLE.length}`);
  expect(await emails()).toEqual(['ada@example.com', 'bob@example.com']);
});

test('standard input is imported as JSON, again without any change', async () => {
  const stdin = JSON.stringify([{ email: 'ada@example.com' }, { email: 'eve@example.com' }]);
  const args = ['import', '-', '--format', 'json', '--on-duplicate', 'skip', '--json'];
  const { code, out } = await cadenza(args, env, stdin);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ imported: 1, updated: 0, duplicates: 1 });
});

test.each<[string, string[], Record<string, string>, string]>([
  ['a file that is not there', ['missing.csv'], {}, 'ENOENT'],
  ['a key that is none', ['-'], { CADENZA_API_KEY: 'cdz_x' }, '401'],
  ['nobody', ['-'], { CADENZA_URL: 'http://127.0.0.1:1' }, 'CADENZA_URL: http://127.0.0.1:1 gave'],
  [
    'settings that are missing',
    ['-'],
    { CADENZA_URL: '', CADENZA_API_KEY: '' },
    'CADENZA_API_KEY: is not set',
  ],
])('%s is named', async (_what, args, over, said) => {
  const { code, out, err } = await cadenza(['import', ...args], { ...env, ...over }, PEOPLE);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(said);
});

import '@cadenza/testing/global-setup';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cadenza } from './support/cadenza.ts';
import { fakeTerminal } from './support/fake-terminal.ts';
import { startOwnedApi, type OwnedApi } from './support/owned-api.ts';

const PEOPLE = 'email,first_name\nada@example.com,Ada\nnobody,No\nbob@example.com,Bob\n';
let place: OwnedApi;
let env: Record<string, string>;
beforeAll(async () => {
  place = await startOwnedApi(inject('postgresAdminUrl'));
  const key = await place.newKey('--scopes', 'read,write');
  env = { CADENZA_URL: place.url, CADENZA_API_KEY: key };
});
afterAll(() => place.close());

async function emails(): Promise<string[]> {
  const answer = await fetch(`${env['CADENZA_URL']}/v1/contacts`, {
    headers: { authorization: `Bearer ${env['CADENZA_API_KEY']}` },
  });
  const { items } = (await answer.json()) as { items: { email: string }[] };
  return items.map(({ email }) => email).sort();
}

test('a file is imported, with its progress; refused rows make the exit code 1', async () => {
  const file = join(place.folder, 'people.csv');
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

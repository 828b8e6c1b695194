import { EMULATOR_API_KEY, startEmulator, type Emulator } from '@cadenza/sendgrid-emulator';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asProcess, cadenza, unread } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

test('an answer that nobody reads is no failure', async () => {
  expect(await unread(['settings'])).toEqual({ code: 0, err: '' });
  expect(await unread(['plan', '--help'])).toEqual({ code: 0, err: '' });
});

test.each<[args: string, code: number, stdin?: string]>([
  ['--version', 0],
  ['', 2],
  ['key create --json', 2],
  ['migrate up', 1],
  ['plan validate - --json', 1, '{"version": "2.0"}'],
])('as a process it answers, and ends with the exit code, of: %s', async (args, code, stdin) => {
  const line = args === '' ? [] : args.split(' ');
  const ran = await asProcess(line, {}, stdin);
  expect(ran.code).toBe(code);
  expect(ran).toEqual(await cadenza(line, {}, stdin));
});

describe('what has opened connections', () => {
  let database: OwnedDatabase;
  let emulator: Emulator;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createOwnedDatabase(inject('postgresAdminUrl'));
    emulator = await startEmulator({});
    env = {
      DATABASE_OWNER_URL: database.url,
      SENDGRID_BASE_URL: emulator.url,
      SENDGRID_API_KEY: EMULATOR_API_KEY,
    };
  });
  afterAll(async () => {
    await emulator.close();
    await database.drop();
  });

  // One for each way in which commands open them, in this order: the first make what others ask of.
  test.each([
    'migrate up',
    'login create --role api',
    'tenant create --name Acme',
    'tenant list',
    'clock show',
    'verify --tenant Acme',
    'replay --dry-run',
    'reconcile',
    'suppressions sync',
    'inputs detach --older-than P90D',
  ])('ends by itself: %s', async (args) => {
    const ran = await asProcess(args.split(' '), env);
    expect({ ...ran, out: ran.out !== '' }).toMatchObject({ code: 0, out: true });
    // Nothing is said that the command itself has not said: no warning, no trace.
    expect(ran.err).not.toMatch(/Warning|\n {4}at /);
  });
});

import { withClient } from '@cadenza/testing';
import '@cadenza/testing/global-setup';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

const MIGRATIONS = fileURLToPath(
  new URL('../../../libs/database/src/migrations/', import.meta.url),
);

interface Status {
  readonly migrations: readonly { readonly name: string; readonly appliedAt: string | null }[];
}

let database: OwnedDatabase;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url, QUEUE_SCHEMA: 'cli_queues' };
});
afterAll(() => database.drop());

const status = async () => (await answerOf<Status>(['migrate', 'status'], env)).migrations;

/** Tables, columns and functions of all schemas but the server's own. */
const catalog = () =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ what: string }>(`
      SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || data_type AS what
      FROM information_schema.columns
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
      UNION ALL
      SELECT p.oid::regprocedure::text FROM pg_proc p
      WHERE p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
      ORDER BY what`);
    return rows.map(({ what }) => what);
  });

test('up, again, down, up: nothing is lost on the way, and status tells', async () => {
  const none = await status();
  expect(none[0]).toEqual({ name: '0001-platform', appliedAt: null });
  expect(none.every(({ appliedAt }) => appliedAt === null)).toBe(true);
  const names = none.map(({ name }) => name);

  const up = await cadenza(['migrate', 'up'], env);
  expect(up).toEqual({
    code: 0,
    err: '',
    out: [
      ...names.map((name) => `applied ${name}`),
      'queues are up to date in schema cli_queues',
      '',
    ].join('\n'),
  });
  const before = await catalog();
  expect(before).toContain('public.contact_campaigns.tenant_id uuid');
  expect(before.some((what) => what.startsWith('cli_queues.'))).toBe(true);

  expect(await answerOf(['migrate', 'up'], env)).toEqual({
    applied: [],
    queueSchema: 'cli_queues',
  });
  const newestFirst = [...names].reverse();
  expect((await cadenza(['migrate', 'down'], env)).out).toBe(`took back ${newestFirst[0]}\n`);
  expect((await status()).at(-1)?.appliedAt).toBeNull();
  expect((await status()).at(-2)?.appliedAt).toMatch(/^\d{4}-\d\d-\d\dT/);

  expect(await answerOf(['migrate', 'down', '--steps', '99'], env)).toEqual({
    undone: newestFirst.slice(1),
  });
  expect((await cadenza(['migrate', 'down'], env)).out).toBe('no migration was applied\n');

  expect(await answerOf(['migrate', 'up'], env)).toMatchObject({ applied: names });
  expect(await catalog()).toEqual(before);
  expect((await cadenza(['migrate', 'status'], env)).out).toMatch(
    /^migration +applied\n0001-platform +\d{4}-\d\d-\d\dT/,
  );
});

test('create asks the generator for the next number', async () => {
  const written = () => readdirSync(MIGRATIONS).filter((file) => /^\d{4}-/.test(file));
  const before = written();
  const numbers = before.map((file) => Number(file.slice(0, 4)));
  const next = String(Math.max(...numbers) + 1).padStart(4, '0');
  const dry = await cadenza(['migrate', 'create', 'add-lead-owner', '--dry-run']);
  expect(dry).toEqual({
    code: 0,
    err: 'nothing was written\n',
    out:
      `create libs/database/src/migrations/${next}-add-lead-owner.ts\n` +
      'update libs/database/src/migrations/index.ts\n',
  });
  expect(written()).toEqual(before);
  const refused = await cadenza(['migrate', 'create', 'platform', '--dry-run']);
  expect(refused.code).toBe(1);
  expect(refused.err).toBe(
    'cadenza: no migration was written: name "platform": ' +
      'libs/database/src/migrations/0001-platform.ts is called that already\n',
  );
});

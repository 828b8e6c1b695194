import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createTestDatabase, databaseUrl, withClient, type TestDatabase } from '@cadenza/testing';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createDatabase,
  createPool,
  migrateDown,
  migrateUp,
  migrationStatus,
  SEALED_COLUMNS,
} from '../src/index.ts';
import { MIGRATIONS } from '../src/migrations/index.ts';
import { catalogOf } from './support/catalog.ts';

const adminUrl = inject('postgresAdminUrl');
const NAMES = Object.keys(MIGRATIONS);
let database: TestDatabase;

// Roles belong to the whole server: while this one stands, no `down` of a test takes them away.
beforeAll(async () => {
  database = await createTestDatabase(adminUrl);
  await migrateUp(database.url);
});

afterAll(() => database.drop());

async function scratch(use: (url: string, name: string) => Promise<void>): Promise<void> {
  const one = await createTestDatabase(adminUrl);
  try {
    await use(one.url, one.name);
  } finally {
    await one.drop();
  }
}

function query<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  return withClient(database.url, async (client) => {
    return (await client.query<T>(text, [...values])).rows;
  });
}

describe('the migrations', () => {
  test('taken back and applied again leave the same catalog', () =>
    scratch(async (url) => {
      const empty = await catalogOf(url);
      expect(await migrateUp(url)).toEqual(NAMES);
      const first = await catalogOf(url);
      expect(first.policies?.length).toBeGreaterThan(40);

      expect(await migrateDown(url, 100)).toEqual(NAMES.toReversed());
      const gone = await catalogOf(url);
      expect({ ...gone, schema: [] }).toEqual({ ...empty, schema: [] });
      expect(gone.schema?.filter((line) => line.startsWith('cadenza'))).toEqual([]);

      expect(await migrateUp(url)).toEqual(NAMES);
      expect(await catalogOf(url)).toEqual(first);
    }));

  test('each take back what they brought, and no more', () =>
    scratch(async (url) => {
      const db = createDatabase(createPool({ url, poolSize: 1 }));
      const migrator = new Migrator({
        db,
        provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
      });
      const after = new Map<string, Record<string, string[]>>();
      for (const name of NAMES) {
        expect((await migrator.migrateTo(name)).error).toBeUndefined();
        after.set(name, await catalogOf(url));
      }
      await db.destroy();
      for (const name of NAMES.slice(0, -1).toReversed()) {
        const [undone] = await migrateDown(url);
        expect(await catalogOf(url), `without ${undone}`).toEqual(after.get(name));
      }
      // So from wherever one begins again, it is from a catalog that has been seen to lead here.
      await migrateUp(url);
      expect(await catalogOf(url)).toEqual(after.get(NAMES.at(-1) ?? ''));
    }));

  test('say which are applied, and applied again do nothing', () =>
    scratch(async (url) => {
      await migrateUp(url);
      expect(await migrateUp(url)).toEqual([]);
      await migrateDown(url);
      const status = await migrationStatus(url);
      expect(status.map(({ name }) => name)).toEqual(NAMES);
      expect(status.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name)).toEqual(
        NAMES.slice(-1),
      );
    }));

  test('from two processes at once are applied once', () =>
    scratch(async (url) => {
      const applied = await Promise.all([migrateUp(url), migrateUp(url)]);
      expect(applied.flat().sort()).toEqual(NAMES);
    }));

  test('of several databases of a server at once do not get into each other’s way', async () => {
    const several = await Promise.all([1, 2, 3].map(() => createTestDatabase(adminUrl)));
    try {
      const applied = await Promise.all(several.map(({ url }) => migrateUp(url)));
      expect(applied).toEqual([NAMES, NAMES, NAMES]);
    } finally {
      await Promise.all(several.map((one) => one.drop()));
    }
  });
});

describe('an owner that is no superuser', () => {
  async function asOwner(attributes: string, use: (url: string) => Promise<void>): Promise<void> {
    const name = `owner_${createHash('sha256').update(String(Math.random())).digest('hex').slice(0, 8)}`;
    await withClient(adminUrl, async (client) => {
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' NOSUPERUSER ${attributes}`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
    });
    try {
      const url = new URL(databaseUrl(adminUrl, name));
      url.username = name;
      url.password = 'secret';
      await use(url.href);
    } finally {
      await withClient(adminUrl, async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await client.query(`DROP OWNED BY ${name}`).catch(() => undefined);
        await client.query(`DROP ROLE IF EXISTS ${name}`).catch(() => undefined);
      });
    }
  }

  /** Lets a role administer the group roles, which another owner of this server has made. */
  async function administers(url: string): Promise<void> {
    const { username } = new URL(url);
    await withClient(adminUrl, (client) =>
      client.query(
        `GRANT cadenza_api, cadenza_worker, cadenza_claimer TO ${username} WITH ADMIN OPTION`,
      ),
    );
  }

  test('migrates up, down and up where it may create and grant roles', () =>
    asOwner('CREATEROLE', async (url) => {
      await administers(url);
      expect(await migrateUp(url)).toEqual(NAMES);
      expect(await migrateDown(url, 100)).toEqual(NAMES.toReversed());
      expect(await migrateUp(url)).toEqual(NAMES);
    }));

  // Before PostgreSQL 16 the server does not say which attribute is lacking.
  test('hears what it lacks where it may not create roles', () =>
    asOwner('NOCREATEROLE', async (url) => {
      await expect(migrateUp(url)).rejects.toThrow(
        (await serverVersion()) < 160_000
          ? 'migration 0001-platform failed: permission denied to create role'
          : /migration 0001-platform failed: permission denied to create role.*CREATEROLE/s,
      );
    }));

  // Before PostgreSQL 16 whoever may create roles may grant any.
  test('hears what it lacks where another owner has made the roles', () =>
    asOwner('CREATEROLE', async (url) => {
      if ((await serverVersion()) < 160_000) expect(await migrateUp(url)).toEqual(NAMES);
      else {
        await expect(migrateUp(url)).rejects.toThrow(
          /migration 0006-access failed: permission denied to grant role "cadenza_claimer".*ADMIN/s,
        );
      }
    }));
});

/** As `server_version_num` gives it: 160000 for 16.0. */
async function serverVersion(): Promise<number> {
  const { rows } = await withClient(adminUrl, (client) =>
    client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version"),
  );
  return Number(rows[0]?.version);
}

/** SHA-256 of each released migration's statements. */
async function frozenMigrations(): Promise<Map<string, unknown>> {
  const text = await readFile(new URL('frozen-migrations.json', import.meta.url), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));
}

/** The statements that something would send. */
async function statementsOf(send: (db: Kysely<unknown>) => Promise<void>): Promise<string[]> {
  const statements: string[] = [];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query: { sql, parameters } }) => {
      statements.push(`${sql} ${JSON.stringify(parameters)}`);
    },
  });
  await send(db);
  await db.destroy();
  return statements;
}

describe('a released migration', () => {
  test.each(NAMES)('%s is what it was', async (name) => {
    const statements = await statementsOf(async (db) => MIGRATIONS[name]?.up(db));
    expect(statements.length).toBeGreaterThan(1);
    const hash = createHash('sha256').update(statements.join('\n')).digest('hex');
    const known = (await frozenMigrations()).get(name);
    if (known === undefined) {
      expect.fail(
        `${name} is new: when it is released, add "${name}": "${hash}" to test/frozen-migrations.json`,
      );
    }
    expect(
      hash,
      `${name} has changed. Installations that applied it will never see the change: write a new migration. ` +
        'If it has never been released, put the new hash into test/frozen-migrations.json.',
    ).toBe(known);
  });

  test('is not removed', async () => {
    const frozen = await frozenMigrations();
    expect([...frozen.keys()].filter((name) => !NAMES.includes(name))).toEqual([]);
  });
});

describe('the catalog', () => {
  test('has the tenant in every reference to a tenant’s table', async () => {
    const references = await query<{ reference: string }>(`
      SELECT r.conrelid::regclass || ': ' || pg_get_constraintdef(r.oid) AS reference
      FROM pg_constraint r
      WHERE r.contype = 'f' AND r.conparentid = 0
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.confrelid AND a.attname = 'tenant_id')
        AND NOT EXISTS (
          SELECT FROM unnest(r.conkey, r.confkey) AS k(own, other)
          JOIN pg_attribute o ON o.attrelid = r.conrelid AND o.attnum = k.own AND o.attname = 'tenant_id'
          JOIN pg_attribute f ON f.attrelid = r.confrelid AND f.attnum = k.other AND f.attname = 'tenant_id')`);
    // What is quarantined is the platform's own, of whomever the delivery is: no tenant reads it.
    expect(references.map(({ reference }) => reference)).toEqual([
      'quarantined_events: FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries(id)',
    ]);
  });

  test('binds every table with a tenant by forced row-level security, for both apps', async () => {
    const tables = await query<{ name: string; bound: boolean; roles: string[] }>(`
      SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS bound,
        coalesce((SELECT array_agg(DISTINCT r::text ORDER BY r::text)
          FROM pg_policies p CROSS JOIN unnest(p.roles) r
          WHERE p.schemaname = 'public' AND p.tablename = c.relname), '{}') AS roles
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND (c.relname = 'tenants' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))`);
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter(({ bound }) => !bound)).toEqual([]);
    const both = ['cadenza_api', 'cadenza_worker'];
    expect(tables.filter(({ roles }) => !both.every((role) => roles.includes(role)))).toEqual([]);
  });

  test('gives nobody a partition beside its parent, whose policies would not hold there', async () => {
    const grants = await query(`
      SELECT table_name, grantee FROM information_schema.table_privileges p
      JOIN pg_class c ON c.relname = p.table_name AND c.relispartition
      WHERE p.table_schema = 'public' AND p.grantee LIKE 'cadenza%'`);
    expect(grants).toEqual([]);
  });

  test('keeps updated_at by a trigger wherever there is one', async () => {
    const without = await query<{ name: string }>(`
      SELECT c.relname AS name FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at'
      WHERE c.relkind IN ('r', 'p') AND c.relname <> 'clock_settings' AND NOT EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'touch_updated_at')`);
    expect(without).toEqual([]);
  });

  test('keeps sealed secrets where rotation finds them, and starting apps look for their keys', async () => {
    const sealed = await query<{ table: string; column: string }>(`
      SELECT table_name AS table, column_name AS column FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE 'sealed\\_%'
      ORDER BY table_name`);
    const known = SEALED_COLUMNS.map(({ table, column }) => ({ table, column }));
    expect(sealed).toEqual(known.toSorted((a, b) => a.table.localeCompare(b.table)));
    const [inUse] = await query<{ definition: string }>(
      "SELECT pg_get_functiondef('secret_keys_in_use()'::regprocedure) AS definition",
    );
    for (const { table, column } of sealed) {
      expect(inUse?.definition).toMatch(new RegExp(`${column}[^;]*FROM ${table}\\b`));
    }
  });
});

describe('partitions of events', () => {
  test('exist ahead of time, and one for all other times', async () => {
    const found = await query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'message_events'::regclass`,
    );
    const names = found.map(({ name }) => name);
    const now = new Date();
    for (const ahead of [-1, 0, 1, 2, 3]) {
      const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
      expect(names).toContain(`message_events_${month.toISOString().slice(0, 7).replace('-', '')}`);
    }
    expect(names).toContain('message_events_default');
  });
});

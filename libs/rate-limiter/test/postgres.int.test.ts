import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresLimiter, postgresLimiterSchemaDown } from '../src/index.ts';
import { limiterConformance } from './conformance.ts';
import { createLimiterSchema, openPool, startTestPostgres, type TestServer } from './support.ts';

describe('on PostgreSQL', () => {
  const T = Date.UTC(2026, 0, 5, 9);
  let server: TestServer;
  let url: string;
  let place: Awaited<ReturnType<typeof createLimiterSchema>>;
  let second: pg.Pool;

  beforeAll(async () => {
    server = await startTestPostgres();
    if (server.unavailable !== undefined) throw new Error(server.unavailable);
    url = server.url;
    place = await createLimiterSchema(url);
    second = openPool({ connectionString: url, max: 4, options: '-c synchronous_commit=off' });
  });
  afterAll(async () => {
    await second.end();
    await place.drop();
    if (server.unavailable === undefined) await server.stop();
  });

  async function reset(): Promise<void> {
    await place.pool.query(
      `DELETE FROM ${place.schema}.rate_limit_slots;
       DELETE FROM ${place.schema}.rate_limit_bounds;
       UPDATE ${place.schema}.rate_limit_state SET floor_ms = -9007199254740991`,
    );
  }

  limiterConformance(
    'the Postgres limiter',
    async (options) => {
      const { pool, schema } = place;
      return {
        limiters: [
          createPostgresLimiter({ pool, schema, ...options }),
          createPostgresLimiter({ pool: second, schema, ...options }),
        ],
        reset,
        dispose: reset,
      };
    },
    { runs: 60 },
  );

  it('forgets what is over, each key by its own longest window', async () => {
    await reset();
    const limiter = createPostgresLimiter(place);
    const scopes = [
      { key: 'short', limit: 9, windowMs: 1_000 },
      { key: 'long', limit: 9, windowMs: 10_000 },
    ];
    await limiter.reserve([{ id: 'a', scopes, notBefore: T, notAfter: T }], T);
    const idle = { id: 'idle', scopes: [], notBefore: T, notAfter: T + 99_999 };
    const keys = async (now: number) => {
      await limiter.reserve([idle], now);
      const { rows } = await place.pool.query<{ scope_key: string }>(
        `SELECT scope_key FROM ${place.schema}.rate_limit_slots ORDER BY 1`,
      );
      return rows.map((row) => row.scope_key);
    };
    expect(await keys(T + 1_099)).toEqual(['long', 'short']);
    expect(await keys(T + 1_100)).toEqual(['long']);
    expect(await keys(T + 10_100)).toEqual([]);
    await reset();
  });

  it('is closed by rate_limit_close, with nothing in it, until it is rebuilt', async () => {
    await reset();
    const limiter = createPostgresLimiter({ ...place, closedRetryMs: 700 });
    const scopes = [{ key: 'k', limit: 1, windowMs: 1_000 }];
    const ask = async (id: string, at: number) => {
      const [decision] = await limiter.reserve([{ id, scopes, notBefore: at, notAfter: at }], at);
      return decision;
    };
    const year = T + 365 * 86_400_000;
    await ask('ahead', year);
    await ask('forgets the one before', year + 5_000);
    expect(await ask('a', T)).toMatchObject({ granted: false, scope: 'limiter' });

    await place.pool.query(`SELECT ${place.schema}.rate_limit_close()`);
    expect(await limiter.ready()).toBe(false);
    const closed = { granted: false, id: 'a', scope: 'limiter', retryAt: T + 700 };
    expect(await ask('a', T)).toEqual(closed);

    await limiter.rebuild([], T);
    expect(await limiter.ready()).toBe(true);
    expect(await ask('a', T)).toMatchObject({ granted: true, start: T });
    await reset();
  });

  it('is not extended, nor opened by that, where it was closed since the reading began', async () => {
    await reset();
    const limiter = createPostgresLimiter(place);
    const scopes = [{ key: 'k', limit: 1, windowMs: 1_000 }];
    const extend = (meanwhile: () => Promise<unknown>) =>
      limiter.extend(async () => {
        await meanwhile();
        return [{ id: 'a', scopes, at: T }];
      }, T);
    const close = () => place.pool.query(`SELECT ${place.schema}.rate_limit_close()`);
    expect(await extend(close)).toBe(false);
    expect(await extend(async () => {})).toBe(false);
    expect(await limiter.generation()).toBeNull();

    await limiter.rebuild([], T);
    const name = await limiter.generation();
    const reopened = extend(async () => {
      await close();
      await limiter.rebuild([], T);
    });
    expect(await reopened).toBe(false);
    expect(await limiter.generation()).not.toBe(name);
    const asked = { id: 'b', scopes, notBefore: T, notAfter: T };
    expect(await limiter.reserve([asked], T)).toMatchObject([{ granted: true }]);
    await reset();
  });

  it('is extended with more hand-offs than one call takes', async () => {
    await reset();
    const limiter = createPostgresLimiter(place);
    const wide = { key: 'wide', limit: 5_001, windowMs: 3_600_000 };
    const scopes = [wide, { ...wide, key: 'wider', limit: 9_999 }];
    const records = Array.from({ length: 5_000 }, (_, n) => ({ id: `r${n}`, scopes, at: T - n }));
    expect(await limiter.extend(async () => records, T)).toBe(true);
    const asked = ['x', 'y'].map((id) => ({ id, scopes, notBefore: T, notAfter: T }));
    const decisions = await limiter.reserve(asked, T);
    expect(decisions.map((d) => d.granted)).toEqual([true, false]);
    await reset();
  });

  it('forgets what it has counted of the keys alone that it is extended under', async () => {
    await reset();
    const limiter = createPostgresLimiter(place);
    const limited = (key: string) => [{ key, limit: 2, windowMs: 60_000 }];
    const ask = (id: string, key: string) => ({
      id,
      scopes: limited(key),
      notBefore: T,
      notAfter: T,
    });
    await limiter.reserve([ask('a', 'one'), ask('b', 'other')], T);
    const counted = async () => {
      const { rows } = await place.pool.query<{ scope_key: string }>(
        `SELECT scope_key FROM ${place.schema}.rate_limit_bounds ORDER BY 1`,
      );
      return rows.map((row) => row.scope_key);
    };
    expect(await counted()).toEqual(['one', 'other']);

    await limiter.extend(async () => [{ id: 'past', scopes: limited('one'), at: T - 1_000 }], T);

    expect(await counted()).toEqual(['other']);
    expect(await limiter.reserve([ask('c', 'one'), ask('d', 'other')], T)).toMatchObject([
      { granted: false, scope: 'one' },
      { granted: true },
    ]);
    await reset();
  });

  it('goes down and up again', async () => {
    const other = await createLimiterSchema(url);
    await other.pool.query(
      `SET search_path TO ${other.schema}; ${postgresLimiterSchemaDown}; RESET search_path`,
    );
    const { rows } = await other.pool.query(
      `SELECT relname FROM pg_class WHERE relnamespace = '${other.schema}'::regnamespace`,
    );
    expect(rows).toEqual([]);
    await other.drop();
  });

  it('serves a role that has no more than the grants it names', async () => {
    const { schema } = place;
    const role = `limiter_role_${process.pid}`;
    const admin = await place.pool.connect();
    try {
      await admin.query(`CREATE ROLE ${role} NOLOGIN`);
      await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
      await admin.query(
        `GRANT SELECT, INSERT, UPDATE, DELETE
         ON ${schema}.rate_limit_slots, ${schema}.rate_limit_bounds TO ${role}`,
      );
      await admin.query(`GRANT SELECT, UPDATE ON ${schema}.rate_limit_state TO ${role}`);
      const bound = openPool({ connectionString: url, max: 1, options: `-c role=${role}` });
      const limiter = createPostgresLimiter({ pool: bound, schema });
      const scopes = [{ key: 'k', limit: 1, windowMs: 1_000 }];
      const asked = ['a', 'b'].map((id) => ({ id, scopes, notBefore: T, notAfter: T }));
      const decisions = await limiter.reserve(asked, T);
      expect(decisions.map((d) => d.granted)).toEqual([true, false]);
      await limiter.rebuild([{ id: 'c', scopes, at: T }], T);
      expect(await limiter.extend(async () => [{ id: 'c', scopes, at: T }], T)).toBe(true);
      await limiter.release(['a', 'c']);
      expect((await limiter.reserve(asked, T))[0]?.granted).toBe(true);
      await bound.end();
    } finally {
      await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      admin.release();
      await reset();
    }
  });
});

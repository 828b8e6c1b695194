import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisLimiter } from '../src/index.ts';
import { limiterConformance } from './conformance.ts';
import { startTestRedis } from './support.ts';

const server = await startTestRedis();
if (server.unavailable !== undefined) {
  console.warn(`Redis limiter: left out, ${server.unavailable}`);
}

describe.skipIf(server.unavailable !== undefined)('on Redis', () => {
  const url = server.unavailable === undefined ? server.url : '';
  const T = Date.UTC(2026, 0, 5, 9);
  const scope = { key: 'k', limit: 3, windowMs: 60_000 };
  let connections: [Redis, Redis];
  let prefixes = 0;

  beforeAll(() => {
    connections = [new Redis(url), new Redis(url)];
  });
  afterAll(async () => {
    await Promise.all(connections.map((redis) => redis.quit()));
    if (server.unavailable === undefined) await server.stop();
  });

  function newPrefix(): string {
    prefixes += 1;
    return `limiter-test-${process.pid}-${prefixes}`;
  }

  async function keysOf(prefix: string): Promise<string[]> {
    return (await connections[0].keys(`{${prefix}}*`)).sort();
  }

  async function empty(prefix: string): Promise<void> {
    const keys = await keysOf(prefix);
    if (keys.length > 0) await connections[0].del(...keys);
  }

  function requests(count: number, at: number) {
    return Array.from({ length: count }, (_, n) => ({
      id: `${at}-${n}`,
      scopes: [scope],
      notBefore: at,
      notAfter: at,
    }));
  }

  limiterConformance(
    'the Redis limiter',
    async (options) => {
      const prefix = newPrefix();
      const [one, two] = connections;
      const limiter = createRedisLimiter({ redis: one, prefix, ...options });
      await limiter.rebuild([], 0);
      return {
        limiters: [limiter, createRedisLimiter({ redis: two, prefix, ...options })],
        async reset() {
          await empty(prefix);
          await limiter.rebuild([], 0);
        },
        dispose: () => empty(prefix),
      };
    },
    { runs: 150 },
  );

  it('is closed when new, emptied or restarted, and opens with the limits kept', async () => {
    const prefix = newPrefix();
    const limiter = createRedisLimiter({ redis: connections[0], prefix, closedRetryMs: 250 });
    const closed = { granted: false, id: `${T}-0`, scope: 'limiter', retryAt: T + 250 };
    expect(await limiter.ready()).toBe(false);
    expect(await limiter.reserve(requests(1, T), T)).toEqual([closed]);

    await limiter.rebuild([], T);
    expect(await limiter.ready()).toBe(true);
    expect((await limiter.reserve(requests(2, T), T)).every((d) => d.granted)).toBe(true);

    await empty(prefix);
    expect(await limiter.ready()).toBe(false);
    expect((await limiter.reserve(requests(1, T + 1), T + 1))[0]).toMatchObject({
      granted: false,
      scope: 'limiter',
    });

    const records = requests(2, T).map(({ id, scopes }) => ({ id, scopes, at: T + 600 }));
    await limiter.rebuild(records, T + 1_000);
    const decisions = await limiter.reserve(requests(2, T + 1_000), T + 1_000);
    expect(decisions).toMatchObject([
      { granted: true },
      { granted: false, scope: 'k', retryAt: T + 60_600 },
    ]);

    // Another run id is what a restart or a fail-over leaves: perhaps with old data.
    await connections[0].set(`{${prefix}}:2:open`, 'another-server');
    expect(await limiter.ready()).toBe(false);
    expect((await limiter.reserve(requests(1, T + 2_000), T + 2_000))[0]?.granted).toBe(false);
    await empty(prefix);
  });

  it('is closed by FLUSHALL', async () => {
    const own = await startOwnServer();
    const redis = new Redis(own.url);
    try {
      const limiter = createRedisLimiter({ redis });
      await limiter.rebuild([], T);
      expect((await limiter.reserve(requests(1, T), T))[0]?.granted).toBe(true);
      const before = await limiter.generation();
      await redis.flushall();
      await redis.script('FLUSH');
      expect(await limiter.ready()).toBe(false);
      expect(await limiter.generation()).toBeNull();
      await limiter.rebuild([{ id: 'a', scopes: [scope], at: T }], T + 1);
      expect(await limiter.generation()).not.toBe(before);
      const decisions = await limiter.reserve(requests(3, T + 1), T + 1);
      expect(decisions.map((d) => d.granted)).toEqual([true, true, false]);
    } finally {
      redis.disconnect();
      await own.stop();
    }
  });

  it('is not extended, nor opened by that, where it was emptied since the reading began', async () => {
    const prefix = newPrefix();
    const limiter = createRedisLimiter({ redis: connections[0], prefix });
    const extend = (meanwhile: () => Promise<unknown>) =>
      limiter.extend(async () => {
        await meanwhile();
        return requests(3, T).map(({ id, scopes }) => ({ id, scopes, at: T }));
      }, T);
    expect(await extend(async () => {})).toBe(false);
    await limiter.rebuild([], T);
    expect(await extend(() => empty(prefix))).toBe(false);
    expect(await limiter.generation()).toBeNull();

    await limiter.rebuild([], T);
    const reopened = extend(async () => {
      await empty(prefix);
      await limiter.rebuild([], T);
    });
    expect(await reopened).toBe(false);
    expect((await limiter.reserve(requests(1, T + 1), T + 1))[0]).toMatchObject({ granted: true });
    await empty(prefix);
  });

  it('adds many records in parts, from two processes at once', async () => {
    const prefix = newPrefix();
    const limiters = connections.map((redis) => createRedisLimiter({ redis, prefix }));
    const wide = { key: 'wide', limit: 2_501, windowMs: 3_600_000 };
    const records = Array.from({ length: 2_500 }, (_, n) => ({
      id: `r${n}`,
      scopes: [wide],
      at: T - n * 1_000,
    }));
    await Promise.all(limiters.map((limiter) => limiter.rebuild(records.slice(0, 1_200), T)));
    await Promise.all(limiters.map((limiter) => limiter.extend(async () => records, T)));
    const asked = ['x', 'y'].map((id) => ({ id, scopes: [wide], notBefore: T, notAfter: T }));
    const decisions = await limiters[0]?.reserve(asked, T);
    expect(decisions?.map((d) => d.granted)).toEqual([true, false]);
    await empty(prefix);
  });

  it('sends no key but those of a part’s own records with it', async () => {
    const prefix = newPrefix();
    const parts: { readonly keys: string[]; readonly records: unknown[] }[] = [];
    const limiter = createRedisLimiter({
      prefix,
      redis: toldOf(connections[0], async (args) => {
        const part = String(args.at(-1));
        if (part.startsWith('{"keys"')) parts.push(JSON.parse(part) as (typeof parts)[number]);
      }),
    });
    const records = Array.from({ length: 2_500 }, (_, n) => ({
      id: `r${n}`,
      scopes: [{ key: `k${n}`, limit: 1, windowMs: 3_600_000 }],
      at: T - n,
    }));
    await limiter.rebuild(records, T);
    await limiter.extend(async () => records, T);
    const sizes = [1_000, 1_000, 500, 1_000, 1_000, 500];
    expect(parts.map((part) => part.records.length)).toEqual(sizes);
    expect(parts.map((part) => part.keys.length)).toEqual(sizes);
    const last = { ...scope, key: 'k2499', limit: 1 };
    expect(
      await limiter.reserve([{ id: 'x', scopes: [last], notBefore: T, notAfter: T }], T),
    ).toMatchObject([{ granted: false, scope: 'k2499' }]);
    await empty(prefix);
  });

  it('is filled from the first part on again, where it was emptied between two', async () => {
    const prefix = newPrefix();
    let calls = 0;
    const limiter = createRedisLimiter({
      prefix,
      redis: toldOf(connections[0], async () => {
        calls += 1;
        if (calls === 2) await empty(prefix);
      }),
    });
    const wide = { key: 'wide', limit: 1_501, windowMs: 3_600_000 };
    const records = Array.from({ length: 1_500 }, (_, n) => ({
      id: `r${n}`,
      scopes: [wide],
      at: T - n,
    }));
    await limiter.rebuild(records, T);
    expect(calls).toBe(4);
    const asked = ['x', 'y'].map((id) => ({ id, scopes: [wide], notBefore: T, notAfter: T }));
    const decisions = await limiter.reserve(asked, T);
    expect(decisions.map((d) => d.granted)).toEqual([true, false]);
    await empty(prefix);
  });

  it('forgets what is over: an idle limiter holds no more than its marker and its floor', async () => {
    const prefix = newPrefix();
    const limiter = createRedisLimiter({ redis: connections[0], prefix });
    await limiter.rebuild([], T);
    for (let n = 0; n < 5; n += 1) {
      const key = `k${n}`;
      const scopes = [
        { key, limit: 9, windowMs: 1_000 },
        { key: 'day', limit: 99, windowMs: 10_000 },
      ];
      await limiter.reserve([{ id: key, scopes, notBefore: T, notAfter: T }], T);
    }
    await limiter.reserve([], T);
    const idle = { id: 'idle', scopes: [], notBefore: T, notAfter: T + 99_999 };
    await limiter.reserve([idle], T + 1_101);
    const names = (await keysOf(prefix)).map((key) => key.slice(prefix.length + 5));
    expect(names).toEqual(['due', 'floor', 'logs', 'open', 'reservations']);
    await limiter.reserve([idle], T + 10_101);
    const left = (await keysOf(prefix)).map((key) => key.slice(prefix.length + 5));
    expect(left).toEqual(['floor', 'open']);
    await empty(prefix);
  });

  it('refuses a prefix that would split the hash tag', () => {
    expect(() => createRedisLimiter({ redis: connections[0], prefix: 'a}b' })).toThrow(
      'prefix must be a text without braces, got "a}b"',
    );
  });
});

/** A client that tells of each script before it runs it. */
function toldOf(redis: Redis, tell: (args: readonly unknown[]) => Promise<void>): Redis {
  return Object.assign(Object.create(redis) as Redis, {
    async evalsha(...args: (string | number)[]) {
      await tell(args);
      return redis.call('EVALSHA', ...args);
    },
    eval: (...args: (string | number)[]) => redis.call('EVAL', ...args),
  });
}

/** FLUSHALL is for a server that nobody else uses. */
async function startOwnServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const started = await startTestRedis({ shared: false });
  if (started.unavailable !== undefined) throw new Error(started.unavailable);
  return started;
}

import { openRequestCounters } from '@cadenza/runtime';
import { newId } from '@cadenza/domain';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { FAILURES_PER_ADDRESS } from '../src/http/request-limits.ts';
import type { ApiDeps } from '../src/deps.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function limited(perKey: number, perTenant: number, over: Partial<ApiDeps> = {}): Promise<string> {
  const settings = { ...world.deps.settings, requestsPerMinute: { perKey, perTenant } };
  return variant(world, { settings, ...over });
}

function get(baseUrl: string, key: string): Promise<Response> {
  return fetch(`${baseUrl}/v1/leads`, { headers: { authorization: `Bearer ${key}` } });
}

async function statuses(baseUrl: string, { key }: Pick<Tenant, 'key'>, count: number) {
  const all: number[] = [];
  for (let n = 0; n < count; n += 1) all.push((await get(baseUrl, key)).status);
  return all;
}

/** Another key of a tenant. */
async function keyOf({ api }: Tenant, body: object = {}): Promise<{ id: string; key: string }> {
  const made = await api.post('/v1/api-keys', { name: 'K', scopes: ['read'], ...body });
  return { id: String(made.body.id), key: String(made.body['key']) };
}

const log = { warn: () => undefined, error: () => undefined, info: () => undefined };

/** Counters of an installation of their own. */
async function onRedis(): Promise<Partial<ApiDeps>> {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');
  const requestCounters = openRequestCounters({ redisUrl, log }, { installationId: newId() });
  onTestFinished(() => requestCounters.close());
  await once(requestCounters.redis, 'ready');
  return { requestCounters };
}

const inMemory = async (): Promise<Partial<ApiDeps>> => ({ requestCounters: null });

describe.each([
  ['in memory', inMemory],
  ['on Redis', onRedis],
] as const)('requests counted %s', (_name, counters) => {
  test('are refused past the key’s limit, and the answers say how many are left', async () => {
    const tenant = await world.tenant();
    const baseUrl = await limited(2, 10, await counters());
    const first = await get(baseUrl, tenant.key);
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=2;w=60, "tenant";q=10;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"key";r=1;t=\d+, "tenant";r=9;t=\d+$/);
    await get(baseUrl, tenant.key);
    const refused = await get(baseUrl, tenant.key);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
    expect(await refused.json()).toMatchObject({
      type: 'urn:problem-type:cadenza:too-many-requests',
    });
  });

  test('of all keys of a tenant have a limit together, and no other tenant’s', async () => {
    const tenant = await world.tenant();
    const second = await keyOf(tenant);
    const baseUrl = await limited(3, 4, await counters());
    expect(await statuses(baseUrl, tenant, 4)).toEqual([200, 200, 200, 429]);
    // The refused one was not counted against the tenant.
    expect(await statuses(baseUrl, second, 2)).toEqual([200, 429]);
    expect(await statuses(baseUrl, await world.tenant(), 1)).toEqual([200]);
  });
});

test('several processes count together on Redis', async () => {
  const counters = await onRedis();
  const tenant = await world.tenant();
  const [one, two] = [await limited(2, 10, counters), await limited(2, 10, counters)];
  expect(await statuses(one, tenant, 1)).toEqual([200]);
  expect(await statuses(two, tenant, 2)).toEqual([200, 429]);
});

test('nothing is refused while Redis does not answer', async () => {
  const nowhere = { redisUrl: 'redis://127.0.0.1:1', log };
  const requestCounters = openRequestCounters(nowhere, { installationId: newId() });
  onTestFinished(() => requestCounters.close());
  const baseUrl = await limited(1, 1, { requestCounters });
  expect(await statuses(baseUrl, await world.tenant(), 3)).toEqual([200, 200, 200]);
});

test('a key and a tenant may have limits of their own, which hold from the next request on', async () => {
  const tenant = await world.tenant();
  const narrow = await keyOf(tenant, { requestsPerMinute: 1 });
  const baseUrl = await limited(5, 100);
  expect(await statuses(baseUrl, narrow, 2)).toEqual([200, 429]);
  await tenant.api.patch(`/v1/api-keys/${narrow.id}`, { requestsPerMinute: 3 });
  expect(await statuses(baseUrl, narrow, 2)).toEqual([200, 429]);
  await world.rows('UPDATE tenants SET requests_per_minute = 1 WHERE id = $1', [tenant.id]);
  expect(await statuses(baseUrl, tenant, 1)).toEqual([429]);
});

test('JSON and streamed requests count together', async () => {
  const tenant = await world.tenant();
  const baseUrl = await limited(2, 10);
  expect(await statuses(baseUrl, tenant, 1)).toEqual([200]);
  const imported = () =>
    fetch(`${baseUrl}/v1/contacts/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'text/csv' },
      body: 'email\na@example.com\n',
    });
  expect([(await imported()).status, (await imported()).status]).toEqual([200, 429]);
});

test('an address that brings no valid key is refused after many, and those who bring one are not', async () => {
  const baseUrl = await limited(10, 10);
  const wrong = await Promise.all(
    Array.from({ length: FAILURES_PER_ADDRESS }, () => get(baseUrl, 'cdz_wrong')),
  );
  expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401]));
  const refused = await get(baseUrl, 'cdz_wrong');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await statuses(baseUrl, await world.tenant(), 1)).toEqual([200]);
});

test('webhooks, links and health are not counted', async () => {
  const baseUrl = await limited(1, 1);
  for (let n = 0; n < 3; n += 1) {
    const hook = await fetch(`${baseUrl}/v1/webhooks/sendgrid/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[]',
    });
    expect(hook.status).toBe(403);
    expect(hook.headers.get('ratelimit')).toBeNull();
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
  }
});

describe('where a request comes from', () => {
  const PROXY = '127.0.0.1';
  /** How many of these addresses are told that they have made too many requests without a key. */
  async function refusedOf(trustedProxies: readonly string[], addresses: readonly string[]) {
    const settings = { ...world.deps.settings, trustedProxies };
    const baseUrl = await variant(world, { settings });
    const ask = (address: string) =>
      fetch(`${baseUrl}/v1/leads`, { headers: { 'x-forwarded-for': address } });
    const [first = ''] = addresses;
    await Promise.all(Array.from({ length: FAILURES_PER_ADDRESS }, () => ask(first)));
    const answers = await Promise.all(addresses.map(ask));
    return answers.map(({ status }) => status);
  }

  test('is what a trusted proxy says', async () => {
    const addresses = ['203.0.113.7', '203.0.113.8'];
    expect(await refusedOf([PROXY], addresses)).toEqual([429, 401]);
    // What came with the request to the proxy is anybody's to write.
    expect(await refusedOf([PROXY], ['203.0.113.7', '198.51.100.1, 203.0.113.7'])).toEqual([
      429, 429,
    ]);
  });

  test('is nothing that anybody else says', async () => {
    const addresses = ['203.0.113.7', '203.0.113.8'];
    expect(await refusedOf([], addresses)).toEqual([429, 429]);
    expect(await refusedOf(['203.0.113.0/24'], addresses)).toEqual([429, 429]);
  });

  test('is one line, of however many addresses of IPv6', async () => {
    const addresses = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1'];
    expect(await refusedOf([PROXY], addresses)).toEqual([429, 429, 401]);
  });
});

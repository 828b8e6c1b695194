import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const MIB = 1024 * 1024;
const ORIGIN = 'https://console.example';

/** What a browser is told with every answer, whatever it is. */
const STRICT = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

describe('every answer', () => {
  test.each([
    ['to what is asked', '/v1/contacts', 200],
    ['that describes the API', '/openapi.json', 200],
    ['that shows it to people', '/docs', 200],
    ['about its health', '/healthz', 200],
    ['to a value that is wrong', '/v1/contacts?limit=x', 400],
    ['to a path that is not there', '/nothing/here', 404],
    ['to a path that cannot be read', '/v1/%ff', 400],
    ['to a broken unsubscribe link', '/u/broken', 400],
    ['to a webhook', '/v1/webhooks/sendgrid/events', 404],
  ])('%s is strict', async (_name, path, status) => {
    const answer = await fetch(`${world.baseUrl}${path}`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect(answer.status).toBe(status);
    for (const [name, value] of Object.entries(STRICT)) {
      expect(answer.headers.get(name), name).toBe(value);
    }
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('without a key is strict as well', async () => {
    const answer = await fetch(`${world.baseUrl}/v1/contacts`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
  });

  test.each([
    ['no request', 'hello\r\n\r\n', 'HTTP/1.1 400 '],
    [
      'too many headers',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'HTTP/1.1 431 ',
    ],
  ])('to %s says so, and nothing more', async (_name, bytes, begins) => {
    const { hostname, port } = new URL(world.baseUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(bytes);
    const answer = await text(socket);
    expect(answer.startsWith(begins)).toBe(true);
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(answer).toContain('Content-Type: application/problem+json');
    const problem = JSON.parse(answer.slice(answer.indexOf('{'))) as Record<string, unknown>;
    expect(problem).toEqual({
      type: expect.stringMatching(/^urn:problem-type:cadenza:/) as string,
      title: expect.any(String) as string,
      status: Number(begins.slice(9)),
      detail: expect.any(String) as string,
      instance: expect.stringMatching(/^urn:uuid:/) as string,
      problems: [],
    });
  });
});

describe('a body that is too large', () => {
  test('is refused, and not read to its end', async () => {
    const answer = await fetch(`${world.baseUrl}/v1/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
      body: 'x'.repeat(MIB + 1),
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('pages of other origins', () => {
  const asked = (baseUrl: string, origin: string, init: RequestInit = {}) =>
    fetch(`${baseUrl}/v1/contacts`, {
      ...init,
      headers: { origin, authorization: `Bearer ${tenant.key}`, ...init.headers },
    });
  const preflight = (baseUrl: string, origin: string) =>
    fetch(`${baseUrl}/v1/contacts`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('read nothing by default, and are asked nothing before', async () => {
    const answer = await asked(world.baseUrl, ORIGIN);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const before = await preflight(world.baseUrl, ORIGIN);
    expect(before.status).toBe(404);
    expect(before.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('read what they may where their origin is on the list, and no other', async () => {
    const settings = { ...world.deps.settings, corsOrigins: [ORIGIN, 'https://other.example'] };
    const baseUrl = await variant(world, { settings });
    const allowed = await asked(baseUrl, ORIGIN);
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect(allowed.headers.get('access-control-expose-headers')).toContain('RateLimit');
    expect(allowed.headers.get('vary')).toContain('Origin');

    const before = await preflight(baseUrl, ORIGIN);
    expect(before.status).toBe(204);
    expect(before.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    for (const header of ['Idempotency-Key', 'If-Match', 'If-None-Match']) {
      expect(before.headers.get('access-control-allow-headers')).toContain(header);
    }

    for (const origin of [
      'https://console.example.evil.example',
      'http://console.example',
      'null',
    ]) {
      const refused = await asked(baseUrl, origin);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      expect(
        (await preflight(baseUrl, origin)).headers.get('access-control-allow-origin'),
      ).toBeNull();
    }
  });
});

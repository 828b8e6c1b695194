import { createDatabase, createPool } from '@cadenza/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../src/routes/index.ts';
import { problemDocument } from './support/client.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, unknown>;
}

describe('/openapi.json', () => {
  test('lists every route, and nothing that is not there', async () => {
    const answer = await fetch(`${world.baseUrl}/openapi.json`);
    const document = (await answer.json()) as Document;
    expect(document.openapi).toBe('3.1.0');
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = apiRoutes(world.deps).map(
      ({ method, path }) => `${method} /v1${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    const webhooks = [
      'sendgrid/events',
      'sendgrid/events/{tenantId}',
      'sendgrid/inbound',
      'sendgrid/inbound/{tenantId}',
      'sms/events',
    ].map((path) => `POST /v1/webhooks/${path}`);
    const pages = ['GET /u/{token}', 'POST /u/{token}'];
    const signIn = ['GET ', 'GET /callback', 'GET /method', 'POST /local'].map((one) =>
      one.replace(' ', ' /v1/sign-in'),
    );
    expect(listed.sort()).toEqual([...served, ...webhooks, ...pages, ...signIn].sort());
    // Each listed path is served: a caller without a key gets as far as being asked for one.
    const open = / \/(?:v1\/webhooks\/|v1\/sign-in\b|u\/)/;
    for (const path of listed.filter((one) => !open.test(one))) {
      const [method = '', pattern = ''] = path.split(' ');
      const called = await fetch(`${world.baseUrl}${pattern.replace(/\{\w+\}/g, '1')}`, { method });
      expect(called.status, path).toBe(401);
    }
  });

  test('is consistent in itself', async () => {
    const answer = await fetch(`${world.baseUrl}/openapi.json`);
    const text = await answer.text();
    const document = JSON.parse(text) as Document;
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath.sort());
      expect(Object.keys(operation.responses).length, path).toBeGreaterThan(1);
    }
    const { schemas } = document.components;
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(schemas)).toContain(name);
    }
    expect(text).not.toContain('$defs');
    expect(schemas['Contact']).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { id: { type: 'string' }, createdAt: { format: 'date-time' } },
    });
  });
});

describe('health', () => {
  test('is told without a key', async () => {
    const healthy = await fetch(`${world.baseUrl}/healthz`);
    expect(healthy.status).toBe(200);
    const ready = await fetch(`${world.baseUrl}/readyz`);
    expect(await ready.json()).toEqual({ status: 'ok', checks: { postgres: 'ok' } });
  });
});

describe('every answer', () => {
  test('has an id, and headers that browsers are to be careful by', async () => {
    const { headers, body } = await tenant.api.get('/v1/contacts?limit=x');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body['instance']).toBe(`urn:uuid:${headers.get('x-request-id')}`);
    expect(headers.get('strict-transport-security')).toBeNull();
    const secure = await variant(world, {
      settings: { ...world.deps.settings, publicUrl: 'https://outreach.example' },
    });
    const answer = await fetch(`${secure}/healthz`);
    expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  });

  test('to an unexpected error shows nothing of it, and is logged', async () => {
    const store = {
      ...world.deps.store,
      transaction: () => Promise.reject(new Error('boom at jo@secret.example')),
    };
    const baseUrl = await variant(world, { store });
    const answer = await fetch(`${baseUrl}/v1/suppressions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ addresses: ['a@b.example'] }),
    });
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(problemDocument.parse(JSON.parse(text)).type).toMatch(/internal$/);
    expect(text).not.toMatch(/boom|secret|\.ts/);
    const line = world.logged.find((one) => one.includes('boom'));
    expect(line).toContain(answer.headers.get('x-request-id'));
    expect(line).not.toContain('secret.example');
  });

  test('without the database says to come back', async () => {
    const db = createDatabase(createPool({ url: 'postgres://x:y@127.0.0.1:1/none' }));
    const baseUrl = await variant(world, { db });
    const answer = await fetch(`${baseUrl}/v1/contacts`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    await db.destroy();
  });

  test('to an address that cannot be read is a problem too', async () => {
    const answer = await fetch(`${world.baseUrl}/v1/contacts/%ff`);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    problemDocument.parse(await answer.json());
    expect(answer.status).toBe(400);
  });

  test('is counted by route, never by path', async () => {
    await tenant.api.get('/v1/contacts?limit=1');
    const { values } = await world.deps.metrics.httpSeconds.get();
    const routes = new Set(values.map(({ labels }) => labels.route));
    expect(routes).toContain('/v1/contacts');
    expect([...routes].every((route) => !String(route).includes('?'))).toBe(true);
  });
});

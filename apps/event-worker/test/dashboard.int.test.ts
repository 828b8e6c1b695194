import { createLogin, dropLogins, migrateUp } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { createQueues, migrateQueueSchema, type QueueBackend } from '@cadenza/queue';
import { createTestDatabase, freePort, type TestDatabase } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { startDashboard, type Dashboard } from '../src/dashboard/dashboard.ts';
import { startEventWorkerApp } from '../src/start.ts';

const PASSWORD = 'a-password-of-tests';
const log = { warn: () => undefined, error: () => undefined };
const redisUrl = inject('redisUrl');
let database: TestDatabase;
let workerUrl: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresAdminUrl'));
  await migrateUp(database.url);
  await migrateQueueSchema(database.url, { roles: ['cadenza_worker'] });
  workerUrl = await createLogin(database.url, { role: 'cadenza_worker' });
});
afterAll(async () => {
  await database.drop();
  await dropLogins(inject('postgresAdminUrl'), [decodeURIComponent(new URL(workerUrl).username)]);
});

function basic(user: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

const stores: [name: string, available: boolean, backend: () => QueueBackend][] = [
  ['PostgreSQL', true, () => ({ kind: 'postgres', connectionString: workerUrl })],
  ['Redis', redisUrl !== null, () => ({ kind: 'redis', url: redisUrl ?? '', prefix: newId() })],
];

describe.each(stores)('queues in %s', (_name, available, backendOf) => {
  beforeEach(({ skip }) => {
    if (!available) skip('no Redis');
  });

  let dashboard: Dashboard | undefined;
  let backend: QueueBackend;
  const deliveryId = newId();

  beforeAll(async () => {
    if (!available) return;
    backend = backendOf();
    const queues = createQueues({ backend, log });
    await queues.publish('webhook-process', [{ jobId: `${deliveryId}-1`, data: { deliveryId } }]);
    await queues.close();
    dashboard = await startDashboard({
      host: '127.0.0.1',
      port: 0,
      password: PASSWORD,
      backend,
      log,
    });
  });
  afterAll(() => dashboard?.close());

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${dashboard?.port}${path}`, { redirect: 'manual', ...init });

  test.each([
    ['nothing', {}],
    ['another password', basic('admin', 'another-password-x')],
    ['another user', basic('root', PASSWORD)],
    ['a key', { authorization: 'Bearer cdz_x' }],
  ])('are shown to nobody with %s', async (_what, headers) => {
    for (const path of ['/', '/queues', '/queues/api/queues', '/queues/static/x.js', '/nowhere']) {
      const answer = await ask(path, { headers: headers as Record<string, string> });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(await answer.text()).not.toContain(deliveryId);
    }
  });

  test('are shown with the password: ids, and nothing else', async () => {
    const headers = basic('admin', PASSWORD);
    const page = await ask('/queues/', { headers });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const answer = await ask('/queues/api/queues?activeQueue=webhook-process&status=latest', {
      headers,
    });
    const body = (await answer.json()) as {
      queues: { name: string; readOnlyMode: boolean; jobs: { data: unknown }[] }[];
    };
    expect(body.queues.map(({ name }) => name).sort()).toEqual([
      'inbound-process',
      'outreach-send',
      'outreach-timeout',
      'webhook-process',
    ]);
    expect(body.queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    const shown = body.queues.find(({ name }) => name === 'webhook-process');
    expect(shown?.jobs.map(({ data }) => data)).toEqual([{ deliveryId }]);
  });

  test('are changed by nobody', async () => {
    const headers = basic('admin', PASSWORD);
    for (const [method, path] of [
      ['PUT', `/queues/api/queues/webhook-process/${deliveryId}-1/clean`],
      ['PUT', '/queues/api/queues/webhook-process/pause'],
      ['PUT', '/queues/api/queues/pause'],
      ['POST', '/queues/api/queues/webhook-process/add'],
    ] as const) {
      expect((await ask(path, { method, headers })).status).toBe(405);
    }
    const queues = createQueues({ backend, log });
    expect((await queues.depths())['webhook-process']).toMatchObject({ waiting: 1 });
    await queues.close();
  });
});

describe('an event-worker', () => {
  async function started(env: Record<string, string>) {
    const healthPort = await freePort();
    const app = await startEventWorkerApp({
      DATABASE_URL: workerUrl,
      ERASURE_SECRET: 's'.repeat(44),
      HEALTH_PORT: String(healthPort),
      HOST: '127.0.0.1',
      DNS_LOOKUPS: 'off',
      LOG_LEVEL: 'warn',
      ...env,
    });
    return { healthPort, [Symbol.asyncDispose]: async () => void (await app.close()) };
  }
  const statusOf = (port: number, path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ status }) => status,
      () => 'nobody listens',
    );

  test('shows them on a port of its own, and on no other', async () => {
    const port = await freePort();
    await using app = await started({
      BULLMQ_ADMIN_PASSWORD: PASSWORD,
      BULLMQ_ADMIN_PORT: String(port),
    });
    expect(await statusOf(port, '/queues')).toBe(401);
    expect(await statusOf(app.healthPort, '/queues')).toBe(404);
    expect(await statusOf(app.healthPort, '/queues/api/queues')).toBe(404);
  });

  test('shows nothing without a password', async () => {
    const port = await freePort();
    await using app = await started({ BULLMQ_ADMIN_PORT: String(port) });
    expect(await statusOf(app.healthPort, '/healthz')).toBe(200);
    expect(await statusOf(port, '/queues')).toBe('nobody listens');
  });
});

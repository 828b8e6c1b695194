import { afterEach, describe, expect, it } from 'vitest';
import {
  createMetrics,
  startOpsServer,
  type Checks,
  type OpsOptions,
  type OpsServer,
} from '../src/index.ts';

describe('startOpsServer', () => {
  const servers: OpsServer[] = [];
  const warnings: [Readonly<Record<string, unknown>>, string][] = [];
  const start = async (
    ready: Checks,
    health: Checks = {},
    notes: NonNullable<OpsOptions['notes']> = {},
  ) => {
    const server = await startOpsServer({
      ...{ host: '127.0.0.1', port: 0, ready, health, notes, checkTimeoutMs: 100 },
      metrics: createMetrics({ app: 'test' }),
      log: { warn: (fields, message) => void warnings.push([fields, message]) },
    });
    servers.push(server);
    return (path: string, method = 'GET') =>
      fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  };

  afterEach(async () => {
    warnings.length = 0;
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('says that it is healthy and ready', async () => {
    const get = await start({ postgres: () => Promise.resolve() });
    const health = await get('/healthz');
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', checks: {} }]);
    const ready = await get('/readyz?verbose');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', checks: { postgres: 'ok' } },
    ]);
    expect(ready.headers.get('cache-control')).toBe('no-store');
  });

  it('names the part that fails or does not answer, and keeps its error for the log', async () => {
    const get = await start({
      postgres: () => Promise.reject(new Error('password authentication failed')),
      redis: () => new Promise(() => undefined),
      queue: () => Promise.resolve(),
    });
    const ready = await get('/readyz');
    const body = await ready.text();
    expect(ready.status).toBe(503);
    expect(JSON.parse(body)).toEqual({
      status: 'failing',
      checks: { postgres: 'failing', redis: 'failing', queue: 'ok' },
    });
    expect(body).not.toContain('password');
    expect(warnings.map(([fields]) => [fields.component, String(fields.err)])).toEqual([
      ['postgres', 'Error: password authentication failed'],
      ['redis', 'Error: no answer within 100 ms'],
    ]);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('tells what a part notes, and is ready all the same', async () => {
    const get = await start({}, {}, { dispatch: () => 'late', queue: () => null });
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', checks: {}, notes: { dispatch: 'late' } },
    ]);
    expect(await (await get('/healthz')).json()).not.toHaveProperty('notes');
  });

  it('serves metrics, and nothing else', async () => {
    const get = await start({});
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toContain('process_cpu_user_seconds_total{app="test"}');
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
    const head = await get('/healthz', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('says so when its port is taken', async () => {
    await start({});
    const options = {
      ...{ host: '127.0.0.1', port: servers[0]?.port ?? 0, ready: {} },
      metrics: createMetrics({ app: 'test' }),
      log: { warn: () => undefined },
    };
    await expect(startOpsServer(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

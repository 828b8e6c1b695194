import {
  createDatabase,
  createLogin,
  createPool,
  dropLogins,
  migrateUp,
  setClock,
} from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { rebuildLimiter } from '@cadenza/engine';
import { createTestDatabase } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openLimiter, openRuntime } from '../src/index.ts';

const DAY_MS = 86_400_000;
const adminUrl = inject('postgresAdminUrl');
const log = { warn: () => undefined, error: () => undefined, info: () => undefined };

/** An installation with a database of its own, whose apps find the clock that was set last. */
async function createInstallation() {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');
  const database = await createTestDatabase(adminUrl);
  await migrateUp(database.url);
  const databaseUrl = await createLogin(database.url, { role: 'cadenza_worker' });
  const owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  onTestFinished(async () => {
    await owner.destroy();
    await database.drop();
    await dropLogins(adminUrl, [new URL(databaseUrl).username]);
  });
  return {
    setClock: (campaignNow: number, rate: number) => setClock(owner, { campaignNow, rate }),
    async start() {
      const options = {
        databaseUrl,
        databasePoolSize: 2,
        redisUrl,
        queueSchema: 'unused',
        role: 'cadenza_worker',
        secrets: null,
        appName: 'test',
        log,
      } as const;
      const runtime = await openRuntime(options);
      const limiter = openLimiter(options, runtime);
      onTestFinished(async () => {
        await limiter.close();
        await runtime.close();
      });
      return {
        queues: runtime.queues,
        rebuild: () => rebuildLimiter({ ...runtime, limiter }),
        /** Asks for a slot at a moment after now, in campaign milliseconds. */
        async ask(laterMs = 0) {
          const at = runtime.clock.now() + laterMs;
          const scopes = [{ key: 'k', limit: 1, windowMs: 1_000 }];
          const [decision] = await limiter.reserve(
            [{ id: newId(), scopes, notBefore: at, notAfter: at + 500 }],
            at,
          );
          return decision;
        },
      };
    },
  };
}

/** Leaves in a limiter that everything up to a time far ahead is over. */
async function runAhead(app: { ask(laterMs?: number): Promise<unknown> }): Promise<void> {
  expect(await app.ask(0)).toMatchObject({ granted: true });
  expect(await app.ask(10 * DAY_MS)).toMatchObject({ granted: true });
}

test('installations on one Redis know nothing of each other’s limits and jobs', async () => {
  const fast = await createInstallation();
  await fast.setClock(Date.now() + 400 * DAY_MS, 3_600);
  const demo = await fast.start();
  await demo.rebuild();
  await runAhead(demo);
  const deliveryId = newId();
  await demo.queues.publish('webhook-process', [{ jobId: deliveryId, data: { deliveryId } }]);

  const real = await (await createInstallation()).start();
  expect(await real.ask()).toMatchObject({ granted: false, scope: 'limiter' });
  expect(await real.rebuild()).toBe(true);
  expect(await real.ask()).toMatchObject({ granted: true });
  expect((await real.queues.depths())['webhook-process'].waiting).toBe(0);
  expect((await demo.queues.depths())['webhook-process'].waiting).toBe(1);
});

test('a clock that was set begins with a limiter that is closed until it is rebuilt', async () => {
  const installation = await createInstallation();
  await installation.setClock(Date.now() + 400 * DAY_MS, 3_600);
  const before = await installation.start();
  await before.rebuild();
  await runAhead(before);

  await installation.setClock(Date.now(), 1);
  const after = await installation.start();
  expect(await after.ask()).toMatchObject({ granted: false, scope: 'limiter' });
  expect(await after.rebuild()).toBe(true);
  expect(await after.ask()).toMatchObject({ granted: true });
});

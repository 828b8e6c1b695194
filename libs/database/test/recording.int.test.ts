import type { EngineStore } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  ACCEPT,
  enrolled,
  liveActions,
  messagesOf,
  provider,
  sendOptions,
} from './support/scenario.ts';
import { createPool } from '../src/index.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** Nobody can log in as a worker any more, and whoever was there has been thrown out. */
async function takeDatabaseAway(): Promise<void> {
  // A role may throw out sessions of its own without being a superuser.
  const pool = createPool({ url: world.workerUrl, poolSize: 1 });
  const last = await pool.connect();
  await world.rows(`ALTER ROLE "${new URL(world.workerUrl).username}" NOLOGIN`);
  await last.query(
    `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
     WHERE usename = current_user AND pid <> pg_backend_pid()`,
  );
  last.release();
  await pool.end();
}

function bringDatabaseBack(): Promise<unknown> {
  return world.rows(`ALTER ROLE "${new URL(world.workerUrl).username}" LOGIN`);
}

/** Tells of transactions that fail. */
function observed(store: EngineStore, onFailure: () => Promise<unknown>): EngineStore {
  return {
    ...store,
    async transaction(tenantIds, work) {
      try {
        return await store.transaction(tenantIds, work);
      } catch (error) {
        await onFailure();
        throw error;
      }
    },
  };
}

describe('an answer that comes while the database is away', () => {
  test('is recorded once it is back, and its message is not sent again', async () => {
    const mail = await enrolled(world);
    const { mails, port } = provider(async () => {
      await takeDatabaseAway();
      return ACCEPT;
    });
    let failures = 0;
    const store = observed(world.store, async () => {
      failures += 1;
      await bringDatabaseBack();
    });

    const jobs = await world.dispatch();
    expect(
      await processSends(jobs, sendOptions(world, port, { store, recordForMs: 60_000 })),
    ).toEqual({ handedOff: 1, notBegun: 0 });

    expect(failures).toBeGreaterThan(0);
    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('is given up after its time, and leaves the message to the sweep', async () => {
    const mail = await enrolled(world);
    const { mails, port } = provider(async () => {
      await takeDatabaseAway();
      return ACCEPT;
    });
    const jobs = await world.dispatch();

    await expect(
      processSends(jobs, sendOptions(world, port, { recordForMs: 300 })),
    ).rejects.toThrow(/not permitted to log in|terminating connection/);
    await bringDatabaseBack();

    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'dispatching' });
  });
});

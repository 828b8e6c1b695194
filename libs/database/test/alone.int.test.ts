import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase, createEngineStore, createPool } from '../src/index.ts';
import { door } from './support/interleave.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

const done = { done: true };
const work = () => Promise.resolve(done);

test('what runs alone keeps others off until it ends, and nobody from other work', async () => {
  const running = door();
  const first = world.store.alone('this', async () => {
    await running.pass();
    throw new Error('in vain');
  });
  await running.reached;
  expect(await world.store.alone('this', work)).toBeNull();
  expect(await world.store.alone('that', work)).toBe(done);
  running.open();
  await expect(first).rejects.toThrow('in vain');
  expect(await world.store.alone('this', work)).toBe(done);
});

test('it may take longer than the server lets a transaction idle', async () => {
  const url = new URL(world.workerUrl);
  url.searchParams.set('options', '-c idle_in_transaction_session_timeout=300');
  const db = createDatabase(createPool({ url: url.href, poolSize: 1 }));
  try {
    const outlast = async () => {
      const idle = new pg.Client({ connectionString: url.href });
      idle.on('error', () => undefined);
      const ended = Promise.withResolvers<void>();
      idle.on('end', ended.resolve);
      await idle.connect();
      await idle.query('BEGIN');
      await ended.promise;
      return done;
    };
    expect(await createEngineStore(db).alone('this', outlast)).toBe(done);
  } finally {
    await db.destroy();
  }
});

import { withClient } from '@cadenza/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deliver, providerEvent, sent } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

const DAY = 86_400_000;

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** The partition of the month that was so many months ago. */
function nameOf(monthsAgo: number): string {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 1));
  return `message_events_${month.toISOString().slice(0, 7).replace('-', '')}`;
}

/** In the middle of the month that was so many months ago. */
function middleOf(monthsAgo: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15);
}

async function attached(): Promise<string[]> {
  const found = await world.rows<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits
     WHERE inhparent = 'message_events'::regclass ORDER BY 1`,
  );
  return found.map(({ name }) => name);
}

async function makePartitions(months: number): Promise<void> {
  await world.rows(
    "SELECT ensure_event_partitions((now() AT TIME ZONE 'UTC' - ? * interval '1 month')::date, ?)",
    months,
    months,
  );
}

async function reasonsOf(): Promise<string[]> {
  const found = await world.rows<{ reason: string }>('SELECT reason FROM quarantined_events');
  return found.map(({ reason }) => reason);
}

/** What is left of all those that a step answers with, until it has none. */
async function all(step: () => Promise<string | null>): Promise<string[]> {
  const names: string[] = [];
  for (let name = await step(); name !== null; name = await step()) names.push(name);
  return names;
}

test('months of events are detached, the oldest first, and dropped, as the policy says', async () => {
  await makePartitions(6);
  const mail = await sent(world);
  const old = providerEvent(world, mail, 'deferred', { at: middleOf(5) });
  expect(await deliver(world, [old])).toMatchObject({ recorded: 1 });
  const before = await attached();

  const detached = await all(() => world.store.detachEventPartition(3));

  expect(detached).toEqual([nameOf(6), nameOf(5), nameOf(4)]);
  expect(await attached()).toEqual(before.filter((name) => !detached.includes(name)));
  expect(await world.rows(`SELECT type FROM ${nameOf(5)}`)).toEqual([{ type: 'deferred' }]);
  await world.store.ensureEventPartitions(world.clock.now());
  expect(await attached()).toEqual(before.filter((name) => !detached.includes(name)));

  expect(await all(() => world.store.dropEventPartition(5))).toEqual([nameOf(6)]);
  const kept = 'SELECT relname FROM pg_class WHERE relname = ANY (?::text[]) ORDER BY 1';
  expect(await world.rows(kept, detached)).toEqual([
    { relname: nameOf(5) },
    { relname: nameOf(4) },
  ]);
});

test('an event older than the oldest partition is put aside, and counted no second time', async () => {
  const mail = await sent(world);
  const rolledUp = () => world.rows('SELECT * FROM event_rollups ORDER BY 1, 2, 3, 5, 6, 7');
  const before = await rolledUp();

  const result = await deliver(world, [
    providerEvent(world, mail, 'deferred', { at: middleOf(5) }),
    providerEvent(world, mail, 'processed', { at: middleOf(2) }),
  ]);

  expect(result).toMatchObject({ recorded: 1, quarantined: 1 });
  expect(await reasonsOf()).toEqual(['event is older than the events that are kept']);
  expect(await world.rows('SELECT FROM message_events_default')).toEqual([]);
  expect(await rolledUp()).toHaveLength(before.length + 1);
});

test('an event of a time far ahead is put aside', async () => {
  await world.rows('DELETE FROM quarantined_events');
  const mail = await sent(world);
  const now = world.clock.now();

  const result = await deliver(world, [
    providerEvent(world, mail, 'deferred', { at: now + 32 * DAY }),
    providerEvent(world, mail, 'deferred', { at: now + DAY }),
  ]);

  expect(result).toMatchObject({ recorded: 1, quarantined: 1 });
  expect(await reasonsOf()).toEqual(['event is of a time to come']);
});

test('neither the last month nor this one is ever detached or dropped', async () => {
  for (const months of [0, -1]) {
    await expect(world.store.detachEventPartition(months)).rejects.toThrow('kept online');
    await expect(world.store.dropEventPartition(months)).rejects.toThrow('is kept');
  }
  await all(() => world.store.detachEventPartition(1));
  await all(() => world.store.dropEventPartition(1));
  expect(await attached()).toEqual(expect.arrayContaining([nameOf(1), nameOf(0), nameOf(-1)]));
});

test('whoever reads events keeps a partition from being detached for now', async () => {
  await makePartitions(3);
  await withClient(world.database.url, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT count(*) FROM message_events');

    await expect(world.store.detachEventPartition(2)).rejects.toMatchObject({ code: '55P03' });

    await client.query('ROLLBACK');
  });
  expect(await world.store.detachEventPartition(2)).toBe(nameOf(3));
});

import { newId, QUEUE_NAMES, type QueueName } from '@cadenza/domain';
import {
  dispatchTimeouts,
  fireTimeouts,
  processDelivery,
  type ClaimedAction,
} from '@cadenza/engine';
import { tableHashes, tenantTables, withClient, type Query } from '@cadenza/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  replyAddressOf,
} from './support/inbound.ts';
import { ACCEPT, enrolled, provider, sendOptions, sent, stored } from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

/** All that each of these tenants has, hashed. */
function hashes(tenantIds: readonly string[]): Promise<unknown> {
  return withClient(world.database.url, async (client) => {
    const query: Query = async <T>(statement: string, values: readonly unknown[] = []) => {
      const { rows } = await client.query(statement, [...values]);
      return rows as T[];
    };
    const tables = await tenantTables(query);
    const all: unknown[] = [];
    for (const id of tenantIds) all.push(await tableHashes(query, tables, id));
    return all;
  });
}

/** The same actions, each said to be of the other tenant. */
function swapped(actions: readonly ClaimedAction[]): ClaimedAction[] {
  const owners = [...new Set(actions.map(({ tenantId }) => tenantId))];
  return actions.map((action) => ({
    ...action,
    tenantId: owners.find((id) => id !== action.tenantId) ?? newId(),
  }));
}

function parsedAsNothing() {
  const { store, plans, clock, graceMs } = world;
  const parse = () => ({ ok: true as const, events: [], rejected: [] });
  return { store, plans, clock, graceMs, parse };
}

/**
 * Of each queue: a job of two tenants that is theirs, and the same with the tenants changed about.
 * Works one or the other.
 */
const JOBS = {
  async 'outreach-send'() {
    const both = [await enrolled(world), await enrolled(world)];
    const actions = await world.dispatch();
    const { port } = provider(() => ACCEPT);
    return {
      tenantIds: both.map(({ tenant }) => tenant.tenantId),
      work: (isSwapped) =>
        processSends(isSwapped ? swapped(actions) : actions, sendOptions(world, port)),
    };
  },
  async 'outreach-timeout'() {
    const both = [await sent(world), await sent(world)];
    const before = world.published.length;
    await world.rows(
      `UPDATE scheduled_actions SET run_at = campaign_now() - interval '1 second'
       WHERE type = 'timeout' AND status = 'pending'`,
    );
    await dispatchTimeouts({ ...world, limit: 1_000, maxOutstanding: 5_000, leaseMs: 30_000 });
    const actions = world.published
      .slice(before)
      .flatMap(({ job }) => ('actions' in job.data ? job.data.actions : []));
    return {
      tenantIds: both.map(({ tenant }) => tenant.tenantId),
      work: (isSwapped) =>
        fireTimeouts(isSwapped ? swapped(actions) : actions, { ...world, jobId: newId() }),
    };
  },
  async 'webhook-process'() {
    const [one, other] = [await sent(world), await sent(world)];
    const delivery = await stored(world, undefined, one.tenant.tenantId);
    const tenantIds = [one, other].map(({ tenant }) => tenant.tenantId);
    return {
      tenantIds,
      work: (isSwapped) =>
        processDelivery(
          isSwapped ? { ...delivery, tenantId: other.tenant.tenantId } : delivery,
          parsedAsNothing(),
        ),
    };
  },
  async 'inbound-process'() {
    const [one, other] = [await sent(world), await sent(world)];
    const to = replyAddressOf(one);
    const form = rawForm(mime({ to, from: one.address }), { from: one.address, to: [to] });
    const delivery = await keepMail(world, blobs, { form, addressee: one.tenant.tenantId });
    const tenantIds = [one, other].map(({ tenant }) => tenant.tenantId);
    return {
      tenantIds,
      work: (isSwapped) =>
        processMail(
          world,
          blobs,
          isSwapped ? { ...delivery, tenantId: other.tenant.tenantId } : delivery,
        ),
    };
  },
} satisfies Record<
  QueueName,
  () => Promise<{
    readonly tenantIds: readonly string[];
    readonly work: (isSwapped: boolean) => Promise<unknown>;
  }>
>;

test.each(QUEUE_NAMES)('a job of %s that names another tenant’s changes neither', async (queue) => {
  const { tenantIds, work } = await JOBS[queue]();
  const before = await hashes(tenantIds);
  // Refused or passed over: a queue that repeats it makes no difference.
  for (let times = 0; times < 2; times += 1) await work(true).catch(() => undefined);
  expect(await hashes(tenantIds)).toEqual(before);
  // The very same, with the tenants in their places, is worked.
  await work(false);
  expect(await hashes(tenantIds)).not.toEqual(before);
});

import type { Clock, RateLimiter } from '@cadenza/domain';
import {
  countNewLimits,
  dispatchSends,
  rebuildLimiter,
  type ClaimedAction,
  type DispatchOptions,
  type EngineStore,
} from '@cadenza/engine';
import { createMemoryLimiter } from '@cadenza/rate-limiter';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { clear, crowd } from './support/crowd.ts';
import { handedOff } from './support/handed-off.ts';
import { door, withMethods } from './support/interleave.ts';
import {
  ACCEPT,
  enrolled,
  liveActions,
  messagesOf,
  provider,
  sendOptions,
} from './support/scenario.ts';
import { setLimit, setPlatformLimit, setRamp } from './support/settings.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

const DAY = 86_400;
let world: World;
/** One that remembers nothing of what was handed off before. */
let limiter: RateLimiter;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

beforeEach(async () => {
  await clear(world);
  await world.rows('DELETE FROM provider_holds');
  await world.rows('DELETE FROM send_rate_limits');
  await world.rows('DELETE FROM warmup_ramps');
  await countNewLimits(world);
  limiter = createMemoryLimiter({ minSlotMs: 30_000 });
});

/** One round, which finds no lane that rests. */
function round(over: Partial<DispatchOptions> = {}) {
  return dispatchSends(world.dispatchOptions({ limiter, leadMs: 0, ...over }));
}

function count(over: { readonly store?: EngineStore; readonly limiter?: RateLimiter } = {}) {
  return countNewLimits({ ...world, limiter, ...over });
}

/** A store that keeps which hand-offs were asked for, and whose were found. */
function listening() {
  const read: { readonly tenantIds: readonly string[] | null; readonly found: string[] }[] = [];
  const store: EngineStore = {
    ...world.store,
    async handOffsSince(since, tenantIds, options) {
      const past = await world.store.handOffsSince(since, tenantIds, options);
      read.push({ tenantIds, found: past.map(({ tenantId }) => tenantId) });
      return past;
    },
  };
  return { read, store };
}

async function uncounted(): Promise<number> {
  return (await world.store.uncountedLimits()).length;
}

const CAP = { scope: 'tenant', windowSeconds: DAY } as const;

describe('a limit that is new', () => {
  test('grants nothing before hand-offs and slots of before are counted, and the rest then', async () => {
    const tenant = await world.createTenant();
    await handedOff(world, tenant, 3);
    await crowd(world, tenant, 2);
    expect(await round()).toMatchObject({ dispatched: 2 });
    await crowd(world, tenant, 6);
    await setLimit(world, tenant, { ...CAP, maxMessages: 8 });

    expect(await round()).toEqual({ dispatched: 0, plannedAgain: 6, refusedBy: { limiter: 6 } });
    expect(await round()).toEqual({ dispatched: 0, plannedAgain: 0, refusedBy: {} });
    expect(await count()).toBe(1);

    expect(await round()).toEqual({ dispatched: 3, plannedAgain: 3, refusedBy: { tenant: 3 } });
    expect(await count()).toBe(0);
  });

  test('lets its lanes rest for a second only', async () => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 1);
    await setLimit(world, tenant, { ...CAP, maxMessages: 8 });
    await round();
    const [lane] = await world.rows<{ next: number }>(
      'SELECT epoch_ms(next_at) AS next FROM dispatch_lanes WHERE campaign_id = ?',
      tenant.campaignId,
    );
    expect(lane?.next).toBeLessThanOrEqual(world.clock.now() + 1_000);
  });

  test('leaves those alone whom it does not concern', async () => {
    const [capped, other] = [await world.createTenant(), await world.createTenant()];
    await handedOff(world, other, 1);
    for (const tenant of [capped, other]) await crowd(world, tenant, 2);
    await setLimit(world, capped, { ...CAP, maxMessages: 1 });

    expect(await round()).toEqual({ dispatched: 2, plannedAgain: 2, refusedBy: { limiter: 2 } });

    const { read, store } = listening();
    expect(await count({ store })).toBe(1);
    expect(read[0]?.tenantIds).toEqual([capped.tenantId]);
    expect(read.flatMap(({ found }) => found)).not.toContain(other.tenantId);
    expect(await round()).toMatchObject({ dispatched: 1 });
  });

  test('reads nobody’s hand-offs further back than the owner’s own new windows reach', async () => {
    const [short, long] = [await world.createTenant(), await world.createTenant()];
    for (const tenant of [short, long]) await handedOff(world, tenant, 2);
    await setLimit(world, short, { ...CAP, maxMessages: 9 });
    await count();
    for (const tenant of [short, long]) {
      await setLimit(world, tenant, { ...CAP, windowSeconds: 60, maxMessages: 9 });
    }
    await setLimit(world, long, { ...CAP, maxMessages: 3 });
    await setPlatformLimit(world, {
      scope: 'sender',
      reference: null,
      windowSeconds: 90,
      maxMessages: 9,
    });
    await crowd(world, long, 2);

    const { read, store } = listening();
    expect(await count({ store })).toBe(4);

    const found = read.flatMap((reading) => reading.found);
    expect(found).not.toContain(short.tenantId);
    expect(found.filter((tenantId) => tenantId === long.tenantId)).toHaveLength(2);
    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { tenant: 1 } });
  });

  test('of the platform counts what every tenant handed off', async () => {
    const [one, two] = [await world.createTenant(), await world.createTenant()];
    await handedOff(world, one, 1);
    await handedOff(world, two, 3);
    for (const tenant of [one, two]) await crowd(world, tenant, 6);
    await setPlatformLimit(world, {
      scope: 'sender',
      reference: null,
      windowSeconds: DAY,
      maxMessages: 4,
    });

    expect(await round()).toMatchObject({ dispatched: 0, refusedBy: { limiter: 12 } });
    expect(await count()).toBe(1);

    expect(await round()).toEqual({ dispatched: 4, plannedAgain: 8, refusedBy: { sender: 8 } });
  });

  test('of an IP pool counts slots that the limiter knows, but not under the pool', async () => {
    const tenant = await world.createTenant();
    await world.rows(
      `UPDATE email_sender_identities SET ip_pool = 'cold' WHERE id = ?`,
      tenant.senderId,
    );
    await crowd(world, tenant, 2);
    const before = world.published.length;
    expect(await round()).toMatchObject({ dispatched: 2 });
    const jobs = world.published.slice(before).flatMap(({ job }) => {
      return 'actions' in job.data ? job.data.actions : [];
    });
    await processSends(jobs, sendOptions(world, provider(() => ACCEPT).port, { limiter }));
    await crowd(world, tenant, 6);
    await setPlatformLimit(world, {
      scope: 'ip_pool',
      reference: 'cold',
      windowSeconds: 3_600,
      maxMessages: 5,
    });

    expect(await round()).toMatchObject({ dispatched: 0, refusedBy: { limiter: 6 } });
    await count();

    expect(await round()).toMatchObject({ dispatched: 3, refusedBy: { ip_pool: 3 } });
  });

  test('is not closed again when its number changes, and another row in its place is', async () => {
    const tenant = await world.createTenant();
    await handedOff(world, tenant, 2);
    await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
    await count();
    await crowd(world, tenant, 8);
    expect(await round()).toMatchObject({ dispatched: 1 });

    await setLimit(world, tenant, { ...CAP, maxMessages: 5 });
    expect(await uncounted()).toBe(0);
    expect(await round()).toMatchObject({ dispatched: 2, refusedBy: { tenant: 5 } });

    await world.rows('DELETE FROM send_rate_limits');
    await setLimit(world, tenant, { ...CAP, maxMessages: 6 });
    expect(await round()).toMatchObject({ dispatched: 0, refusedBy: { limiter: 5 } });
    await count();
    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { tenant: 4 } });
  });

  test('in place of one that is being counted waits for its own turn', async () => {
    const tenant = await world.createTenant();
    await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
    const store: EngineStore = {
      ...world.store,
      async uncountedLimits() {
        const found = await world.store.uncountedLimits();
        await world.rows('DELETE FROM send_rate_limits');
        await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
        return found;
      },
    };
    expect(await count({ store })).toBe(1);
    expect(await uncounted()).toBe(1);
  });

  test('stays uncounted where the limiter is closed, or was emptied meanwhile', async () => {
    const tenant = await world.createTenant();
    await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
    const closed = { ...limiter, extend: () => Promise.resolve(false) };
    expect(await count({ limiter: closed })).toBe(0);
    expect(await uncounted()).toBe(1);
  });
});

describe('a ramp that is new', () => {
  test('counts what was handed off before it was set', async () => {
    const tenant = await world.createTenant();
    await handedOff(world, tenant, 3);
    await crowd(world, tenant, 3);
    await setRamp(world, tenant, [4, 4]);

    expect(await round()).toMatchObject({ dispatched: 0, refusedBy: { limiter: 3 } });
    expect(await count()).toBe(1);
    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { sender: 2 } });

    await setRamp(world, tenant, [5]);
    expect(await uncounted()).toBe(0);
    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { sender: 1 } });
  });

  test('or that was over, and so forgotten', async () => {
    const tenant = await world.createTenant();
    const longAgo = new Date(world.clock.now() - 10 * DAY * 1_000);
    await setRamp(world, tenant, [1, 1], longAgo);
    await count();
    await handedOff(world, tenant, 3);
    await crowd(world, tenant, 3);

    await setRamp(
      world,
      tenant,
      Array.from({ length: 20 }, () => 4),
    );

    expect(await round()).toMatchObject({ dispatched: 0, refusedBy: { limiter: 3 } });
    expect(await count()).toBe(1);
    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { sender: 2 } });
  });
});

describe('while past hand-offs are counted', () => {
  test('nobody else counts them too', async () => {
    const tenant = await world.createTenant();
    await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
    const reading = door();
    const held: EngineStore = {
      ...world.store,
      async handOffsSince(since, tenantIds, options) {
        await reading.pass();
        return world.store.handOffsSince(since, tenantIds, options);
      },
    };
    const first = count({ store: held });
    await reading.reached;
    const name = await limiter.generation();

    expect(await count()).toBe(0);
    expect(await limiter.generation()).toBe(name);
    expect(await uncounted()).toBe(1);

    reading.open();
    expect(await first).toBe(1);
    await setLimit(world, tenant, { ...CAP, windowSeconds: 60, maxMessages: 3 });
    expect(await count()).toBe(1);
  });

  test('a round that did not know of the limit uses none of its slots', async () => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 4);
    const store = withMethods(world.store, (tx) => ({
      async assignSlots(slots) {
        // Not committed yet: nobody can count them.
        await setLimit(world, tenant, { ...CAP, maxMessages: 3 });
        expect(await count()).toBe(1);
        await tx.assignSlots(slots);
      },
    }));
    const before = world.published.length;

    expect(await round({ store })).toEqual({
      dispatched: 0,
      plannedAgain: 4,
      refusedBy: { limiter: 4 },
    });

    expect(world.published).toHaveLength(before);
    expect(await round()).toMatchObject({ dispatched: 3, refusedBy: { tenant: 1 } });
  });

  /** Adding to the limiter takes minutes; what is read for it is given back at once. */
  function slowly(tenant: Tenant) {
    let passedMs = 0;
    const clock: Clock = { rate: world.clock.rate, now: () => world.clock.now() + passedMs };
    const slow: RateLimiter = {
      ...limiter,
      ready: () => Promise.resolve(false),
      async rebuild(records, now) {
        await limiter.rebuild(records, now);
        passedMs = 300_000;
      },
      async extend(read, now) {
        const extended = await limiter.extend(read, now);
        passedMs = 300_000;
        return extended;
      },
    };
    const store: EngineStore = {
      ...world.store,
      async handOffsSince(since, tenantIds, options) {
        const past = await world.store.handOffsSince(since, tenantIds, options);
        await world.rows(
          `UPDATE scheduled_actions SET status = 'pending', lease_until = NULL, slot_start = NULL,
             slot_end = NULL WHERE tenant_id = ? AND status = 'dispatched'`,
          tenant.tenantId,
        );
        await limiter.release(past.map(({ reservationId }) => reservationId));
        return past;
      },
    };
    return { clock, store, limiter: slow };
  }

  test.each([
    ['counted', countNewLimits],
    ['rebuilt from', rebuildLimiter],
  ])('a slot that is given back after it was read to be %s does not count', async (_, add) => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 2);
    expect(await round()).toMatchObject({ dispatched: 2 });
    await setLimit(world, tenant, { ...CAP, maxMessages: 2 });
    await add(slowly(tenant));
    await count();
    expect(await uncounted()).toBe(0);

    expect(await round()).toMatchObject({ dispatched: 2 });
  });

  test('a slot that is over counts for as long as its send is not planned again', async () => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 1);
    await round();
    await world.rows(
      `UPDATE scheduled_actions SET slot_start = slot_start - interval '5 minutes',
         slot_end = slot_end - interval '5 minutes' WHERE tenant_id = ?`,
      tenant.tenantId,
    );
    await crowd(world, tenant, 2);
    await setLimit(world, tenant, { ...CAP, maxMessages: 2 });
    limiter = createMemoryLimiter();
    await count();

    expect(await round()).toMatchObject({ dispatched: 1, refusedBy: { tenant: 1 } });
  });
});

describe('a worker with a job outside its slot', () => {
  /** A job whose slot is over, of a tenant that may send nothing more once its cap is counted. */
  async function lateJob() {
    const tenant = await world.createTenant();
    await handedOff(world, tenant, 1);
    const mail = await enrolled(world, tenant);
    await round();
    const jobs = await world.rows<ClaimedAction>(
      `UPDATE scheduled_actions SET slot_start = slot_start - interval '1 hour',
         slot_end = slot_end - interval '1 hour'
       WHERE enrollment_id = ? AND status = 'dispatched'
       RETURNING tenant_id AS "tenantId", id AS "actionId", dispatch_no AS dispatch`,
      mail.enrollmentId,
    );
    expect(jobs).toHaveLength(1);
    const cap = async () => {
      await setLimit(world, tenant, { ...CAP, maxMessages: 1 });
      expect(await count()).toBe(1);
    };
    return { mail, jobs, cap };
  }

  test('asks for one by a limit that is counted since it read its message', async () => {
    const { mail, jobs, cap } = await lateJob();
    let done: Promise<void> | null = null;
    const counting: RateLimiter = {
      ...limiter,
      async generation() {
        await (done ??= cap());
        return limiter.generation();
      },
    };
    const { mails, port } = provider(() => ACCEPT);
    await processSends(jobs, sendOptions(world, port, { limiter: counting }));
    expect(mails).toEqual([]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
  });

  test('makes no call in one that is not counted for a limit', async () => {
    const { mail, jobs, cap } = await lateJob();
    let done: Promise<void> | null = null;
    const store = withMethods(world.store, (tx) => ({
      async beginHandOffs(requests) {
        await (done ??= cap());
        return tx.beginHandOffs(requests);
      },
    }));
    const { mails, port } = provider(() => ACCEPT);
    await processSends(jobs, sendOptions(world, port, { limiter, store }));
    expect(mails).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
  });

  test('is refused one by a limit that is not counted', async () => {
    const { mail, jobs } = await lateJob();
    await setLimit(world, mail.tenant, { ...CAP, maxMessages: 9 });
    const { mails, port } = provider(() => ACCEPT);
    const gated: string[] = [];
    await processSends(
      jobs,
      sendOptions(world, port, { limiter, onGated: (gate) => gated.push(gate) }),
    );
    expect(mails).toEqual([]);
    expect(gated).toEqual(['slot']);
  });
});

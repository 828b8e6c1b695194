import { newId, type RateLimiter, type SendOutcome } from '@cadenza/domain';
import {
  countNewLimits,
  dispatchSends,
  dispatchTimeouts,
  enrol,
  explainEnrollment,
  fireTimeouts,
  type ClaimedAction,
  type Explanation,
  type WhyGateName,
  type WhyLimit,
} from '@cadenza/engine';
import { createRedisLimiter } from '@cadenza/rate-limiter';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createDatabaseClock, type DatabaseClock } from '../../src/index.ts';
import { clear } from './crowd.ts';
import { ACCEPT, provider, sendOptions } from './scenario.ts';
import { setLimit } from './settings.ts';
import { createReachable, createSmsTenant, newNumber } from './sms.ts';
import { createWorld, processSends, type Tenant, type World } from './world.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Campaign milliseconds after the time expected in which a message has begun: it takes a round. */
const TOLERANCE = 20_000;

export interface Person {
  readonly tenant: Tenant;
  readonly id: string;
  readonly contactId: string;
}

/** What tests of reasons share; each file that calls it has a world of its own. */
export type WhyWorld = ReturnType<typeof useWhyWorld>;

export function useWhyWorld() {
  let world: World;
  let redis: Redis;
  let limiter: RateLimiter;
  let clock: DatabaseClock;

  beforeAll(async () => {
    world = await createWorld(inject('postgresAdminUrl'));
    redis = new Redis(inject('redisUrl') ?? '');
    limiter = openLimiter();
    await limiter.rebuild([], world.clock.now());
    clock = await createDatabaseClock(world.worker, () => undefined);
  });

  afterAll(async () => {
    clock.stop();
    redis.disconnect();
    await world.close();
  });

  beforeEach(async () => {
    await clear(world);
    await world.rows('DELETE FROM provider_holds');
    await world.rows('DELETE FROM send_rate_limits');
  });

  function openLimiter() {
    // Slots as wide as a slow machine needs.
    return createRedisLimiter({ redis, prefix: `why-${newId()}`, minSlotMs: 10_000 });
  }

  /** Sets the campaign clock, as far as these tests look at it. */
  async function jump(to: number): Promise<void> {
    await world.rows(
      `UPDATE clock_settings SET real_base = clock_timestamp(), campaign_base = from_epoch_ms(?)`,
      to,
    );
    clock.stop();
    clock = await createDatabaseClock(world.worker, () => undefined);
  }

  async function person(tenant?: Tenant, address?: string): Promise<Person> {
    const of = tenant ?? (await world.createTenant());
    return enrolled(of, await world.createContact(of.tenantId, address));
  }

  async function enrolled(tenant: Tenant, contactId: string): Promise<Person> {
    const result = await enrol(
      { ...tenant, contactIds: [contactId] },
      { ...world, now: () => clock.now() },
    );
    return { tenant, id: result?.enrolled[0]?.enrollmentId ?? '', contactId };
  }

  /** Somebody with an address and a number, in a plan with text messages. */
  async function reachable(plan: unknown) {
    const tenant = await createSmsTenant(world, plan);
    const phone = newNumber();
    const contactId = await createReachable(world, tenant.tenantId, phone);
    return { tenant, phone, one: await enrolled(tenant, contactId) };
  }

  async function why({ tenant, id }: Person, asked = limiter): Promise<Explanation> {
    const explanation = await explainEnrollment(
      { tenantId: tenant.tenantId, id },
      { ...world, store: world.apiStore, limiter: asked, rate: 1 },
    );
    if (explanation === null) throw new Error(`no enrollment ${id}`);
    return explanation;
  }

  async function dispatched(): Promise<ClaimedAction[]> {
    const before = world.published.length;
    await dispatchSends(world.dispatchOptions({ clock, limiter, leadMs: 0, horizonMs: 400 }));
    return world.published
      .slice(before)
      .flatMap(({ job }) => ('actions' in job.data ? job.data.actions : []));
  }

  /** One round of everything that runs: timers, the dispatcher, a send-worker. */
  async function work(answer: SendOutcome = ACCEPT): Promise<void> {
    const before = world.published.length;
    const { store, publisher } = world;
    await dispatchTimeouts({
      store,
      publisher,
      limit: 1_000,
      maxOutstanding: 5_000,
      leaseMs: 30_000,
    });
    for (const { job } of world.published.slice(before)) {
      if (!('actions' in job.data)) continue;
      await fireTimeouts(job.data.actions, { ...world, clock, jobId: job.jobId });
    }
    const { port } = provider(() => answer);
    await processSends(await dispatched(), sendOptions(world, port, { clock, limiter }));
  }

  /** When the hand-offs of an enrollment have begun, all attempts, the earliest first. */
  async function begun({ id }: Person): Promise<number[]> {
    const rows = await world.rows<{ at: number }>(
      `SELECT epoch_ms(m.begun_at) AS at FROM outbound_messages m
     WHERE m.enrollment_id = ? AND m.begun_at IS NOT NULL
     UNION ALL
     SELECT epoch_ms(f.begun_at) FROM message_attempts f
     JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
     WHERE m.enrollment_id = ? AND f.status <> 'released'
     ORDER BY 1`,
      id,
      id,
    );
    return rows.map(({ at }) => at);
  }

  function limit(tenant: Tenant, scope: 'sender' | 'tenant' | 'recipient_domain', maxMessages = 1) {
    return setLimit(world, tenant, { scope, windowSeconds: 3_600, maxMessages });
  }

  async function counted(): Promise<void> {
    await countNewLimits({ ...world, clock, limiter });
  }

  /** A limit of one in an hour that another person has used up. */
  async function full(scope: 'sender' | 'tenant' | 'recipient_domain'): Promise<Person> {
    const tenant = await world.createTenant();
    await limit(tenant, scope);
    await counted();
    const domain = `${newId()}.example.org`;
    await person(tenant, `first@${domain}`);
    await work();
    return person(tenant, `second@${domain}`);
  }

  /** 2 in the morning, UTC, some day ahead. */
  async function night(): Promise<void> {
    await jump((Math.floor(clock.now() / DAY) + 2) * DAY + 2 * HOUR);
  }

  const waking = (one: Person, statement: string) => world.rows(statement, one.tenant.tenantId);

  return {
    get world() {
      return world;
    },
    get limiter() {
      return limiter;
    },
    get clock() {
      return clock;
    },
    begun,
    counted,
    dispatched,
    full,
    jump,
    limit,
    night,
    openLimiter,
    person,
    reachable,
    waking,
    why,
    work,
  };
}

const SEND = { channel: 'email', action: 'send', subject: 'Hello', body: '<p>Hello</p>' };

/** A plan of one mail. */
export function plan(over: Record<string, unknown>, node: Record<string, unknown> = {}) {
  const first = { id: 'first', ...SEND, transitions: [], ...node };
  return { version: '1.0', timezone: 'UTC', startNodeId: 'first', nodes: [first], ...over };
}

export interface Situation {
  readonly name: string;
  readonly arrange: (w: WhyWorld) => Promise<Person>;
  readonly gate: WhyGateName;
  readonly limit?: Partial<WhyLimit>;
  readonly reason?: RegExp;
  /** What lets the message go where no time does: it begins then. */
  readonly decide?: (w: WhyWorld, person: Person) => Promise<unknown>;
  /** The message never goes. */
  readonly never?: true;
}

/** What opens at a time that no jump of the campaign clock brings nearer. */
const BY_REAL_TIME: readonly WhyGateName[] = ['limiter', 'doubted_address'];

/** Asks in each situation why nothing has been sent, and holds the answer against what comes of it. */
export function testSituations(w: WhyWorld, situations: readonly Situation[]): void {
  test.each(situations)('$name', async ({ arrange, gate, limit: full, reason, decide, never }) => {
    const one = await arrange(w);
    const before = (await w.begun(one)).length;

    const { answer, expectedAt, gates } = await w.why(one);

    expect(answer).toMatchObject({ gate, ...(full && { limit: full }) });
    if (reason !== undefined) expect(answer.reason).toMatch(reason);
    expect(gates.filter((other) => other.gate === gate)).toContainEqual(answer);

    if (decide !== undefined || never) {
      if (!BY_REAL_TIME.includes(gate)) expect(expectedAt).toBeNull();
      await w.work();
      if (gate !== 'provider') expect(await w.begun(one)).toHaveLength(before);
      if (never) return;
      await decide?.(w, one);
      await w.work();
      expect(await w.begun(one)).toHaveLength(before + 1);
      return;
    }
    if (expectedAt === null) throw new Error(`no time is known: ${answer.reason}`);
    if (expectedAt > w.clock.now() + 5_000) {
      await w.jump(expectedAt - 3_000);
      await w.work();
      expect(await w.begun(one)).toHaveLength(before);
      await w.jump(expectedAt + 50);
    }
    await w.work();
    const times = await w.begun(one);
    expect(times).toHaveLength(before + 1);
    expect(times.at(-1)).toBeGreaterThanOrEqual(expectedAt);
    expect(times.at(-1)).toBeLessThan(expectedAt + TOLERANCE);
  });
}

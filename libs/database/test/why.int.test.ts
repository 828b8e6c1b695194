import { newId, type RateLimiter, type SendOutcome } from '@cadenza/domain';
import {
  countNewLimits,
  dispatchSends,
  dispatchTimeouts,
  enrol,
  explainEnrollment,
  fireTimeouts,
  pauseCampaign,
  pauseSender,
  pauseTenant,
  recordAbsences,
  stopEnrollments,
  type ClaimedAction,
  type Explanation,
  type WhyGateName,
  type WhyLimit,
} from '@cadenza/engine';
import { createRedisLimiter } from '@cadenza/rate-limiter';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  createDatabaseClock,
  inTenants,
  setSenderVerification,
  type DatabaseClock,
} from '../src/index.ts';
import { clear } from './support/crowd.ts';
import {
  ACCEPT,
  deliver,
  messageIdOf,
  provider,
  providerEvent,
  sendOptions,
} from './support/scenario.ts';
import { setLimit, setPlatformLimit, setRamp } from './support/settings.ts';
import { createReachable, createSmsTenant, newNumber, SMS_ONLY } from './support/sms.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Campaign milliseconds after the time expected in which a message has begun: it takes a round. */
const TOLERANCE = 20_000;

let world: World;
let redis: Redis;
let limiter: RateLimiter;
let clock: DatabaseClock;

const url = inject('redisUrl');

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  redis = new Redis(url ?? '');
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

interface Person {
  readonly tenant: Tenant;
  readonly id: string;
  readonly contactId: string;
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
  await dispatchTimeouts({ store, publisher, limit: 1_000, leaseMs: 30_000 });
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

const SEND = { channel: 'email', action: 'send', subject: 'Hello', body: '<p>Hello</p>' };

function plan(over: Record<string, unknown>, node: Record<string, unknown> = {}) {
  const first = { id: 'first', ...SEND, transitions: [], ...node };
  return { version: '1.0', timezone: 'UTC', startNodeId: 'first', nodes: [first], ...over };
}

/** 2 in the morning, UTC, some day ahead. */
async function night(): Promise<void> {
  await jump((Math.floor(clock.now() / DAY) + 2) * DAY + 2 * HOUR);
}

interface Situation {
  readonly name: string;
  readonly arrange: () => Promise<Person>;
  readonly gate: WhyGateName;
  readonly limit?: Partial<WhyLimit>;
  readonly reason?: RegExp;
  /** What lets the message go where no time does: it begins then. */
  readonly decide?: (person: Person) => Promise<unknown>;
  /** The message never goes. */
  readonly never?: true;
}

/** What opens at a time that no jump of the campaign clock brings nearer. */
const BY_REAL_TIME: readonly WhyGateName[] = ['limiter', 'doubted_address'];

const waking = (person: Person, statement: string) => world.rows(statement, person.tenant.tenantId);

const SITUATIONS: readonly Situation[] = [
  { name: 'it is due', arrange: () => person(), gate: 'turn' },
  {
    name: 'the step has a delay',
    arrange: async () =>
      person(await world.createTenant(plan({}, { schedule: { delay: 'PT2H' } }))),
    gate: 'delay',
  },
  {
    name: 'the send window opens later',
    async arrange() {
      await night();
      return person(
        await world.createTenant(plan({ quietHours: { start: '22:00', end: '08:00' } })),
      );
    },
    gate: 'window',
  },
  {
    name: 'the person is away',
    async arrange() {
      const one = await person();
      const absence = {
        ...one.tenant,
        contactId: one.contactId,
        inputId: `away:${newId()}`,
        at: clock.now(),
        returnDate: null,
      };
      await world.store.transaction([one.tenant.tenantId], (tx) =>
        recordAbsences(tx, [absence], { ...world, now: clock.now() }),
      );
      return one;
    },
    gate: 'away',
  },
  {
    name: 'the campaign is paused',
    async arrange() {
      const one = await person();
      await pauseCampaign(world.store, { ...one.tenant, id: one.tenant.campaignId }, 'a typo');
      return one;
    },
    gate: 'campaign',
    reason: /paused \(a typo\)/,
    decide: (one) =>
      waking(
        one,
        "UPDATE campaigns SET status = 'running', pause_reason = NULL WHERE tenant_id = ?",
      ),
  },
  {
    name: 'the campaign is a draft without a postal address',
    async arrange() {
      const one = await person();
      await waking(one, "UPDATE campaigns SET status = 'draft' WHERE tenant_id = ?");
      return one;
    },
    gate: 'campaign',
    reason: /draft/,
    decide: (one) => waking(one, "UPDATE campaigns SET status = 'running' WHERE tenant_id = ?"),
  },
  {
    name: 'the tenant is paused',
    async arrange() {
      const one = await person();
      await pauseTenant(world.store, one.tenant.tenantId, 'unpaid');
      return one;
    },
    gate: 'tenant',
    reason: /unpaid/,
    decide: (one) =>
      waking(one, "UPDATE tenants SET status = 'active', pause_reason = NULL WHERE id = ?"),
  },
  {
    name: 'the sender identity is paused, as a guard does it',
    async arrange() {
      const one = await person();
      await pauseSender(world.store, { ...one.tenant, id: one.tenant.senderId }, 'bounce rate 9 %');
      return one;
    },
    gate: 'sender',
    reason: /bounce rate/,
    decide: (one) =>
      waking(
        one,
        'UPDATE email_sender_identities SET paused_at = NULL, pause_reason = NULL WHERE tenant_id = ?',
      ),
  },
  {
    name: 'the sender identity is not verified',
    async arrange() {
      const one = await person();
      await waking(
        one,
        "UPDATE email_sender_identities SET verification = 'pending' WHERE tenant_id = ?",
      );
      return one;
    },
    gate: 'sender_verification',
    decide: ({ tenant: { tenantId, senderId } }) =>
      inTenants(world.api, [tenantId], (trx) =>
        setSenderVerification(trx, tenantId, senderId, { status: 'verified', detail: 'by a test' }),
      ),
  },
  {
    name: 'everything is paused',
    async arrange() {
      const one = await person();
      await world.rows(
        `INSERT INTO provider_holds (channel, held_until, reason)
         VALUES ('every', 'infinity', 'a wrong link')`,
      );
      return one;
    },
    gate: 'everything',
    reason: /a wrong link/,
    decide: () => world.rows("DELETE FROM provider_holds WHERE channel = 'every'"),
  },
  {
    name: 'the domain is suppressed for all tenants',
    async arrange() {
      const domain = `${newId()}.example.org`;
      const one = await person(undefined, `jo@${domain}`);
      await world.rows(
        `INSERT INTO communication_suppressions
           (id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
         VALUES (?, 'email', 'domain', ?, 'manual', 'test', now(), now())`,
        newId(),
        domain,
      );
      return one;
    },
    gate: 'suppressed',
    reason: /domain is suppressed for all tenants \(manual\)/,
    never: true,
  },
  {
    name: 'the contact has left the campaign',
    async arrange() {
      const one = await person();
      await world.rows(
        `INSERT INTO campaign_opt_outs (tenant_id, contact_id, campaign_id, source, left_at)
         VALUES (?, ?, ?, 'link', now())`,
        one.tenant.tenantId,
        one.contactId,
        one.tenant.campaignId,
      );
      return one;
    },
    gate: 'opted_out',
    reason: /this campaign/,
    never: true,
  },
  {
    name: 'the contact has left everything of the tenant',
    async arrange() {
      const one = await person();
      await world.rows(
        `INSERT INTO contact_opt_outs (tenant_id, contact_id, channel, reason, source, left_at)
         VALUES (?, ?, 'email', 'unsubscribed', 'link', now())`,
        one.tenant.tenantId,
        one.contactId,
      );
      return one;
    },
    gate: 'opted_out',
    reason: /all e-mail of the tenant/,
    never: true,
  },
  {
    name: 'the domain of the address was not found once',
    async arrange() {
      const one = await person();
      await waking(
        one,
        "UPDATE contact_channels SET doubted_until = now() + interval '1 h' WHERE tenant_id = ?",
      );
      return one;
    },
    gate: 'doubted_address',
    // Found, it goes with the next try, which is ten minutes after the one that was in vain.
    async decide(one) {
      await waking(one, 'UPDATE contact_channels SET doubted_until = NULL WHERE tenant_id = ?');
      await jump(clock.now() + 10 * MINUTE);
    },
  },
  {
    name: 'the address is of a kind that is blocked',
    async arrange() {
      const one = await person();
      await waking(one, "UPDATE contact_channels SET validity = 'invalid' WHERE tenant_id = ?");
      return one;
    },
    gate: 'address',
    reason: /invalid/,
    never: true,
  },
  {
    name: 'the contact has no address any more',
    async arrange() {
      const one = await person();
      await waking(one, 'DELETE FROM contact_channels WHERE tenant_id = ?');
      return one;
    },
    gate: 'address',
    reason: /no e-mail address/,
    never: true,
  },
  {
    name: 'the sender’s limit is full',
    arrange: () => full('sender'),
    gate: 'limit',
    limit: { scope: 'sender', windowSeconds: 3_600, maxMessages: 1 },
  },
  {
    name: 'the tenant’s limit is full',
    arrange: () => full('tenant'),
    gate: 'limit',
    limit: { scope: 'tenant' },
  },
  {
    name: 'the recipient’s domain is full',
    arrange: () => full('recipient_domain'),
    gate: 'limit',
    limit: { scope: 'recipient_domain' },
  },
  {
    name: 'the recipient’s domain is full, and the dispatcher has heard so',
    async arrange() {
      const one = await full('recipient_domain');
      await work();
      return one;
    },
    gate: 'limit',
    limit: { scope: 'recipient_domain' },
  },
  {
    name: 'the sender’s limit is full, and its lane rests',
    async arrange() {
      const one = await full('sender');
      await work();
      return one;
    },
    gate: 'limit',
    limit: { scope: 'sender' },
  },
  {
    name: 'a warm-up ramp is used up',
    async arrange() {
      const tenant = await world.createTenant();
      await setRamp(world, tenant, [1, 1, 1]);
      await counted();
      await person(tenant);
      await work();
      return person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'sender', warmUp: true, windowSeconds: 86_400 },
  },
  {
    name: 'the IP pool is full',
    async arrange() {
      const tenant = await world.createTenant();
      const pool = `pool-${newId()}`;
      await world.rows(
        'UPDATE email_sender_identities SET ip_pool = ? WHERE id = ?',
        pool,
        tenant.senderId,
      );
      await setPlatformLimit(world, {
        scope: 'ip_pool',
        reference: pool,
        windowSeconds: 600,
        maxMessages: 1,
      });
      await counted();
      await person(tenant);
      await work();
      return person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'ip_pool', windowSeconds: 600 },
  },
  {
    name: 'the time between two messages of the sender is not over',
    async arrange() {
      const tenant = await world.createTenant();
      await world.rows(
        `UPDATE email_sender_identities SET spacing_min_seconds = 400, spacing_max_seconds = 900
         WHERE id = ?`,
        tenant.senderId,
      );
      await person(tenant);
      await work();
      return person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'spacing', maxMessages: 1 },
  },
  {
    name: 'a limit is new, and past hand-offs are not counted for it',
    async arrange() {
      const tenant = await world.createTenant();
      await limit(tenant, 'sender', 5);
      return person(tenant);
    },
    gate: 'limiter',
    reason: /new/,
    decide: counted,
  },
  {
    name: 'the provider has said 429',
    async arrange() {
      const one = await person();
      await work({
        kind: 'not_handed_off',
        cause: 'rate_limited',
        retryAfterMs: 10 * MINUTE,
        reason: 'too many requests',
      });
      // The message's own pause is as long: what holds everything is told.
      await world.rows(
        "UPDATE provider_holds SET held_until = campaign_now() + interval '11 minutes'",
      );
      return one;
    },
    gate: 'provider',
  },
  {
    name: 'the provider could not be reached',
    async arrange() {
      const one = await person();
      const lost: SendOutcome = {
        kind: 'not_handed_off',
        cause: 'connection_failed',
        retryAfterMs: 5 * MINUTE,
        reason: 'ECONNREFUSED',
      };
      await work(lost);
      return one;
    },
    gate: 'back_off',
  },
  {
    name: 'the breaker lets one message through at a time',
    async arrange() {
      const one = await person();
      await world.rows(
        `INSERT INTO provider_holds (channel, held_until, unknowns, probing)
         VALUES ('email', '-infinity', 5, true)`,
      );
      return one;
    },
    gate: 'provider',
    reason: /one message is tried at a time/,
    decide: async () => undefined,
  },
  {
    name: 'it bounced softly',
    async arrange() {
      const one = await person();
      await work();
      await deliver({ ...world, clock }, [
        providerEvent(
          { ...world, clock },
          { ...one, messageId: await messageIdOf(world, one.id) },
          'bounced',
          {
            bounceKind: 'soft',
          },
        ),
      ]);
      return one;
    },
    gate: 'retry',
  },
  {
    name: 'the plan waits for an open, and goes on without one',
    async arrange() {
      const one = await person();
      await work();
      return one;
    },
    gate: 'event',
    reason: /node first waits for opened; without an answer second follows/,
  },
  {
    name: 'the step is too late',
    async arrange() {
      const one = await person(await world.createTenant(plan({ maxLateness: 'PT1H' })));
      await jump(clock.now() + 2 * HOUR);
      return one;
    },
    gate: 'lateness',
    never: true,
  },
  {
    name: 'an operator has stopped it',
    async arrange() {
      const one = await person();
      await stopEnrollments(
        { tenantId: one.tenant.tenantId, enrollmentIds: [one.id], reason: 'a wrong list' },
        { ...world, now: () => clock.now() },
      );
      return one;
    },
    gate: 'ended',
    reason: /stopped: a wrong list/,
    never: true,
  },
  {
    name: 'the provider has refused it for good',
    async arrange() {
      const one = await person();
      await work({ kind: 'rejected', scope: 'message', statusCode: 400, reason: 'bad subject' });
      return one;
    },
    gate: 'ended',
    reason: /failed: rejected \(bad subject\)/,
    never: true,
  },
  {
    name: 'nobody knows whether it went out',
    async arrange() {
      const one = await person();
      await work({ kind: 'unknown', reason: 'socket hang up' });
      return one;
    },
    gate: 'outcome_unknown',
    never: true,
  },
];

describe.skipIf(url === null)('why a message has not been sent', () => {
  test.each(SITUATIONS)('$name', async ({ arrange, gate, limit: full, reason, decide, never }) => {
    const one = await arrange();
    const before = (await begun(one)).length;

    const { answer, expectedAt, gates } = await why(one);

    expect(answer).toMatchObject({ gate, ...(full && { limit: full }) });
    if (reason !== undefined) expect(answer.reason).toMatch(reason);
    expect(gates.filter((other) => other.gate === gate)).toContainEqual(answer);

    if (decide !== undefined || never) {
      if (!BY_REAL_TIME.includes(gate)) expect(expectedAt).toBeNull();
      await work();
      if (gate !== 'provider') expect(await begun(one)).toHaveLength(before);
      if (never) return;
      await decide?.(one);
      await work();
      expect(await begun(one)).toHaveLength(before + 1);
      return;
    }
    if (expectedAt === null) throw new Error(`no time is known: ${answer.reason}`);
    if (expectedAt > clock.now() + 5_000) {
      await jump(expectedAt - 3_000);
      await work();
      expect(await begun(one)).toHaveLength(before);
      await jump(expectedAt + 50);
    }
    await work();
    const times = await begun(one);
    expect(times).toHaveLength(before + 1);
    expect(times.at(-1)).toBeGreaterThanOrEqual(expectedAt);
    expect(times.at(-1)).toBeLessThan(expectedAt + TOLERANCE);
  });

  test('where it is in the queue, its slot is named', async () => {
    const one = await person();
    const actions = await dispatched();

    const { answer, expectedAt, gates } = await why(one);

    expect(answer).toMatchObject({ gate: 'queue', state: 'closed' });
    expect(gates.filter(({ gate }) => gate === 'limit')).toEqual([]);
    await processSends(
      actions,
      sendOptions(world, provider(() => ACCEPT).port, { clock, limiter }),
    );
    expect((await begun(one))[0]).toBeGreaterThanOrEqual(expectedAt ?? Infinity);
  });

  test('where it is in the queue and nobody works, its lease is named', async () => {
    const one = await person();
    await dispatched();
    await jump(clock.now() + 10 * MINUTE);

    const { answer, expectedAt } = await why(one);

    expect(answer).toMatchObject({ gate: 'queue', reason: expect.stringMatching(/slot is over/) });
    expect(answer.opensAt).toBeGreaterThan(clock.now());
    expect(expectedAt).toBeNull();
  });

  test('where the provider has it, that is said', async () => {
    const one = await person();
    const seen: Explanation[] = [];
    const { port } = provider(async () => {
      seen.push(await why(one));
      return ACCEPT;
    });
    await processSends(await dispatched(), sendOptions(world, port, { clock, limiter }));
    expect(seen).toMatchObject([
      { answer: { gate: 'handing_off' }, expectedAt: null, gates: [{ gate: 'handing_off' }] },
    ]);
  });

  test('those of its campaign and sender that come first are counted in', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 2);
    await counted();
    const people = [];
    for (let n = 0; n < 7; n += 1) people.push(await person(tenant));
    await work();
    const last = people.at(-1);
    if (last === undefined) throw new Error('nobody');

    const { gates, expectedAt } = await why(last);

    // Two have left, four come before the last: two windows and the rest of this one.
    expect(gates).toContainEqual(
      expect.objectContaining({
        gate: 'turn',
        state: 'closed',
        reason: expect.stringMatching(/^4 /),
      }),
    );
    const started = clock.now();
    while ((await begun(last)).length === 0 && clock.now() < started + 5 * HOUR) {
      await jump(clock.now() + 3 * MINUTE);
      await work();
    }
    const [at = 0] = await begun(last);
    // Each of the three windows is noticed up to a jump late.
    expect(at - (expectedAt ?? 0)).toBeGreaterThanOrEqual(0);
    expect(at - (expectedAt ?? 0)).toBeLessThan(12 * MINUTE);
  });

  test('of a text message its own sender, number, limits and provider are asked', async () => {
    const { tenant, phone, one } = await reachable(SMS_ONLY);
    await world.store.holdProvider('email', MINUTE);
    const { answer, gates } = await why(one);
    expect(answer).toMatchObject({ gate: 'turn', state: 'open' });
    expect(gates.flatMap(({ limit: of }) => (of === undefined ? [] : [of]))).toEqual([
      { scope: 'sender', windowSeconds: 60, maxMessages: 10, warmUp: false },
      { scope: 'sender', windowSeconds: 3_600, maxMessages: 500, warmUp: false },
      { scope: 'tenant', windowSeconds: 86_400, maxMessages: 5_000, warmUp: false },
    ]);

    await world.store.holdProvider('sms', MINUTE);
    expect((await why(one)).answer.gate).toBe('provider');
    await pauseSender(world.store, { ...tenant, id: tenant.smsSenderId }, 'a typo');
    const sender = expect.stringContaining(`${tenant.from} is paused (a typo)`) as string;
    expect((await why(one)).answer).toMatchObject({ gate: 'sender', reason: sender });
    await world.rows(
      `INSERT INTO communication_suppressions
         (id, tenant_id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
       VALUES (?, ?, 'sms', 'address', ?, 'unsubscribed', 'test', now(), now())`,
      newId(),
      tenant.tenantId,
      phone,
    );
    expect((await why(one)).answer.gate).toBe('suppressed');
  });

  test('of a text message that follows a mail, as the plan says it will', async () => {
    const text = { id: 'text', channel: 'sms', action: 'send', body: 'Hello', transitions: [] };
    const silent = { transitions: [{ on: 'no_open', to: 'text', after: 'PT72H' }] };
    const mailThenText = plan({}, silent);
    const { tenant, one } = await reachable({
      ...mailThenText,
      nodes: [...mailThenText.nodes, text],
    });
    await work();
    expect(await why(one)).toMatchObject({ answer: { gate: 'event' }, next: { nodeId: 'text' } });
    await pauseSender(world.store, { ...tenant, id: tenant.smsSenderId }, 'a typo');
    const { answer } = await why(one);
    expect(answer).toMatchObject({
      gate: 'sender',
      reason: expect.stringContaining(tenant.from) as string,
    });
  });

  test('a limiter that is empty, or does not answer, is named', async () => {
    const one = await person();
    const empty = openLimiter();
    expect(await why(one, empty)).toMatchObject({
      answer: { gate: 'limiter', reason: expect.stringMatching(/empty/) },
    });
    await empty.rebuild([], clock.now());
    expect(await why(one, empty)).toMatchObject({ answer: { gate: 'turn' } });

    const down = { ...limiter, peek: () => Promise.reject(new Error('ECONNREFUSED')) };
    expect(await why(one, down)).toMatchObject({
      answer: { gate: 'limiter', opensAt: null },
      expectedAt: null,
    });
  });

  test('asking takes nothing, and changes nothing', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 1);
    await counted();
    const one = await person(tenant);
    const rows = () =>
      world.rows(
        `SELECT a.run_at, a.status, a.dispatch_no, c.version, l.next_at, l.wakes
         FROM scheduled_actions a
         JOIN contact_campaigns c ON c.id = a.enrollment_id
         JOIN dispatch_lanes l ON l.campaign_id = a.campaign_id
         WHERE a.enrollment_id = ?`,
        one.id,
      );
    const before = await rows();

    for (let n = 0; n < 30; n += 1) await why(one);

    expect(await rows()).toEqual(before);
    await work();
    expect(await begun(one)).toHaveLength(1);
  });

  test('nobody is told of another tenant’s', async () => {
    const one = await person();
    const { tenantId } = await world.createTenant();
    const options = { ...world, store: world.apiStore, limiter, rate: 1 };
    expect(await explainEnrollment({ tenantId, id: one.id }, options)).toBeNull();
    expect(await explainEnrollment({ tenantId, id: newId() }, options)).toBeNull();
  });
});

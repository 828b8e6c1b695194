import {
  newId,
  type EpochMs,
  type HandOffRecord,
  type RateLimiter,
  type SendOutcome,
} from '@cadenza/domain';
import {
  countNewLimits,
  dispatchSends,
  pauseCampaign,
  rebuildLimiter,
  startCampaign,
  type EngineStore,
} from '@cadenza/engine';
import { createMemoryLimiter } from '@cadenza/rate-limiter';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { inTenants, removeSendGridKey } from '../src/index.ts';
import { clear, crowd } from './support/crowd.ts';
import { giveAccount, setLimit, type NewLimit } from './support/settings.ts';
import { withMethods } from './support/interleave.ts';
import {
  ACCEPT,
  enrolled,
  hurry,
  liveActions,
  messagesOf,
  provider,
  sendDue,
  sendOptions,
} from './support/scenario.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

beforeEach(async () => {
  await clear(world);
  await world.rows('DELETE FROM provider_holds');
});

/** Sets a limit, with past hand-offs counted for it. */
async function limit(tenant: Tenant, setting: NewLimit) {
  await setLimit(world, tenant, setting);
  await countNewLimits(world);
}

/** A limiter that can lose everything, as Redis can, and is closed then until it is rebuilt. */
function losable(): RateLimiter & { lose(): void } {
  const options = { minSlotMs: 30_000 };
  let memory = createMemoryLimiter(options);
  let opened: string | null = newId();
  return {
    lose() {
      memory = createMemoryLimiter(options);
      opened = null;
    },
    reserve: (requests, now) => memory.reserve(requests, now),
    peek: async (requests, now) => (opened === null ? null : memory.peek(requests, now)),
    release: (ids) => memory.release(ids),
    ready: () => Promise.resolve(opened !== null),
    generation: async () => opened && `${opened} ${await memory.generation()}`,
    async rebuild(records: readonly HandOffRecord[], now: EpochMs) {
      await memory.rebuild(records, now);
      opened ??= newId();
    },
    async extend(read, now) {
      const before = opened;
      return before !== null && (await memory.extend(read, now)) && opened === before;
    },
    close: () => Promise.resolve(),
  };
}

describe('a limit that is changed', () => {
  test('holds from the next round on, for lanes that rest because of the former one', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, { scope: 'sender', windowSeconds: 3_600, maxMessages: 2 });
    await crowd(world, tenant, 6);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 2 });
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 0 });

    await limit(tenant, { scope: 'sender', windowSeconds: 3_600, maxMessages: 5 });

    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 3 });
    await limit(tenant, { scope: 'sender', windowSeconds: 3_600, maxMessages: 0 });
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 0 });
  });

  test('while a round decides under the former one lets no lane rest because of that', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, { scope: 'sender', windowSeconds: 3_600, maxMessages: 2 });
    await crowd(world, tenant, 6);
    let changed = false;
    const store = withMethods(world.store, (tx) => ({
      async rateLimits() {
        const before = await tx.rateLimits();
        if (!changed) {
          changed = true;
          await limit(tenant, { scope: 'sender', windowSeconds: 3_600, maxMessages: 5 });
        }
        return before;
      },
    }));

    expect(await dispatchSends(world.dispatchOptions({ store }))).toMatchObject({ dispatched: 2 });

    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 3 });
  });

  test('brings back what the former one had moved to a later time', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, { scope: 'recipient_domain', windowSeconds: 3_600, maxMessages: 2 });
    await crowd(world, tenant, 6, 'crowded.example.org');
    const due = () =>
      world.rows<{ run_at: Date; not_after: Date | null }>(
        'SELECT run_at, not_after FROM scheduled_actions WHERE campaign_id = ? ORDER BY id',
        tenant.campaignId,
      );
    const before = await due();
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({
      dispatched: 2,
      refusedBy: { domain: 4 },
    });
    expect(await due()).not.toEqual(before);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 0 });

    await limit(tenant, { scope: 'recipient_domain', windowSeconds: 3_600, maxMessages: 10 });

    expect(await due()).toEqual(before);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 4 });
  });
});

describe('a day’s cap', () => {
  test('and a warm-up ramp bound what leaves in 24 hours, the ramp by its day', async () => {
    const capped = await world.createTenant();
    const warming = await world.createTenant();
    await limit(capped, { scope: 'sender', windowSeconds: 86_400, maxMessages: 3 });
    await world.rows(
      `INSERT INTO warmup_ramps (id, tenant_id, scope, reference, starts_at, allowances)
       VALUES (?, ?, 'sender', ?, campaign_now() - interval '25 hours', '{1, 4, 9}')`,
      newId(),
      warming.tenantId,
      warming.senderId,
    );
    await countNewLimits(world);
    for (const tenant of [capped, warming]) await crowd(world, tenant, 8);

    expect(await dispatchSends(world.dispatchOptions())).toEqual({
      dispatched: 7,
      plannedAgain: 9,
      refusedBy: { sender: 9 },
    });
  });

  test('of an IP pool counts what all of its senders send', async () => {
    const tenants = [await world.createTenant(), await world.createTenant()];
    await world.rows(
      `UPDATE email_sender_identities SET ip_pool = 'cold' WHERE id = ANY (?::uuid[])`,
      tenants.map(({ senderId }) => senderId),
    );
    await world.rows(
      `INSERT INTO warmup_ramps (id, scope, reference, starts_at, allowances)
       VALUES (?, 'ip_pool', 'cold', campaign_now(), '{5}')`,
      newId(),
    );
    await countNewLimits(world);
    for (const tenant of tenants) await crowd(world, tenant, 8);

    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({
      dispatched: 5,
      refusedBy: { ip_pool: 11 },
    });
    await world.rows('DELETE FROM warmup_ramps');
  });
});

test('the messages of a sender with a spacing are planned that far apart', async () => {
  const tenant = await world.createTenant();
  await world.rows(
    `UPDATE email_sender_identities SET spacing_min_seconds = 40, spacing_max_seconds = 90
     WHERE id = ?`,
    tenant.senderId,
  );
  await crowd(world, tenant, 6);
  const limiter = createMemoryLimiter();
  const horizonMs = 600_000;

  expect(await dispatchSends(world.dispatchOptions({ limiter, horizonMs }))).toMatchObject({
    dispatched: 6,
  });

  const slots = await world.rows<{ gap: number | null }>(
    `SELECT extract(epoch FROM slot_start - lag(slot_end) OVER (ORDER BY slot_start))::float8 AS gap
     FROM scheduled_actions WHERE campaign_id = ? ORDER BY slot_start`,
    tenant.campaignId,
  );
  const gaps = slots.flatMap(({ gap }) => gap ?? []);
  expect(gaps).toHaveLength(5);
  for (const gap of gaps) {
    expect(gap).toBeGreaterThanOrEqual(40);
    expect(gap).toBeLessThanOrEqual(90.001);
  }
  expect(new Set(gaps).size).toBe(5);
});

describe('a limiter that is emptied and rebuilt', () => {
  const ONE = { scope: 'sender', windowSeconds: 3_600, maxMessages: 1 } as const;

  test('between a slot and its commit grants nothing that it does not know', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, ONE);
    await crowd(world, tenant, 1);
    const limiter = losable();
    const store: EngineStore = withMethods(world.store, (tx) => ({
      async assignSlots(slots) {
        // Not committed yet: the rebuilding does not see these slots.
        limiter.lose();
        await rebuildLimiter({ ...world, limiter });
        await tx.assignSlots(slots);
      },
    }));
    const before = world.published.length;

    expect(await dispatchSends(world.dispatchOptions({ limiter, store }))).toEqual({
      dispatched: 0,
      plannedAgain: 1,
      refusedBy: { limiter: 1 },
    });

    expect(world.published).toHaveLength(before);
    await crowd(world, tenant, 1);
    expect(await dispatchSends(world.dispatchOptions({ limiter }))).toMatchObject({
      dispatched: 1,
      plannedAgain: 1,
    });
  });

  test('after a slot’s commit counts it to its end, and gives it back by its own name', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, ONE);
    await crowd(world, tenant, 2);
    const limiter = losable();
    await dispatchSends(world.dispatchOptions({ limiter }));
    const [slot] = await world.rows<{ id: string; ended: number }>(
      `SELECT id || '-' || dispatch_no AS id, epoch_ms(slot_end) AS ended FROM scheduled_actions
       WHERE campaign_id = ? AND status = 'dispatched'`,
      tenant.campaignId,
    );
    limiter.lose();
    await rebuildLimiter({ ...world, limiter });

    const now = world.clock.now();
    const scopes = [{ key: `sender:${tenant.senderId}`, limit: 1, windowMs: 3_600_000 }];
    const ask = () =>
      limiter.reserve([{ id: 'x', scopes, notBefore: now, notAfter: now + 60_000 }], now);
    expect(await ask()).toMatchObject([
      { granted: false, retryAt: (slot?.ended ?? 0) + 3_600_000 },
    ]);
    await limiter.release([slot?.id ?? '']);
    expect(await ask()).toMatchObject([{ granted: true }]);
  });

  test('while a worker begins in a slot of its own leads to no call', async () => {
    const tenant = await world.createTenant();
    await limit(tenant, ONE);
    const mail = await enrolled(world, tenant);
    const limiter = losable();
    await dispatchSends(world.dispatchOptions({ limiter }));
    const [job] = await world.rows<{ tenantId: string; actionId: string; dispatch: number }>(
      `UPDATE scheduled_actions SET slot_start = slot_start - interval '1 hour',
         slot_end = slot_end - interval '1 hour'
       WHERE enrollment_id = ?
       RETURNING tenant_id AS "tenantId", id AS "actionId", dispatch_no AS dispatch`,
      mail.enrollmentId,
    );
    const store: EngineStore = withMethods(world.store, (tx) => ({
      async beginHandOffs(requests) {
        limiter.lose();
        await rebuildLimiter({ ...world, limiter });
        return tx.beginHandOffs(requests);
      },
    }));
    const { mails, port } = provider(() => ACCEPT);
    const options = sendOptions(world, port, { limiter });

    await processSends(job === undefined ? [] : [job], { ...options, store });

    expect(mails).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
    await hurry(world);
    await dispatchSends(world.dispatchOptions({ limiter }));
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
  });
});

describe('a 429 of the provider', () => {
  test('holds back everybody on its account, and what workers have in hand goes back', async () => {
    const [struck, other] = [await world.createTenant(), await world.createTenant()];
    await crowd(world, struck, 1);
    const refusing = provider(() => ({
      kind: 'not_handed_off',
      cause: 'rate_limited',
      retryAfterMs: 30_000,
      reason: 'too many requests',
    }));
    const first = await world.dispatch();
    const bystander = await enrolled(world, other);
    const inHand = await world.dispatch();
    expect(inHand).toHaveLength(1);

    await processSends(first, sendOptions(world, refusing.port));

    const { mails, port } = provider(() => ACCEPT);
    const gated: string[] = [];
    await processSends(inHand, sendOptions(world, port, { onGated: (gate) => gated.push(gate) }));
    expect(mails).toEqual([]);
    expect(gated).toEqual(['provider']);
    expect(await liveActions(world, bystander.enrollmentId)).toEqual(['send:first:1:1']);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 0 });
    const [hold] = await world.rows<{ seconds: number }>(
      'SELECT extract(epoch FROM held_until - campaign_now())::float8 AS seconds FROM provider_holds',
    );
    expect(hold?.seconds).toBeGreaterThan(20);

    await world.rows('UPDATE provider_holds SET held_until = campaign_now()');
    await sendDue(world, port);
    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, bystander.enrollmentId)).toEqual({ first: 'sent' });
  });

  test('holds back nobody who has an account of their own', async () => {
    const [struck, other, own] = [
      await world.createTenant(),
      await world.createTenant(),
      await ownAccount(),
    ];
    await enrolled(world, struck);
    const { mails, port } = provider(({ reference }) =>
      reference.tenantId === struck.tenantId
        ? {
            kind: 'not_handed_off',
            cause: 'rate_limited',
            retryAfterMs: 30_000,
            reason: 'too many requests',
          }
        : ACCEPT,
    );
    await processSends(await world.dispatch(), sendOptions(world, port));
    expect(mails).toHaveLength(1);

    const [waiting, free] = [await enrolled(world, other), await enrolled(world, own)];
    expect(await world.store.oldestDueAction()).not.toBeNull();
    const jobs = await world.dispatchAllowed();
    expect(jobs.map(({ tenantId }) => tenantId)).toEqual([own.tenantId]);
    await processSends(jobs, sendOptions(world, port));
    // Nobody is claimed in vain, and what waits for the account is not late.
    expect(await dispatchSends(world.dispatchOptions())).toEqual({
      dispatched: 0,
      plannedAgain: 0,
      refusedBy: {},
    });
    expect(await world.store.oldestDueAction()).toBeNull();
    expect(await messagesOf(world, free.enrollmentId)).toEqual({ first: 'sent' });
    expect(await messagesOf(world, waiting.enrollmentId)).toEqual({ first: 'queued' });

    // With a key of its own it goes through another account, at once.
    await giveAccount(world, other, KEY);
    await processSends(await world.dispatchAllowed(), sendOptions(world, port));
    expect(await messagesOf(world, waiting.enrollmentId)).toEqual({ first: 'sent' });
  });

  test('that comes between a claim and its slots gives none within the hold', async () => {
    await enrolled(world);
    const store = withMethods(world.store, (tx) => ({
      async rateLimits() {
        await world.store.holdSharedAccount(5_000);
        return tx.rateLimits();
      },
    }));
    expect(await dispatchSends({ ...world.dispatchOptions(), store })).toMatchObject({
      dispatched: 0,
      refusedBy: { account: 1 },
    });
  });

  test.each([
    ['held', 'email', "held_until = campaign_now() + interval '1 minute'"],
    ['probed', 'email', 'held_until = campaign_now(), probing = true'],
    ['held by its account', 'shared', "held_until = campaign_now() + interval '1 minute'"],
  ])('that is %s after a message was read keeps it from beginning', async (_, row, change) => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    const gated: string[] = [];
    const store = withMethods(world.store, (tx) => ({
      async beginHandOffs(list) {
        await world.rows(
          `INSERT INTO provider_holds (channel, held_until) VALUES (?, campaign_now())
           ON CONFLICT (channel) DO NOTHING`,
          row,
        );
        await world.rows(`UPDATE provider_holds SET ${change}`);
        return tx.beginHandOffs(list);
      },
    }));

    await processSends(jobs, sendOptions(world, port, { store, onGated: (g) => gated.push(g) }));

    expect(mails).toEqual([]);
    expect(gated).toEqual(['provider']);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
    await sendDue(world, port);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
  });

  test('holds for longer each time that nothing is answered in between, and not where something is', async () => {
    const tenant = await world.createTenant();
    const refusal = {
      kind: 'not_handed_off',
      cause: 'rate_limited',
      retryAfterMs: null,
      reason: 'too many requests',
    } as const;
    const send = async (answer: SendOutcome) => {
      await world.rows('UPDATE provider_holds SET held_until = campaign_now()');
      await enrolled(world, tenant);
      const jobs = await world.dispatchAllowed();
      expect(jobs.length).toBeGreaterThan(0);
      await processSends(jobs, sendOptions(world, provider(() => answer).port));
      const [hold] = await world.rows<{ strikes: number }>('SELECT strikes FROM provider_holds');
      return hold?.strikes;
    };
    expect([await send(refusal), await send(refusal), await send(refusal)]).toEqual([0, 1, 2]);
    expect(await send(ACCEPT)).toBe(0);
    expect(await send(refusal)).toBe(1);
  });
});

/** Fingerprint of a tenant's own key. */
const KEY = 'aaaaaaaaaaaa';

async function ownAccount(): Promise<Tenant> {
  const tenant = await world.createTenant();
  await giveAccount(world, tenant, KEY);
  return tenant;
}

describe('a 429 of a tenant’s own account', () => {
  const HELD = 'SELECT strikes, held_until > campaign_now() AS held FROM sendgrid_accounts';
  const limited = (retryAfterMs: number | null): SendOutcome => ({
    kind: 'not_handed_off',
    cause: 'rate_limited',
    retryAfterMs,
    reason: 'too many requests',
    ownKey: KEY,
  });
  /** Campaign time passes up to the end of the hold. */
  const endHold = () =>
    world.rows(
      'UPDATE sendgrid_accounts SET held_until = campaign_now() WHERE held_until > campaign_now()',
    );

  beforeEach(() => world.rows('DELETE FROM sendgrid_accounts'));

  async function beginnings({ tenantId }: Tenant): Promise<number> {
    const [row] = await world.rows<{ n: number }>(
      `SELECT count(*)::integer AS n FROM campaign_transitions
       WHERE tenant_id = ? AND input->>'kind' = 'begun'`,
      tenantId,
    );
    return row?.n ?? 0;
  }

  test('holds back that tenant alone, before anything more of it has begun', async () => {
    const [struck, other] = [await ownAccount(), await world.createTenant()];
    await crowd(world, struck, 1);
    const first = await world.dispatch();
    await crowd(world, struck, 10);
    const inHand = await world.dispatchAllowed();
    expect(inHand.length).toBeGreaterThan(1);
    const { port } = provider(({ reference }) =>
      reference.tenantId === struck.tenantId ? limited(300_000) : ACCEPT,
    );

    await processSends(first, sendOptions(world, port));
    expect(await beginnings(struck)).toBe(1);

    const gated: string[] = [];
    await processSends(inHand, sendOptions(world, port, { onGated: (gate) => gated.push(gate) }));
    expect(gated).toEqual(inHand.map(() => 'provider'));
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({
      refusedBy: { account: inHand.length },
    });
    const bystander = await enrolled(world, other);
    await sendDue(world, port);
    expect(await messagesOf(world, bystander.enrollmentId)).toEqual({ first: 'sent' });
    expect(await beginnings(struck)).toBe(1);
  });

  test('that comes after a message was read keeps it from beginning', async () => {
    const struck = await ownAccount();
    const mail = await enrolled(world, struck);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    const gated: string[] = [];
    const store = withMethods(world.store, (tx) => ({
      async beginHandOffs(list) {
        await world.store.holdAccount(struck.tenantId, KEY, 60_000);
        return tx.beginHandOffs(list);
      },
    }));
    await processSends(jobs, sendOptions(world, port, { store, onGated: (g) => gated.push(g) }));

    expect(mails).toEqual([]);
    expect(gated).toEqual(['provider']);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
    await endHold();
    await sendDue(world, port);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
  });

  test('that ends within the horizon is planned for: the slot begins then', async () => {
    const struck = await ownAccount();
    await crowd(world, struck, 1);
    const { horizonMs, clock } = world.dispatchOptions();
    await world.store.holdAccount(struck.tenantId, KEY, horizonMs / clock.rate / 2);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 1 });
    const [slot] = await world.rows<{ ahead: boolean }>(
      `SELECT a.slot_start >= h.held_until AS ahead FROM scheduled_actions a
       JOIN sendgrid_accounts h USING (tenant_id) WHERE a.status = 'dispatched'`,
    );
    expect(slot?.ahead).toBe(true);
  });

  test('holds for longer each time that nothing is answered in between, and not where something is', async () => {
    const struck = await ownAccount();
    const send = async (answer: SendOutcome) => {
      await endHold();
      await enrolled(world, struck);
      const jobs = await world.dispatchAllowed();
      expect(jobs.length).toBeGreaterThan(0);
      await processSends(jobs, sendOptions(world, provider(() => answer).port));
      const [hold] = await world.rows<{ strikes: number }>(HELD);
      return hold?.strikes;
    };
    const refusal = limited(null);
    expect([await send(refusal), await send(refusal), await send(refusal)]).toEqual([0, 1, 2]);
    expect(await send(ACCEPT)).toBe(0);
    expect(await send(refusal)).toBe(1);
  });

  test('does not hold another key back that has taken the place of the one it was said to', async () => {
    const struck = await ownAccount();
    await crowd(world, struck, 1);
    const jobs = await world.dispatchAllowed();
    const { port } = provider(async () => {
      await world.rows(
        "UPDATE sendgrid_accounts SET fingerprint = 'bbbbbbbbbbbb', last_four = 'five' WHERE tenant_id = ?",
        struck.tenantId,
      );
      return limited(3_600_000);
    });
    await processSends(jobs, sendOptions(world, port));
    expect(await beginnings(struck)).toBe(1);
    expect(await world.rows(HELD)).toEqual([{ strikes: 0, held: false }]);
  });

  test('ends with its key', async () => {
    const struck = await ownAccount();
    await crowd(world, struck, 1);
    await world.store.holdAccount(struck.tenantId, KEY, 3_600_000);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({
      refusedBy: { account: 1 },
    });
    await inTenants(world.api, [struck.tenantId], (trx) =>
      removeSendGridKey(trx, struck.tenantId, 'test'),
    );
    expect(await world.rows(HELD)).toEqual([{ strikes: 0, held: false }]);
    expect(await dispatchSends(world.dispatchOptions())).toMatchObject({ dispatched: 1 });
  });
});

test('10,000 overdue sends of a resumed campaign go out at the pace of the limits', async () => {
  const tenant = await world.createTenant();
  const ref = { tenantId: tenant.tenantId, id: tenant.campaignId };
  const { enrollmentId } = await enrolled(world, tenant);
  await pauseCampaign(world.store, ref, 'test');
  await world.rows(
    `INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
       sender_identity_id, type, node_id, visit, attempt, dedupe_key, status, due_at, run_at)
     SELECT a.tenant_id, gen_random_uuid(), a.enrollment_id, a.campaign_id, a.message_id,
       a.sender_identity_id, 'send', 'first', 1, 1, 'overdue:' || n, 'pending',
       a.due_at - interval '3 days', a.run_at - interval '3 days'
     FROM scheduled_actions a CROSS JOIN generate_series(1, 9999) n WHERE a.enrollment_id = ?`,
    enrollmentId,
  );
  expect(await world.dispatch()).toEqual([]);
  await startCampaign(world.store, ref);

  const limiter = createMemoryLimiter();
  const start = world.clock.now();
  for (let seconds = 0; seconds < 300; seconds += 10) {
    const clock = { rate: 1, now: () => start + seconds * 1_000 };
    await world.rows("UPDATE dispatch_lanes SET next_at = '-infinity' WHERE next_at < 'infinity'");
    await dispatchSends(world.dispatchOptions({ limiter, clock, leadMs: 0 }));
  }

  const minutes = await world.rows<{ at: number; sends: number }>(
    `SELECT round(extract(epoch FROM slot_start - from_epoch_ms(?)))::integer AS at,
       count(*)::integer AS sends
     FROM scheduled_actions WHERE campaign_id = ? AND slot_start IS NOT NULL
     GROUP BY 1 ORDER BY 1`,
    start,
    tenant.campaignId,
  );
  // Twenty a minute and a slot's width, from the resume on: three days are not caught up with.
  expect(minutes).toEqual([0, 61, 122, 184, 245, 306].map((at) => ({ at, sends: 20 })));
});

describe('a job that comes late', () => {
  const ONE = { scope: 'sender', windowSeconds: 3_600, maxMessages: 1 } as const;

  async function dispatchedAt(tenant: Tenant, earlierBy: string, limiter: RateLimiter) {
    await limit(tenant, ONE);
    const mail = await enrolled(world, tenant);
    await dispatchSends(world.dispatchOptions({ limiter }));
    const jobs = await world.rows<{ tenantId: string; actionId: string; dispatch: number }>(
      `UPDATE scheduled_actions SET slot_start = slot_start - ?::interval,
         slot_end = slot_end - ?::interval
       WHERE enrollment_id = ?
       RETURNING tenant_id AS "tenantId", id AS "actionId", dispatch_no AS dispatch`,
      earlierBy,
      earlierBy,
      mail.enrollmentId,
    );
    return { jobs, mail };
  }

  function ask(tenant: Tenant, limiter: RateLimiter) {
    const now = world.clock.now();
    const scopes = [{ key: `sender:${tenant.senderId}`, limit: 1, windowMs: 3_600_000 }];
    return limiter.reserve([{ id: newId(), scopes, notBefore: now, notAfter: now }], now);
  }

  test('in the second half of its slot goes out all the same, refused a new one or not', async () => {
    const tenant = await world.createTenant();
    const limiter = createMemoryLimiter({ minSlotMs: 30_000 });
    const { jobs } = await dispatchedAt(tenant, '20 s', limiter);
    const refusing: RateLimiter = {
      ...limiter,
      reserve: (requests, now) =>
        Promise.resolve(
          requests.map(({ id }) => ({ granted: false, id, scope: 'limiter', retryAt: now + 1 })),
        ),
    };
    const { mails, port } = provider(() => ACCEPT);
    await processSends(jobs, sendOptions(world, port, { limiter: refusing }));
    expect(mails).toHaveLength(1);
  });

  test('and is refused gives its slot back', async () => {
    const tenant = await world.createTenant();
    const limiter = createMemoryLimiter({ minSlotMs: 30_000 });
    const { jobs, mail } = await dispatchedAt(tenant, '2 hours', limiter);
    // Nobody else has the sender's limit, and so nothing but this job's own slot is in the way.
    const full: RateLimiter = {
      ...limiter,
      reserve: (requests, now) =>
        Promise.resolve(
          requests.map(({ id }) => ({ granted: false, id, scope: 'global', retryAt: now + 1 })),
        ),
    };
    expect(await ask(tenant, limiter)).toMatchObject([{ granted: false }]);
    const { mails, port } = provider(() => ACCEPT);
    await processSends(jobs, sendOptions(world, port, { limiter: full }));
    expect(mails).toEqual([]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
    expect(await ask(tenant, limiter)).toMatchObject([{ granted: true }]);
  });

  test('and is refused goes out as soon as its limit is a higher one', async () => {
    const tenant = await world.createTenant();
    const limiter = createMemoryLimiter({ minSlotMs: 30_000 });
    const { jobs, mail } = await dispatchedAt(tenant, '2 hours', limiter);
    await limiter.release(jobs.map(({ actionId, dispatch }) => `${actionId}-${dispatch}`));
    // Another one of the sender's has been faster.
    expect(await ask(tenant, limiter)).toMatchObject([{ granted: true }]);
    const { mails, port } = provider(() => ACCEPT);
    await processSends(jobs, sendOptions(world, port, { limiter }));
    expect(mails).toEqual([]);
    expect(await dispatchSends(world.dispatchOptions({ limiter }))).toMatchObject({
      refusedBy: { sender: 1 },
    });

    await limit(tenant, { ...ONE, maxMessages: 2 });

    expect(await dispatchSends(world.dispatchOptions({ limiter }))).toMatchObject({
      dispatched: 1,
    });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
  });
});

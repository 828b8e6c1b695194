import { newId, type OutgoingWebhook, type WebhookOutcome } from '@cadenza/domain';
import { deliverToEndpoint, type DeliverOptions, type EngineStore } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  deleteWebhookEndpoint,
  findEndpointDelivery,
  findWebhookEndpoint,
  insertWebhookEndpoint,
  inTenants,
  listAudit,
  listEndpointDeliveries,
  redeliver,
  rotateWebhookSecret,
  updateWebhookEndpoint,
  type Schema,
  type WebhookEndpointFields,
} from '../src/index.ts';
import { door } from './support/interleave.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

const DAY_MS = 86_400_000;
const LEASE_MS = 60_000;

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
beforeEach(async () => {
  await world.rows('UPDATE webhook_endpoints SET enabled = false, disabled_reason = ?', 'operator');
  tenant = await world.createTenant();
});
afterAll(() => world.close());

function asTenant<T>(work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
  return inTenants(world.api, [tenant.tenantId], work);
}

const sealed = (word: string) => `v1.k1.abcdefghijk.${word}`;

function insert(trx: Transaction<Schema>, over: Partial<WebhookEndpointFields> = {}) {
  const fields = {
    url: 'https://hooks.example.com/',
    description: null,
    eventTypes: [],
    enabled: true,
  };
  return insertWebhookEndpoint(
    trx,
    tenant.tenantId,
    { ...fields, ...over },
    { seal: () => sealed('first'), most: 3 },
  );
}

async function endpoint(over: Partial<WebhookEndpointFields> = {}): Promise<string> {
  const made = await asTenant((trx) => insert(trx, over));
  if (made === null) throw new Error('too many endpoints');
  return made.id;
}

/** Makes events: the campaign is paused and started in turn. */
async function happen(times = 1): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await asTenant((trx) =>
      sql`UPDATE campaigns SET priority = priority % 10 + 1 WHERE id = ${tenant.campaignId}`.execute(
        trx,
      ),
    );
  }
  await world.store.relayFeedEvents(1_000);
}

/** A receiver that answers as a test says, and keeps what it was sent. */
function receiver(answer: (webhook: OutgoingWebhook) => WebhookOutcome | Promise<WebhookOutcome>) {
  const received: OutgoingWebhook[] = [];
  return {
    received,
    async send(webhook: OutgoingWebhook) {
      received.push(webhook);
      return answer(webhook);
    },
  };
}

const OK: WebhookOutcome = { kind: 'delivered', status: 200, latencyMs: 3 };
const refused = (status: number, retryAfterMs: number | null = null): WebhookOutcome => ({
  kind: 'refused',
  status,
  retryAfterMs,
  latencyMs: 3,
});

function options(
  sender: DeliverOptions['sender'],
  over: Partial<DeliverOptions> = {},
): DeliverOptions {
  return {
    store: world.store,
    sender,
    openSecret: (text) => text,
    batch: { size: 10, parallel: 2 },
    batchMs: 10_000,
    disableAfterMs: 5 * DAY_MS,
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => 0,
    ...over,
  };
}

/** Works all that is due, once for each endpoint. */
async function work(sender: DeliverOptions['sender'], over: Partial<DeliverOptions> = {}) {
  const claimed = await world.store.claimWebhookEndpoints(10, LEASE_MS);
  return Promise.all(claimed.map((one) => deliverToEndpoint(one, options(sender, over))));
}

/** As if the time that endpoints and deliveries wait for were over. */
async function later(): Promise<void> {
  await world.rows(
    `UPDATE endpoint_deliveries SET next_at = now() WHERE tenant_id = ? AND status = 'pending'`,
    tenant.tenantId,
  );
  await world.rows(
    `UPDATE webhook_endpoints SET due_at = now(), not_before = '-infinity' WHERE tenant_id = ?`,
    tenant.tenantId,
  );
}

const deliveries = (id: string) =>
  asTenant(
    async (trx) =>
      (await listEndpointDeliveries(trx, tenant.tenantId, id, { limit: 100, before: null })).items,
  );

test('is sent what happens from then on, in the form of Standard Webhooks', async () => {
  await happen();
  const id = await endpoint();
  await happen();
  const to = receiver(() => OK);
  expect(await work(to)).toEqual([{ outcomes: ['delivered'], disabled: null, more: false }]);
  const [delivery] = await deliveries(id);
  expect(to.received).toEqual([
    {
      url: 'https://hooks.example.com/',
      id: delivery?.eventId,
      body: expect.any(String),
      secrets: [sealed('first')],
    },
  ]);
  const [row] = await world.rows<{ priority: number }>(
    'SELECT priority FROM campaigns WHERE id = ?',
    tenant.campaignId,
  );
  expect(JSON.parse(to.received[0]?.body ?? '')).toEqual({
    type: 'campaign.changed',
    timestamp: delivery?.occurredAt.toISOString(),
    sequence: 1,
    data: { campaignId: tenant.campaignId, status: 'running', priority: row?.priority },
  });
  expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, nextAttemptAt: null });
  expect(await work(to)).toEqual([]);
});

test('is sent the types alone that it asks for', async () => {
  const [all, some] = [await endpoint(), await endpoint({ eventTypes: ['tenant.changed'] })];
  await happen();
  expect(await deliveries(all)).toHaveLength(1);
  expect(await deliveries(some)).toEqual([]);
});

test('whoever dies between the request and the record sends it again under the same id', async () => {
  const id = await endpoint();
  await happen();
  const to = receiver(() => OK);
  const dies: Pick<EngineStore, 'endpointWork' | 'recordBatch'> = {
    endpointWork: (...args) => world.store.endpointWork(...args),
    recordBatch: () => Promise.reject(new Error('killed')),
  };
  await expect(work(to, { store: dies })).rejects.toThrow('killed');
  // Nobody has it before the lease has ended.
  expect(await work(to)).toEqual([]);
  await later();
  await work(to);
  expect(to.received).toHaveLength(2);
  expect(to.received[1]).toEqual(to.received[0]);
  expect(await deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
});

test('tries what failed again, each later than the one before, and gives up at last', async () => {
  const id = await endpoint();
  await happen();
  const to = receiver(() => refused(500));
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await later();
    const began = Date.now();
    await work(to);
    const [delivery] = await deliveries(id);
    expect(delivery?.attempts).toBe(attempt);
    if (delivery?.nextAttemptAt) {
      waits.push(Math.round((delivery.nextAttemptAt.getTime() - began) / 1_000));
    }
  }
  expect(waits[0]).toBeGreaterThanOrEqual(5);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  const [delivery] = await deliveries(id);
  expect(delivery).toMatchObject({ status: 'failed', attempts: 10, nextAttemptAt: null });
  const found = await asTenant((trx) =>
    findEndpointDelivery(trx, tenant.tenantId, id, delivery?.eventId ?? ''),
  );
  expect(found?.log).toHaveLength(10);
  expect(found?.log[9]).toMatchObject({ attempt: 10, outcome: 'refused', status: 500 });
  expect(new Set(to.received.map(({ id: eventId }) => eventId)).size).toBe(1);
});

test('one event that is refused keeps no other back', async () => {
  const id = await endpoint();
  await happen(5);
  const bad = (await deliveries(id)).at(-1)?.eventId;
  await work(receiver((webhook) => (webhook.id === bad ? refused(400) : OK)));
  const states = (await deliveries(id)).map(({ status }) => status);
  expect(states.toSorted()).toEqual([...Array(4).fill('delivered'), 'pending']);
});

test('an endpoint that does not answer is asked a few times, and left alone for a while', async () => {
  const id = await endpoint();
  await happen(8);
  const to = receiver((): WebhookOutcome => ({
    kind: 'timeout',
    detail: 'no answer in time',
    latencyMs: 15_000,
  }));
  await work(to);
  expect(to.received).toHaveLength(2);
  expect(await work(to)).toEqual([]);
  const [row] = await world.rows<{ held: number }>(
    'SELECT extract(epoch FROM not_before - now())::float AS held FROM webhook_endpoints WHERE id = ?',
    id,
  );
  expect(row?.held).toBeGreaterThan(3);
  expect(row?.held).toBeLessThan(7);
});

test('a receiver that asks to wait is left alone for as long', async () => {
  const id = await endpoint();
  await happen(6);
  let answers = 0;
  await work(
    receiver(() => {
      answers += 1;
      return answers === 1 ? refused(429, 600_000) : OK;
    }),
  );
  expect(answers).toBe(2);
  const [row] = await world.rows<{ held: number }>(
    'SELECT extract(epoch FROM not_before - now())::float AS held FROM webhook_endpoints WHERE id = ?',
    id,
  );
  expect(row?.held).toBeGreaterThan(590);
});

test('a slow endpoint holds up no other', async () => {
  const [slow, fast] = [await endpoint(), await endpoint({ url: 'https://fast.example.com/' })];
  await happen(3);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const to = receiver(async ({ url }) => {
    if (!url.includes('fast')) await answered;
    return OK;
  });
  const claimed = await world.store.claimWebhookEndpoints(10, LEASE_MS);
  const slowly = deliverToEndpoint(
    claimed.find(({ id }) => id === slow) ?? { tenantId: '', id: '' },
    options(to),
  );
  await deliverToEndpoint(
    claimed.find(({ id }) => id === fast) ?? { tenantId: '', id: '' },
    options(to),
  );
  await happen();
  // The one under way is nobody else's, the other is claimed again.
  const again = await world.store.claimWebhookEndpoints(10, LEASE_MS);
  expect(again.map(({ id }) => id)).toEqual([fast]);
  answer();
  await slowly;
  expect((await deliveries(slow)).map(({ status }) => status)).toEqual([
    'pending',
    'delivered',
    'delivered',
    'delivered',
  ]);
});

test('what is handed to an endpoint while its batch is recorded is not forgotten', async () => {
  const id = await endpoint();
  await happen();
  const to = receiver(async () => {
    await happen();
    return OK;
  });
  await work(to);
  expect((await world.store.claimWebhookEndpoints(10, LEASE_MS)).map((one) => one.id)).toEqual([
    id,
  ]);
});

describe('is disabled', () => {
  const found = (id: string) => asTenant((trx) => findWebhookEndpoint(trx, tenant.tenantId, id));

  test('after days of nothing but failures, with a reason and an entry in the log', async () => {
    const id = await endpoint();
    await happen(2);
    const to = receiver(() => refused(500));
    await work(to);
    expect((await found(id))?.failingSince).toBeInstanceOf(Date);
    await world.rows(
      "UPDATE webhook_endpoints SET failing_since = now() - interval '6 days' WHERE id = ?",
      id,
    );
    await later();
    expect(await work(to)).toMatchObject([{ disabled: 'failing' }]);
    expect(await found(id)).toMatchObject({ enabled: false, disabledReason: 'failing' });
    const { items } = await asTenant((trx) =>
      listAudit(trx, tenant.tenantId, { limit: 1, after: null }),
    );
    expect(items).toMatchObject([
      { actor: 'webhooks', action: 'webhook_endpoint.disabled', entityId: id },
    ]);
    await later();
    await happen();
    expect(await work(to)).toEqual([]);
  });

  test('not while something arrives now and then', async () => {
    const id = await endpoint();
    await happen(2);
    await work(receiver(() => refused(500)));
    await world.rows(
      "UPDATE webhook_endpoints SET failing_since = now() - interval '6 days' WHERE id = ?",
      id,
    );
    await later();
    await work(receiver(() => OK));
    expect(await found(id)).toMatchObject({ enabled: true, failingSince: null });
  });

  test('at once where it says that it is gone', async () => {
    const id = await endpoint();
    await happen();
    await work(receiver(() => refused(410)));
    expect(await found(id)).toMatchObject({ enabled: false, disabledReason: 'gone' });
  });

  test('and enabled again is sent what waits, and what it missed by asking for it', async () => {
    const id = await endpoint();
    await happen();
    await work(receiver(() => refused(410)));
    await happen(2);
    expect(await deliveries(id)).toHaveLength(1);
    await asTenant((trx) => updateWebhookEndpoint(trx, tenant.tenantId, id, { enabled: true }));
    const to = receiver(() => OK);
    await work(to);
    expect(to.received).toHaveLength(1);
    const again = { eventId: null, from: new Date(0), until: null, delivered: false };
    expect(await asTenant((trx) => redeliver(trx, tenant.tenantId, id, again))).toBe(2);
    await work(to);
    expect(new Set(to.received.map(({ id: eventId }) => eventId)).size).toBe(3);
  });
});

describe('is sent again', () => {
  const again = (id: string, over: Partial<Parameters<typeof redeliver>[3]>) =>
    asTenant((trx) =>
      redeliver(trx, tenant.tenantId, id, {
        eventId: null,
        from: null,
        until: null,
        delivered: true,
        ...over,
      }),
    );

  test('one event, under its id', async () => {
    const id = await endpoint();
    await happen(2);
    const to = receiver(() => OK);
    await work(to);
    const [last] = await deliveries(id);
    expect(await again(id, { eventId: last?.eventId ?? '' })).toBe(1);
    await work(to);
    expect(to.received).toHaveLength(3);
    expect(to.received[2]).toEqual(
      to.received.find(({ id: eventId }) => eventId === last?.eventId),
    );
    expect((await deliveries(id))[0]).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  test('what happened in a time, and nothing that waits already', async () => {
    const id = await endpoint();
    await happen(3);
    await world.rows(
      "UPDATE feed_events SET created_at = now() - interval '1 day' WHERE tenant_id = ? AND position = 1",
      tenant.tenantId,
    );
    expect(await again(id, {})).toBe(0);
    await work(receiver(() => OK));
    const until = new Date(Date.now() - DAY_MS / 2);
    expect(await again(id, { until })).toBe(1);
    expect(await again(id, { from: until })).toBe(2);
  });
});

test('at another URL is sent at once what waits, and not for another description', async () => {
  const id = await endpoint();
  await happen(2);
  await work(receiver(() => refused(500)));
  const to = receiver(() => OK);
  const change = (fields: Partial<WebhookEndpointFields>) =>
    asTenant((trx) => updateWebhookEndpoint(trx, tenant.tenantId, id, fields));
  await change({ description: 'CRM', url: 'https://hooks.example.com/' });
  expect(await work(to)).toEqual([]);
  await change({ url: 'https://other.example.com/' });
  await work(to);
  expect(to.received.map(({ url }) => url)).toEqual(Array(2).fill('https://other.example.com/'));
});

test('signs with both secrets while one replaces the other', async () => {
  const id = await endpoint();
  const rotate = (overlapMs: number) =>
    asTenant((trx) =>
      rotateWebhookSecret(trx, tenant.tenantId, id, { seal: () => sealed('second'), overlapMs }),
    );
  expect(await rotate(DAY_MS)).toBeInstanceOf(Date);
  await happen();
  const to = receiver(() => OK);
  await work(to);
  expect(to.received[0]?.secrets).toEqual([sealed('second'), sealed('first')]);
  await world.rows(
    'UPDATE endpoint_secrets SET expires_at = now() WHERE expires_at IS NOT NULL AND tenant_id = ?',
    tenant.tenantId,
  );
  await happen();
  await work(to);
  expect(to.received[1]?.secrets).toEqual([sealed('second')]);
  expect(
    await asTenant((trx) =>
      rotateWebhookSecret(trx, tenant.tenantId, newId(), { seal: () => sealed('x'), overlapMs: 0 }),
    ),
  ).toBeNull();
});

test('deleted takes everything of it along', async () => {
  const id = await endpoint();
  await happen();
  await work(receiver(() => refused(500)));
  await asTenant((trx) => deleteWebhookEndpoint(trx, tenant.tenantId, id));
  for (const table of ['endpoint_secrets', 'endpoint_deliveries', 'endpoint_attempts']) {
    expect(await world.rows(`SELECT 1 FROM ${table} WHERE endpoint_id = ?`, id)).toEqual([]);
  }
  expect(await work(receiver(() => OK))).toEqual([]);
});

test('has a bound, whoever makes one at the same time', async () => {
  const made = await Promise.all(
    Array.from({ length: 6 }, () =>
      endpoint().then(
        () => true,
        () => false,
      ),
    ),
  );
  expect(made.filter(Boolean)).toHaveLength(3);
});

describe('while one is deleted', () => {
  const remove = (trx: Transaction<Schema>, id: string) =>
    deleteWebhookEndpoint(trx, tenant.tenantId, id);

  /** Work whose transaction stands before a door when it is done, not yet committed. */
  async function held(work: (trx: Transaction<Schema>) => Promise<unknown>) {
    const before = door();
    const done = asTenant(async (trx) => {
      await work(trx);
      await before.pass();
    });
    await Promise.race([before.reached, done]);
    return {
      async commit() {
        before.open();
        await done;
      },
    };
  }

  /** Resolves when some statement of the database waits for a lock. */
  function waiting(): Promise<unknown> {
    return expect
      .poll(
        async () => {
          const rows = await world.rows(
            `SELECT 1 FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return rows.length;
        },
        { timeout: 10_000, interval: 10 },
      )
      .toBeGreaterThan(0);
  }

  async function isForGood(): Promise<boolean> {
    const [row] = await world.rows<{ good: boolean }>(
      "SELECT wanted_until = 'infinity' AS good FROM event_feeds WHERE tenant_id = ?",
      tenant.tenantId,
    );
    return row?.good === true;
  }

  test.each(['the deletion', 'the new one'])(
    'the feed goes on for another that is made, where %s commits first',
    async (first) => {
      const old = await endpoint();
      const [make, drop] = [insert, (trx: Transaction<Schema>) => remove(trx, old)];
      const [one, two] = first === 'the deletion' ? [drop, make] : [make, drop];
      const before = await held((trx) => one(trx));
      const after = asTenant((trx) => two(trx));
      await waiting();
      await before.commit();
      await after;
      expect(await isForGood()).toBe(true);
      await happen();
      expect(await work(receiver(() => OK))).toMatchObject([{ outcomes: ['delivered'] }]);
    },
  );

  test('others are told, and it is told nothing more', async () => {
    const [old, stays] = [await endpoint(), await endpoint()];
    const deletion = await held((trx) => remove(trx, old));
    await happen();
    const mine = tenant;
    tenant = await world.createTenant();
    const other = await endpoint();
    await happen();
    expect(await deliveries(other)).toHaveLength(1);
    tenant = mine;
    expect(await deliveries(stays)).toEqual([]);
    await deletion.commit();
    await world.store.relayFeedEvents(1_000);
    expect(await deliveries(stays)).toHaveLength(1);
    expect(await deliveries(old)).toEqual([]);
  });

  test('the feed ends with the last one', async () => {
    const old = await endpoint();
    await asTenant((trx) => remove(trx, old));
    expect(await isForGood()).toBe(false);
  });
});

test('what is handed to an endpoint that somebody has waits for nobody, and is sent afterwards', async () => {
  const id = await endpoint();
  const before = door();
  const change = asTenant(async (trx) => {
    await updateWebhookEndpoint(trx, tenant.tenantId, id, { description: 'CRM' });
    // As a batch is recorded: what is handed to it meanwhile is not seen.
    await sql`UPDATE webhook_endpoints SET due_at = 'infinity' WHERE id = ${id}`.execute(trx);
    await before.pass();
  });
  await before.reached;
  await happen();
  expect(await deliveries(id)).toHaveLength(1);
  before.open();
  await change;
  const to = receiver(() => OK);
  expect(await work(to)).toEqual([]);
  await world.store.relayFeedEvents(1_000);
  await work(to);
  expect(to.received).toHaveLength(1);
});

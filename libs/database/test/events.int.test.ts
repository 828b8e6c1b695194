import { createHash } from 'node:crypto';
import { newId, type MailProvider, type ProviderEvent } from '@cadenza/domain';
import {
  fireTimeouts,
  processDelivery,
  storeDelivery,
  dispatchTimeouts,
  type ParsedDelivery,
} from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createWorld, type Tenant, type World, processSends } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

const acceptAll: MailProvider = {
  send: () => Promise.resolve({ kind: 'accepted', providerMessageId: `x-${newId()}` }),
  close: () => Promise.resolve(),
};

async function sendDue(provider: MailProvider = acceptAll): Promise<void> {
  await processSends(await world.dispatch(), {
    store: world.store,
    limiter: world.limiter,
    provider,
    plans: world.plans,
    renderer: world.renderer,
    clock: world.clock,
    time: world.time,
    graceMs: world.graceMs,
    handOffDeadlineMs: 10_000,
    recordForMs: 1_000,
    lookUpAfterMs: 60_000,
    bounces: { remove: () => Promise.resolve(false) },
  });
}

interface Sent {
  readonly tenant: Tenant;
  readonly enrollmentId: string;
  readonly messageId: string;
}

async function sent(tenant?: Tenant, provider?: MailProvider): Promise<Sent> {
  const of = tenant ?? (await world.createTenant());
  const enrollmentId = await world.enrolOne(of);
  await sendDue(provider);
  const [message] = await world.rows<{ id: string }>(
    'SELECT id FROM outbound_messages WHERE enrollment_id = ?',
    enrollmentId,
  );
  if (message === undefined) throw new Error('nothing was sent');
  return { tenant: of, enrollmentId, messageId: message.id };
}

function event(
  of: Pick<Sent, 'tenant' | 'messageId'>,
  type: ProviderEvent['type'],
  over: Partial<ProviderEvent> = {},
): ProviderEvent {
  const at = over.at ?? world.clock.now();
  return {
    type,
    rawType: type,
    at,
    reference: { tenantId: of.tenant.tenantId, messageId: of.messageId, attempt: 1 },
    providerMessageId: null,
    providerEventId: null,
    smtpId: null,
    recipient: null,
    actor: 'human',
    url: null,
    urlOffset: null,
    reason: null,
    statusCode: null,
    bounceKind: type === 'bounced' ? 'hard' : null,
    bounceClassification: null,
    dedupeKey: createHash('sha256').update(`${of.messageId} ${type} ${at}`).digest('hex'),
    raw: {},
    ...over,
  };
}

/** Stores a delivery of these events and processes it. */
async function deliver(...events: readonly ProviderEvent[]) {
  const id = await storeDelivery(Buffer.from(newId()), {
    store: world.apiStore,
    publisher: world.publisher,
    onQueueError: (error) => expect.unreachable(String(error)),
  });
  if (id === null) throw new Error('not stored');
  return processStored(id, {
    ok: true,
    events: events.map((one, position) => ({ position, event: one })),
    rejected: [],
  });
}

function processStored(id: string, parsed: ParsedDelivery) {
  return processDelivery(id, {
    store: world.store,
    plans: world.plans,
    clock: world.clock,
    graceMs: world.graceMs,
    parse: () => parsed,
  });
}

async function stateOf(id: string) {
  const [row] = await world.rows<{
    status: string;
    phase: string;
    node_id: string;
    end_reason: string | null;
  }>('SELECT status, phase, node_id, end_reason FROM contact_campaigns WHERE id = ?', id);
  return row;
}

async function statusOf(messageId: string) {
  const [row] = await world.rows<{ status: string }>(
    'SELECT status FROM outbound_messages WHERE id = ?',
    messageId,
  );
  return row?.status;
}

async function liveActions(enrollmentId: string) {
  const rows = await world.rows<{ dedupe_key: string }>(
    "SELECT dedupe_key FROM scheduled_actions WHERE enrollment_id = ? AND status IN ('pending', 'dispatched') ORDER BY dedupe_key",
    enrollmentId,
  );
  return rows.map((row) => row.dedupe_key);
}

describe('an event', () => {
  test('advances the enrollment, cancels the timer and moves the status', async () => {
    const mail = await sent();

    const result = await deliver(event(mail, 'delivered'), event(mail, 'opened'));

    expect(result).toEqual({
      recorded: 2,
      byType: { delivered: 1, opened: 1 },
      duplicates: 0,
      quarantined: 0,
    });
    expect(await statusOf(mail.messageId)).toBe('delivered');
    expect(await stateOf(mail.enrollmentId)).toMatchObject({
      phase: 'scheduled',
      node_id: 'third',
    });
    expect(await liveActions(mail.enrollmentId)).toEqual(['send:third:1:1']);
  });

  test('delivered again changes nothing', async () => {
    const mail = await sent();
    const opened = event(mail, 'opened');
    await deliver(opened, opened);
    const before = await stateOf(mail.enrollmentId);

    expect(await deliver(opened)).toMatchObject({ recorded: 0, duplicates: 1, quarantined: 0 });

    expect(await stateOf(mail.enrollmentId)).toEqual(before);
  });

  test('proves acceptance where no answer came', async () => {
    const mail = await sent(undefined, {
      ...acceptAll,
      send: () => Promise.resolve({ kind: 'unknown', reason: 'time-out' }),
    });
    expect(await statusOf(mail.messageId)).toBe('unknown');

    await deliver(event(mail, 'delivered'));

    expect(await statusOf(mail.messageId)).toBe('delivered');
    expect(await stateOf(mail.enrollmentId)).toMatchObject({ phase: 'listening' });
    expect(await liveActions(mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('never moves a status backwards', async () => {
    const mail = await sent();
    await deliver(event(mail, 'bounced'));
    await deliver(event(mail, 'delivered'));
    expect(await statusOf(mail.messageId)).toBe('bounced');
  });

  test('that forbids the address ends all its enrollments and cancels what is queued', async () => {
    const mail = await sent();
    const [{ contact_id: contactId = '' } = {}] = await world.rows<{ contact_id: string }>(
      'SELECT contact_id FROM contact_campaigns WHERE id = ?',
      mail.enrollmentId,
    );
    const other = await world.enrolOne(
      { ...mail.tenant, campaignId: await secondCampaign(mail.tenant) },
      contactId,
    );

    await deliver(event(mail, 'spamreport'));

    expect(await stateOf(mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await stateOf(other)).toMatchObject({
      status: 'suppressed',
      end_reason: 'address_suppressed',
    });
    expect(await liveActions(other)).toEqual([]);
    const [queued] = await world.rows<{ status: string }>(
      'SELECT status FROM outbound_messages WHERE enrollment_id = ?',
      other,
    );
    expect(queued?.status).toBe('canceled');
  });

  test('of another tenant, or of nothing, is kept apart with its reason', async () => {
    const mail = await sent();
    const stranger = await world.createTenant();
    const forged = event({ ...mail, tenant: stranger }, 'opened');
    const lost = event(mail, 'opened', { reference: null });

    const result = await deliver(forged, event(mail, 'delivered'), lost);

    expect(result).toMatchObject({ recorded: 1, duplicates: 0, quarantined: 2 });
    const reasons = await world.rows<{ reason: string }>(
      "SELECT reason FROM quarantined_events WHERE created_at > now() - interval '1 minute' ORDER BY reason",
    );
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'event names a message that does not exist',
      'event names no message of ours',
    ]);
    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'first' });
  });
});

describe('a delivery', () => {
  test('of the same bytes is stored once', async () => {
    const options = {
      store: world.apiStore,
      publisher: world.publisher,
      onQueueError: () => undefined,
    };
    expect(await storeDelivery(Buffer.from('[]'), options)).not.toBeNull();
    expect(await storeDelivery(Buffer.from('[]'), options)).toBeNull();
  });

  test('is stored although the queue is down, and a sweep would find it', async () => {
    const errors: unknown[] = [];
    const id = await storeDelivery(Buffer.from('[1]'), {
      store: world.apiStore,
      publisher: { publish: () => Promise.reject(new Error('the queue is down')) },
      onQueueError: (error) => errors.push(error),
    });
    expect(errors).toHaveLength(1);
    expect(await world.store.waitingDeliveries(0, 100)).toContain(id);
  });

  test('that cannot be read is quarantined with its reason', async () => {
    const id = await world.apiStore.storeDelivery(Buffer.from('{'), Buffer.alloc(32, 7));
    if (id === null) throw new Error('not stored');
    await processStored(id, { ok: false, reason: 'the body is not JSON' });
    const [row] = await world.rows<{ status: string; error: string }>(
      'SELECT status, error FROM webhook_deliveries WHERE id = ?',
      id,
    );
    expect(row).toEqual({ status: 'quarantined', error: 'the body is not JSON' });
  });
});

describe('silence', () => {
  async function fireDue(): Promise<void> {
    const before = world.published.length;
    await world.rows(
      "UPDATE scheduled_actions SET run_at = campaign_now() - interval '1 second' WHERE type = 'timeout' AND status = 'pending'",
    );
    await dispatchTimeouts({
      store: world.store,
      publisher: world.publisher,
      limit: 1_000,
      leaseMs: 30_000,
    });
    for (const { queue, job } of world.published.slice(before)) {
      if (queue !== 'outreach-timeout' || !('actions' in job.data)) continue;
      const { actions } = job.data;
      const options = { ...world, jobId: job.jobId };
      await Promise.all([fireTimeouts(actions, options), fireTimeouts(actions, options)]);
    }
  }

  test('is recorded as a synthetic event, once, and drives the plan', async () => {
    const mail = await sent();

    await fireDue();

    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'second' });
    const [silence, ...more] = await world.rows<{
      type: string;
      synthetic: boolean;
      data: Record<string, unknown>;
    }>('SELECT type, synthetic, data FROM message_events WHERE message_id = ?', mail.messageId);
    expect(more).toEqual([]);
    expect(silence).toMatchObject({
      type: 'no_open',
      synthetic: true,
      data: { synthetic: true, triggeredBy: 'timeout' },
    });
    expect(Object.keys(silence?.data ?? {}).sort()).toEqual([
      'actualFiredAt',
      'originalJobId',
      'scheduledAt',
      'synthetic',
      'triggeredBy',
    ]);
  });

  test('is called back by a late open whose own time is earlier', async () => {
    const mail = await sent();
    await fireDue();
    expect(await liveActions(mail.enrollmentId)).toEqual(['send:second:1:1']);

    await deliver(event(mail, 'opened'));

    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'third' });
    expect(await liveActions(mail.enrollmentId)).toEqual(['send:third:1:1']);
  });

  test('comes again where late news leads back to a wait whose timer had fired', async () => {
    const tenant = await world.createTenant({
      version: '1.0',
      timezone: 'UTC',
      startNodeId: 'a',
      nodes: [
        {
          id: 'a',
          channel: 'email',
          action: 'send',
          subject: 'A',
          body: '<p>A</p>',
          transitions: [
            { on: 'delivered', to: 'v' },
            { on: 'opened', to: 'w' },
          ],
        },
        {
          id: 'v',
          channel: 'email',
          action: 'wait',
          transitions: [{ on: 'no_click', to: 'w', after: 'P2D' }],
        },
        {
          id: 'w',
          channel: 'email',
          action: 'wait',
          transitions: [{ on: 'no_click', to: 'c', after: 'P1D' }],
        },
        {
          id: 'c',
          channel: 'email',
          action: 'send',
          subject: 'C',
          body: '<p>C</p>',
          schedule: { delay: 'P7D' },
          transitions: [],
        },
      ],
    });
    const mail = await sent(tenant);
    const now = world.clock.now();
    await deliver(event(mail, 'opened', { at: now + 7_200_000 }));
    await fireDue();
    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'c' });

    await deliver(event(mail, 'delivered', { at: now + 3_600_000 }));
    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'v' });
    await fireDue();

    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'w' });
    expect(await liveActions(mail.enrollmentId)).toEqual(['no_click:w:1:1']);
    await fireDue();
    expect(await liveActions(mail.enrollmentId)).toEqual(['send:c:1:1']);
  });

  test('has the last word once the follow-up has begun', async () => {
    const mail = await sent();
    await fireDue();
    await world.rows(
      "UPDATE scheduled_actions SET run_at = campaign_now() WHERE enrollment_id = ? AND status = 'pending'",
      mail.enrollmentId,
    );
    await sendDue();

    await deliver(event(mail, 'opened'));

    expect(await stateOf(mail.enrollmentId)).toMatchObject({ node_id: 'second' });
    const [last] = await world.rows<{ outcome: string }>(
      'SELECT outcome FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq DESC LIMIT 1',
      mail.enrollmentId,
    );
    expect(last?.outcome).toMatch(/late|ended/);
  });
});

async function secondCampaign(tenant: Tenant): Promise<string> {
  const id = newId();
  await world.rows(
    `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
     SELECT tenant_id, ?, 'Another', plan_version_id, sender_identity_id, 'running'
     FROM campaigns WHERE id = ?`,
    id,
    tenant.campaignId,
  );
  return id;
}

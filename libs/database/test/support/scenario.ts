import { createHash } from 'node:crypto';
import {
  newId,
  type MailProvider,
  type OutboundMail,
  type ProviderEvent,
  type SendOutcome,
} from '@cadenza/domain';
import {
  applyInputs,
  createIntake,
  dispatchTimeouts,
  fireTimeouts,
  processDelivery,
  stopEnrollments,
  suppress,
  type DeliveryRef,
  type EngineStore,
  type NewInput,
  type SendOptions,
} from '@cadenza/engine';
import { processSends, type Tenant, type World } from './world.ts';

export const ACCEPT: SendOutcome = { kind: 'accepted', providerMessageId: null };

/** A provider of the port, whose answers a test decides and whose mails it counts. */
export function provider(answer: (mail: OutboundMail) => SendOutcome | Promise<SendOutcome>) {
  const mails: OutboundMail[] = [];
  const port: MailProvider = {
    async send(mail) {
      mails.push(mail);
      return answer(mail);
    },
    close: () => Promise.resolve(),
  };
  return { mails, port };
}

export function sendOptions(
  world: World,
  port: MailProvider,
  over: Partial<SendOptions> = {},
): SendOptions {
  return {
    store: world.store,
    limiter: world.limiter,
    provider: port,
    plans: world.plans,
    renderer: world.renderer,
    clock: world.clock,
    time: world.time,
    graceMs: world.graceMs,
    concurrency: 1_000,
    handOffDeadlineMs: 10_000,
    lookUpAfterMs: 60_000,
    bounces: { remove: () => Promise.resolve(false) },
    recordForMs: 1_000,
    ...over,
  };
}

/** Dispatches and works everything that is due, with a provider that accepts. */
export async function sendDue(world: World, port: MailProvider = provider(() => ACCEPT).port) {
  return processSends(await world.dispatch(), sendOptions(world, port));
}

export interface Mail {
  readonly tenant: Tenant;
  readonly messageId: string;
}

export interface Enrolled extends Mail {
  readonly enrollmentId: string;
  readonly contactId: string;
  readonly address: string;
}

/** One person at the first node of the tenant's campaign, whose message waits to be dispatched. */
export async function enrolled(
  world: World,
  tenant?: Tenant,
  address = `person-${newId()}@example.org`,
): Promise<Enrolled> {
  const of = tenant ?? (await world.createTenant());
  const contactId = await world.createContact(of.tenantId, address);
  return enrolledAgain(world, { tenant: of, contactId, address });
}

/** A contact enrolled once more, whose former enrollment has ended. */
export async function enrolledAgain(
  world: World,
  { tenant: of, contactId, address }: Pick<Enrolled, 'tenant' | 'contactId' | 'address'>,
): Promise<Enrolled> {
  const enrollmentId = await world.enrolOne(of, contactId);
  const [{ id: messageId = '' } = {}] = await world.rows<{ id: string }>(
    'SELECT id FROM outbound_messages WHERE enrollment_id = ?',
    enrollmentId,
  );
  return { tenant: of, enrollmentId, contactId, address, messageId };
}

/** One person whose first message has been handed over. */
export async function sent(world: World, tenant?: Tenant, port?: MailProvider): Promise<Enrolled> {
  const mail = await enrolled(world, tenant);
  await sendDue(world, port);
  return mail;
}

export async function messageOf(world: World, enrollmentId: string, node = 'first') {
  const [row] = await world.rows<{ id: string; status: string; attempt: number }>(
    'SELECT id, status, attempt FROM outbound_messages WHERE enrollment_id = ? AND node_id = ?',
    enrollmentId,
    node,
  );
  if (row === undefined) throw new Error(`no message of node ${node}`);
  return row;
}

export async function messageIdOf(world: World, enrollmentId: string, node?: string) {
  return (await messageOf(world, enrollmentId, node)).id;
}

/** Status of each message of an enrollment, by node. */
export async function messagesOf(world: World, enrollmentId: string) {
  const found = await world.rows<{ node_id: string; status: string }>(
    'SELECT node_id, status FROM outbound_messages WHERE enrollment_id = ?',
    enrollmentId,
  );
  return Object.fromEntries(found.map((row) => [row.node_id, row.status]));
}

export async function liveActions(world: World, enrollmentId: string): Promise<string[]> {
  const found = await world.rows<{ key: string }>(
    `SELECT dedupe_key AS key FROM scheduled_actions
     WHERE enrollment_id = ? AND status IN ('pending', 'dispatched') ORDER BY 1`,
    enrollmentId,
  );
  return found.map(({ key }) => key);
}

export async function enrollmentOf(world: World, id: string) {
  const [row] = await world.rows<{
    status: string;
    phase: string;
    node_id: string;
    version: number;
    end_reason: string | null;
  }>('SELECT status, phase, node_id, version, end_reason FROM contact_campaigns WHERE id = ?', id);
  if (row === undefined) throw new Error(`no enrollment ${id}`);
  return row;
}

export function providerEvent(
  world: World,
  of: Mail,
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
    machineSign: null,
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
export async function deliver(
  world: World,
  events: readonly ProviderEvent[],
  store: EngineStore = world.store,
) {
  return processDelivery(await stored(world), {
    store,
    plans: world.plans,
    clock: world.clock,
    graceMs: world.graceMs,
    parse: () => ({
      ok: true,
      events: events.map((event, position) => ({ position, event })),
      rejected: [],
    }),
  });
}

/** Stores bytes as they come from SendGrid, to a tenant's own address where one is given. */
export async function stored(
  world: World,
  payload = Buffer.from(newId()),
  tenantId: string | null = null,
): Promise<DeliveryRef> {
  const intake = createIntake({
    store: world.apiStore,
    publisher: world.publisher,
    timeoutMs: 10_000,
    onQueueError: (error) => {
      throw error;
    },
  });
  const id = await intake.add({ tenantId, payload });
  if (id === null) throw new Error('the delivery was not stored');
  return { id, tenantId };
}

/**
 * Fires every pending timer of these enrollments (of all, where none is named).
 *
 * @param copies how often each job comes, all at once.
 */
export async function fireTimers(world: World, enrollmentIds: readonly string[] = [], copies = 1) {
  const before = world.published.length;
  await world.rows(
    `UPDATE scheduled_actions SET run_at = campaign_now() - interval '1 second'
     WHERE type = 'timeout' AND status = 'pending'
       AND (cardinality(?::uuid[]) = 0 OR enrollment_id = ANY (?::uuid[]))`,
    enrollmentIds,
    enrollmentIds,
  );
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
    const { actions } = job.data;
    await Promise.all(
      Array.from({ length: copies }, () => fireTimeouts(actions, { ...world, jobId: job.jobId })),
    );
  }
}

export async function suppressAddresses(
  world: World,
  tenantId: string,
  addresses: readonly string[],
  store: EngineStore = world.store,
) {
  const { endedEnrollmentIds } = await suppress(
    {
      tenantId,
      entries: addresses.map((value) => ({
        channel: 'email',
        kind: 'address',
        value,
        reason: 'manual',
        source: 'test',
        at: null,
      })),
      actor: 'test',
    },
    { store, plans: world.plans, now: () => world.clock.now(), graceMs: world.graceMs },
  );
  return endedEnrollmentIds;
}

export function stop(world: World, { tenant, enrollmentId }: Enrolled) {
  return stopEnrollments(
    { tenantId: tenant.tenantId, enrollmentIds: [enrollmentId], reason: 'test' },
    {
      store: world.store,
      plans: world.plans,
      now: () => world.clock.now(),
      graceMs: world.graceMs,
    },
  );
}

/** Records inputs that no provider reports (a reply). */
export function record(world: World, inputs: readonly NewInput[]) {
  return world.store.transaction([...new Set(inputs.map((input) => input.tenantId))], (tx) =>
    applyInputs(tx, inputs, {
      plans: world.plans,
      now: world.clock.now(),
      graceMs: world.graceMs,
    }),
  );
}

export function reply(world: World, { tenant, enrollmentId }: Enrolled, nodeId = 'first') {
  return record(world, [
    {
      tenantId: tenant.tenantId,
      enrollmentId,
      inputId: `reply:${newId()}`,
      input: {
        kind: 'event',
        type: 'replied',
        nodeId,
        visit: 1,
        attempt: 1,
        at: world.clock.now(),
        actor: 'human',
      },
    },
  ]);
}

/** Platform limits so wide that nothing is ever refused. */
export async function liftLimits(world: World): Promise<void> {
  for (const [scope, seconds] of [
    ['sender', 60],
    ['sender', 3_600],
    ['recipient_domain', 3_600],
    ['tenant', 3_600],
    ['global', 3_600],
  ] as const) {
    await world.rows(
      `INSERT INTO send_rate_limits (id, scope, window_seconds, max_messages, counted_at)
       VALUES (?, ?, ?, 1000000, now())`,
      newId(),
      scope,
      seconds,
    );
  }
}

/** Everything that is pending may run now, and every lane may be visited. */
export async function hurry(world: World): Promise<void> {
  await world.rows(
    `UPDATE scheduled_actions SET run_at = campaign_now(), not_after = NULL
     WHERE type = 'send' AND status = 'pending'`,
  );
  await world.rows("UPDATE dispatch_lanes SET next_at = '-infinity'");
}

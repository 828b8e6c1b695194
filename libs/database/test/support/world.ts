import { createMemoryLimiter } from '@cadenza/rate-limiter';
import {
  newId,
  type ActionsJob,
  type JobPublisher,
  type NewJob,
  type QueueName,
} from '@cadenza/domain';
import {
  createMessageRenderer,
  createPlanCache,
  createSender,
  dispatchSends,
  enrol,
  type ClaimedAction,
  type DispatchOptions,
  type SendOptions,
} from '@cadenza/engine';
import { parsePlan, planHash } from '@cadenza/plan';
import { createTestDatabase } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import type {} from '@cadenza/testing/template-setup';
import { sql } from 'kysely';
import { inject } from 'vitest';
import {
  createDatabase,
  createDatabaseClock,
  createEngineStore,
  createLogin,
  createPool,
  dropLogins,
  inTenants,
} from '../../src/index.ts';

/** A send node, then another when nobody opens. */
export const TWO_STEPS = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'Hello',
      body: '<p>Hello</p>',
      transitions: [
        { on: 'no_open', to: 'second', after: 'PT72H' },
        { on: 'opened', to: 'third', within: 'PT72H' },
      ],
    },
    {
      id: 'second',
      channel: 'email',
      action: 'send',
      subject: 'Again',
      body: '<p>Again</p>',
      transitions: [],
    },
    {
      id: 'third',
      channel: 'email',
      action: 'send',
      subject: 'Thanks',
      body: '<p>Thanks</p>',
      transitions: [],
    },
  ],
};

export interface Tenant {
  readonly tenantId: string;
  readonly senderId: string;
  readonly campaignId: string;
}

/** A migrated database with its roles, and everything the use cases take, on real Postgres. */
export async function createWorld(adminUrl: string) {
  const database = await createTestDatabase(adminUrl, { template: inject('templateDatabase') });
  const workerUrl = await createLogin(database.url, { role: 'cadenza_worker' });
  const apiUrl = await createLogin(database.url, { role: 'cadenza_api' });
  const owner = createDatabase(createPool({ url: database.url, poolSize: 4 }));
  const worker = createDatabase(createPool({ url: workerUrl, poolSize: 12 }));
  const api = createDatabase(createPool({ url: apiUrl, poolSize: 4 }));
  const clock = await createDatabaseClock(worker, () => undefined);
  const store = createEngineStore(worker);
  const apiStore = createEngineStore(api);
  const plans = createPlanCache();
  // Slots as wide as a slow machine needs: none of these tests is about missing one.
  const limiter = createMemoryLimiter({ minSlotMs: 30_000 });
  const published: { queue: QueueName; job: NewJob<QueueName> }[] = [];
  const publisher: JobPublisher = {
    publish(queue, jobs) {
      published.push(...jobs.map((job) => ({ queue, job })));
      return Promise.resolve();
    },
  };
  const graceMs = 120_000;

  return {
    database,
    owner,
    worker,
    api,
    workerUrl,
    apiUrl,
    clock,
    store,
    apiStore,
    plans,
    limiter,
    publisher,
    published,
    graceMs,
    renderer: createMessageRenderer({
      publicUrl: 'https://cadenza.example.com',
      unsubscribeKey: { keyId: 'test', secret: 'a secret for tests, of 32 bytes or more' },
    }),
    time: { monotonic: () => performance.now(), wall: () => Date.now() },

    /** A tenant with a verified sender and a running campaign of the plan. */
    async createTenant(plan: unknown = TWO_STEPS): Promise<Tenant> {
      const parsed = parsePlan(plan);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const [tenantId, senderId, planId, versionId, campaignId] = [
        newId(),
        newId(),
        newId(),
        newId(),
        newId(),
      ];
      await inTenants(api, [tenantId], async (trx) => {
        await trx.insertInto('tenants').values({ id: tenantId, name: 'Acme' }).execute();
        await trx
          .insertInto('email_sender_identities')
          .values({
            tenant_id: tenantId,
            id: senderId,
            email: `ae-${senderId}@example.com`,
            name: 'Ada',
            verification: 'verified',
          })
          .execute();
        await trx
          .insertInto('campaign_plans')
          .values({ tenant_id: tenantId, id: planId, name: 'Plan' })
          .execute();
        await trx
          .insertInto('campaign_plan_versions')
          .values({
            tenant_id: tenantId,
            id: versionId,
            plan_id: planId,
            version: 1,
            plan: JSON.stringify(plan),
            plan_hash: planHash(parsed.plan),
          })
          .execute();
        await trx
          .insertInto('campaigns')
          .values({
            tenant_id: tenantId,
            id: campaignId,
            name: 'Campaign',
            plan_version_id: versionId,
            sender_identity_id: senderId,
            status: 'running',
          })
          .execute();
      });
      return { tenantId, senderId, campaignId };
    },

    /** A contact with an address of its own unless one is given. */
    async createContact(
      tenantId: string,
      address = `person-${newId()}@example.org`,
    ): Promise<string> {
      const id = newId();
      await inTenants(api, [tenantId], async (trx) => {
        await trx
          .insertInto('contacts')
          .values({ tenant_id: tenantId, id, first_name: 'Grace' })
          .execute();
        await trx
          .insertInto('contact_channels')
          .values({ tenant_id: tenantId, id: newId(), contact_id: id, channel: 'email', address })
          .execute();
      });
      return id;
    },

    async enrolOne(tenant: Tenant, contactId?: string): Promise<string> {
      const contact = contactId ?? (await this.createContact(tenant.tenantId));
      const result = await enrol(
        { tenantId: tenant.tenantId, campaignId: tenant.campaignId, contactIds: [contact] },
        { store, plans, now: () => clock.now(), graceMs },
      );
      const enrolled = result?.enrolled[0];
      if (enrolled === undefined) throw new Error(`not enrolled: ${JSON.stringify(result)}`);
      return enrolled.enrollmentId;
    },

    dispatchOptions(over: Partial<DispatchOptions> = {}): DispatchOptions {
      return {
        store,
        limiter,
        publisher,
        plans,
        clock,
        graceMs,
        limit: 500,
        perLane: 100,
        maxOutstanding: 5_000,
        leadMs: 60_000,
        horizonMs: 60_000,
        leaseMs: 30_000,
        ...over,
      };
    },

    /**
     * Dispatches what is due and answers with the actions handed to `outreach-send`, whatever
     * the provider has said before.
     */
    async dispatch(): Promise<ClaimedAction[]> {
      await this.rows('DELETE FROM provider_holds');
      return this.dispatchAllowed();
    },

    /** The same, within what the provider's account allows. */
    async dispatchAllowed(): Promise<ClaimedAction[]> {
      const before = published.length;
      await dispatchSends(this.dispatchOptions());
      return published
        .slice(before)
        .flatMap(({ queue, job }) =>
          queue === 'outreach-send' ? (job.data as ActionsJob).actions : [],
        );
    },

    /** Rows as the owner of the database sees them: all of them. */
    async rows<T>(text: string, ...values: readonly unknown[]): Promise<T[]> {
      const parts = text.split('?');
      return (await sql<T>(parts as unknown as TemplateStringsArray, ...values).execute(owner))
        .rows;
    },

    async close(): Promise<void> {
      clock.stop();
      await Promise.all([owner.destroy(), worker.destroy(), api.destroy()]);
      await database.drop();
      await dropLogins(
        adminUrl,
        [workerUrl, apiUrl].map((url) => new URL(url).username),
      );
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * Works actions at the same time, as a worker does.
 *
 * @returns how many led to a hand-off.
 * @throws what kept one of them from beginning, or from being recorded.
 */
export async function processSends(
  actions: readonly ClaimedAction[],
  options: SendOptions,
): Promise<{ handedOff: number; notBegun: number }> {
  const unrecorded: unknown[] = [];
  const sender = createSender({ ...options, onUnrecorded: (error) => unrecorded.push(error) });
  const { begun } = await sender.process(actions);
  await sender.idle();
  if (unrecorded.length > 0) throw unrecorded[0];
  return { handedOff: begun, notBegun: actions.length - begun };
}

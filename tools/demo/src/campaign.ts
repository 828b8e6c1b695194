import {
  answered,
  createCadenzaClient,
  csvBody,
  everyItem,
  type CadenzaClient,
  type components,
} from '@cadenza/client';
import { createApiKey, inTenants, insertApiKey, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import type { Stack } from '@cadenza/stack';

type Schemas = components['schemas'];

/** A campaign that runs, with what led to it. */
export interface RunningCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly key: string;
  readonly api: CadenzaClient;
  readonly imported: Schemas['ImportReport'];
  readonly enrolled: number;
  readonly refused: readonly { readonly contactId: string; readonly reason: string }[];
}

/** A limit as the API takes it. */
export interface DemoLimit {
  readonly channel?: 'email' | 'sms';
  readonly scope: 'sender' | 'recipient_domain' | 'tenant';
  readonly windowSeconds: number;
  readonly maxMessages: number;
}

/**
 * Limits of the demo's tenant. A day passes in seconds, so that a slot is as wide as hours; the
 * limits are those of a larger team, and hold in campaign time like any others.
 */
const LIMITS: readonly DemoLimit[] = [
  { scope: 'sender', windowSeconds: 60, maxMessages: 500 },
  { scope: 'sender', windowSeconds: 3_600, maxMessages: 2_000 },
  { scope: 'recipient_domain', windowSeconds: 3_600, maxMessages: 500 },
];

/** Of a few hundred simulated people more complain and bounce than any sender could go on with. */
const NEVER = { warn: 1, pause: 1, stop: 1 };
const UNGUARDED = { bounce: NEVER, complaint: NEVER };

/** Takes a contact list and a plan through the API until the campaign runs. */
export async function startDemoCampaign(
  stack: Stack,
  files: {
    readonly contactsCsv: string;
    readonly plan: unknown;
    /** Number or name that text messages come from, where the plan sends some. */
    readonly smsFrom?: string;
    /** The demo's by default. */
    readonly limits?: readonly DemoLimit[];
    /** False: the campaign stays a draft. */
    readonly start?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<RunningCampaign> {
  const tenantId = newId();
  const key = await createTenant(stack.apiDb, tenantId);
  const api = createCadenzaClient({
    baseUrl: stack.apiUrl,
    apiKey: key,
    ...(files.signal === undefined ? {} : { signal: files.signal }),
  });

  const sender = await answered(
    api.POST('/v1/sender-identities', {
      body: { email: 'ada@example.com', name: 'Ada of Example', signature: 'Ada, Example Inc.' },
    }),
  );
  await answered(
    api.POST('/v1/sender-identities/{id}/verify', { params: { path: { id: sender.id } } }),
  );
  const smsSenderId = files.smsFrom === undefined ? null : await smsSender(api, files.smsFrom);
  for (const limit of files.limits ?? LIMITS) {
    await answered(api.PUT('/v1/send-rate-limits', { body: limit }));
  }
  await answered(api.PUT('/v1/deliverability/thresholds', { body: UNGUARDED }));
  const imported = await answered(api.POST('/v1/contacts/import', csvBody(files.contactsCsv)));
  const { plan } = await answered(
    api.POST('/v1/plans', { body: { name: 'Outreach', plan: files.plan } }),
  );
  const [version] = plan.versions;
  if (version === undefined) throw new Error('the plan was stored without a version');
  const campaign = await answered(
    api.POST('/v1/campaigns', {
      body: {
        name: 'Spring outreach',
        planVersionId: version.id,
        senderIdentityId: sender.id,
        ...(smsSenderId === null ? {} : { smsSenderIdentityId: smsSenderId }),
      },
    }),
  );
  const path = { id: campaign.id };
  const { enrolled, refused } = await answered(
    api.POST('/v1/campaigns/{id}/enrollments', {
      params: { path },
      body: { contactIds: await allContacts(api) },
    }),
  );
  if (files.start !== false) {
    await answered(api.POST('/v1/campaigns/{id}/start', { params: { path } }));
  }
  return {
    tenantId,
    campaignId: campaign.id,
    key,
    api,
    imported,
    enrolled: enrolled.length,
    refused,
  };
}

async function smsSender(api: CadenzaClient, from: string): Promise<string> {
  const body = { from, name: 'Ada of Example' };
  const { id } = await answered(api.POST('/v1/sms-senders', { body }));
  await answered(api.POST('/v1/sms-senders/{id}/verify', { params: { path: { id } } }));
  return id;
}

/**
 * What the command line does for a new tenant: the API has no key to be called with yet.
 *
 * @returns the tenant's first key.
 */
export async function createTenant(apiDb: Database, tenantId: string): Promise<string> {
  const key = createApiKey();
  await inTenants(apiDb, [tenantId], async (trx) => {
    await trx
      .insertInto('tenants')
      .values({
        id: tenantId,
        name: 'Example Inc.',
        postal_address: '1 Example Street, Springfield',
      })
      .execute();
    await insertApiKey(trx, tenantId, { ...key, name: 'demo' });
  });
  return key.key;
}

async function allContacts(api: CadenzaClient): Promise<string[]> {
  const contacts = everyItem((cursor) =>
    answered(
      api.GET('/v1/contacts', { params: { query: { limit: 200, ...(cursor && { cursor }) } } }),
    ),
  );
  const ids: string[] = [];
  for await (const { id } of contacts) ids.push(id);
  return ids;
}

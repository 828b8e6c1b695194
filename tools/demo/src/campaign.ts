import { createApiKey, inTenants, insertApiKey, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import type { Stack } from '@cadenza/stack';
import { createApiClient, type ApiClient } from './api-client.ts';

export interface RejectedRow {
  readonly row: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string;
  readonly message: string;
}

export interface ImportReport {
  readonly imported: number;
  readonly updated: number;
  readonly duplicates: number;
  readonly rejectedTotal: number;
  readonly rejected: readonly RejectedRow[];
  readonly warnings: readonly RejectedRow[];
}

/** A campaign that runs, with what led to it. */
export interface RunningCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly key: string;
  readonly api: ApiClient;
  readonly imported: ImportReport;
  readonly enrolled: number;
  readonly refused: readonly { readonly contactId: string; readonly reason: string }[];
}

interface Identified {
  readonly id: string;
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
    readonly contactsCsv: Buffer;
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
  const api = createApiClient(stack.apiUrl, key, files.signal);

  const sender = await api.post<Identified>('/sender-identities', {
    email: 'ada@example.com',
    name: 'Ada of Example',
    signature: 'Ada, Example Inc.',
  });
  await api.post(`/sender-identities/${sender.id}/verify`);
  const smsSenderId = files.smsFrom === undefined ? null : await smsSender(api, files.smsFrom);
  for (const limit of files.limits ?? LIMITS) await api.put('/send-rate-limits', limit);
  await api.put('/deliverability/thresholds', UNGUARDED);
  const imported = await api.postCsv<ImportReport>('/contacts/import', files.contactsCsv);
  const { plan } = await api.post<{
    readonly plan: { readonly versions: readonly Identified[] };
  }>('/plans', {
    name: 'Outreach',
    plan: files.plan,
  });
  const [version] = plan.versions;
  if (version === undefined) throw new Error('the plan was stored without a version');
  const campaign = await api.post<Identified>('/campaigns', {
    name: 'Spring outreach',
    planVersionId: version.id,
    senderIdentityId: sender.id,
    ...(smsSenderId === null ? {} : { smsSenderIdentityId: smsSenderId }),
  });
  const { enrolled, refused } = await api.post<{
    readonly enrolled: readonly unknown[];
    readonly refused: RunningCampaign['refused'];
  }>(`/campaigns/${campaign.id}/enrollments`, { contactIds: await allContacts(api) });
  if (files.start !== false) await api.post(`/campaigns/${campaign.id}/start`);
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

async function smsSender(api: ApiClient, from: string): Promise<string> {
  const { id } = await api.post<Identified>('/sms-senders', { from, name: 'Ada of Example' });
  await api.post(`/sms-senders/${id}/verify`);
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

async function allContacts(api: ApiClient): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: readonly Identified[]; nextCursor: string | null } = await api.get(
      `/contacts?limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

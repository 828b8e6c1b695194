import { createApiClient, createTenant, type ApiClient } from '@cadenza/demo';
import { newId } from '@cadenza/domain';
import { DEFAULT_PROFILE } from '@cadenza/sendgrid-emulator';
import type { TortureOptions } from '../options.ts';
import type { World } from '../world/world.ts';
import { MESSAGES_PER_PERSON, PLAN } from './plan.ts';

/** A campaign that runs, with the people who are still to be enrolled. */
export interface TorturedCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly api: ApiClient;
  /** Contacts not enrolled yet. */
  readonly people: string[];
}

const TENANTS = 2;
const SENDERS_PER_TENANT = 3;
/** Domains of a tenant's people; its limit of 200 an hour binds where many of them meet. */
const DOMAINS = 40;
const ROWS_PER_IMPORT = 5_000;
const SOFT_BOUNCES_FROM_MINUTES = 2;
/** People beyond what is expected to be needed. */
const RESERVE = 1.4;

/** Sets up everything over the API, as a user does, before anything goes wrong. */
export async function startCampaigns(
  world: World,
  { messages, minutes, policy }: Pick<TortureOptions, 'messages' | 'minutes' | 'policy'>,
): Promise<TorturedCampaign[]> {
  const people = Math.ceil((messages / MESSAGES_PER_PERSON) * RESERVE);
  const tenants = await Promise.all(
    Array.from({ length: TENANTS }, (_, tenant) =>
      startTenant(world, tenant, Math.ceil(people / TENANTS)),
    ),
  );
  await world.sql.rows('UPDATE tenants SET unknown_policy = $1', [policy]);
  // The first retry after a soft bounce comes after an hour, which is a minute of the run, and the
  // second after its end.
  const softBounces = minutes < SOFT_BOUNCES_FROM_MINUTES ? { softBounce: 0 } : { softBounces: 1 };
  await world.emulator.addRule({ match: '*', profile: { ...DEFAULT_PROFILE, ...softBounces } });
  return tenants.flat();
}

async function startTenant(
  world: World,
  number: number,
  people: number,
): Promise<TorturedCampaign[]> {
  const tenantId = newId();
  const key = await createTenant(world.apiDb, tenantId);
  const api = createApiClient(world.apiUrl, key);
  // More comes back of what goes through faults than any sender could go on with.
  const never = { warn: 1, pause: 1, stop: 1 };
  await api.put('/deliverability/thresholds', { bounce: never, complaint: never });
  for (let from = 0; from < people; from += ROWS_PER_IMPORT) {
    await api.postCsv(
      '/contacts/import',
      contacts(number, from, Math.min(people, from + ROWS_PER_IMPORT)),
    );
  }
  const { plan } = await api.post<{
    readonly plan: { readonly versions: readonly { readonly id: string }[] };
  }>('/plans', { name: 'Torture', plan: PLAN });
  const planVersionId = plan.versions[0]?.id;
  const ids = await world.sql.rows<{ id: string }>(
    'SELECT id FROM contacts WHERE tenant_id = $1 ORDER BY id',
    [tenantId],
  );
  const campaigns: TorturedCampaign[] = [];
  for (let sender = 0; sender < SENDERS_PER_TENANT; sender += 1) {
    const identity = await api.post<{ readonly id: string }>('/sender-identities', {
      email: `sender-${number}-${sender}@example.com`,
      name: `Sender ${sender}`,
      signature: 'Example Inc.',
    });
    await api.post(`/sender-identities/${identity.id}/verify`);
    const campaign = await api.post<{ readonly id: string }>('/campaigns', {
      name: `Torture ${sender}`,
      planVersionId,
      senderIdentityId: identity.id,
    });
    await api.post(`/campaigns/${campaign.id}/start`);
    campaigns.push({
      tenantId,
      campaignId: campaign.id,
      api,
      people: ids.filter((_, index) => index % SENDERS_PER_TENANT === sender).map(({ id }) => id),
    });
  }
  return campaigns;
}

function contacts(tenant: number, from: number, to: number): Buffer {
  const rows = ['email,first_name'];
  for (let n = from; n < to; n += 1) {
    rows.push(`person-${n}@t${tenant}-${n % DOMAINS}.example.org,Person ${n}`);
  }
  return Buffer.from(rows.join('\n'));
}

import { answered, createCadenzaClient, csvBody, type CadenzaClient } from '@cadenza/client';
import { createTenant } from '@cadenza/demo';
import { newId } from '@cadenza/domain';
import { DEFAULT_PROFILE } from '@cadenza/sendgrid-emulator';
import type { TortureOptions } from '../options.ts';
import type { World } from '../world/world.ts';
import { MESSAGES_PER_PERSON, PLAN } from './plan.ts';

/** A campaign that runs, with the people who are still to be enrolled. */
export interface TorturedCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly api: CadenzaClient;
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
  const api = createCadenzaClient({ baseUrl: world.apiUrl, apiKey: key });
  // More comes back of what goes through faults than any sender could go on with.
  const never = { warn: 1, pause: 1, stop: 1 };
  await answered(
    api.PUT('/v1/deliverability/thresholds', { body: { bounce: never, complaint: never } }),
  );
  for (let from = 0; from < people; from += ROWS_PER_IMPORT) {
    const rows = contacts(number, from, Math.min(people, from + ROWS_PER_IMPORT));
    await answered(api.POST('/v1/contacts/import', csvBody(rows)));
  }
  const { plan } = await answered(api.POST('/v1/plans', { body: { name: 'Torture', plan: PLAN } }));
  const [version] = plan.versions;
  if (version === undefined) throw new Error('the plan was stored without a version');
  const ids = await world.sql.rows<{ id: string }>(
    'SELECT id FROM contacts WHERE tenant_id = $1 ORDER BY id',
    [tenantId],
  );
  const campaigns: TorturedCampaign[] = [];
  for (let sender = 0; sender < SENDERS_PER_TENANT; sender += 1) {
    const identity = await answered(
      api.POST('/v1/sender-identities', {
        body: {
          email: `sender-${number}-${sender}@example.com`,
          name: `Sender ${sender}`,
          signature: 'Example Inc.',
        },
      }),
    );
    await answered(
      api.POST('/v1/sender-identities/{id}/verify', { params: { path: { id: identity.id } } }),
    );
    const campaign = await answered(
      api.POST('/v1/campaigns', {
        body: {
          name: `Torture ${sender}`,
          planVersionId: version.id,
          senderIdentityId: identity.id,
        },
      }),
    );
    await answered(api.POST('/v1/campaigns/{id}/start', { params: { path: { id: campaign.id } } }));
    campaigns.push({
      tenantId,
      campaignId: campaign.id,
      api,
      people: ids.filter((_, index) => index % SENDERS_PER_TENANT === sender).map(({ id }) => id),
    });
  }
  return campaigns;
}

function contacts(tenant: number, from: number, to: number): string {
  const rows = ['email,first_name'];
  for (let n = from; n < to; n += 1) {
    rows.push(`person-${n}@t${tenant}-${n % DOMAINS}.example.org,Person ${n}`);
  }
  return rows.join('\n');
}

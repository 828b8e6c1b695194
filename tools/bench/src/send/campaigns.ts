import {
  createEngineStore,
  importContacts,
  insertCampaign,
  insertPlan,
  insertSenderIdentity,
  inTenants,
  setSenderVerification,
  findPlan,
  type Database,
} from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { createPlanCache, enrol, timerGraceMs } from '@cadenza/engine';
import { canonicalPlanJson, parsePlan, planHash } from '@cadenza/plan';
import { sql } from 'kysely';
import { person, POSTAL_ADDRESS, SENDER, senderEmail } from './template.ts';

/** Contacts written, and enrolled, by one transaction. */
const CHUNK = 1_000;
const FAR_ABOVE = 1_000_000_000;

/** Tenants with a plan and a sender each, to whose campaigns people are enrolled. */
export interface Audience {
  /** Draft campaigns, one for each tenant, of so many people in all, whose first mail is due. */
  enrol(count: number): Promise<readonly string[]>;
}

interface Tenant {
  readonly tenantId: string;
  readonly senderIdentityId: string;
  readonly planVersionId: string;
}

/**
 * @param db as an administrator, who alone can set the limits of the installation.
 * @param apiDb as the API's role, which does the rest.
 * @param of.tenants each is a lane of its own to the dispatcher.
 * @param of.plan what people are enrolled in.
 */
export async function createAudience(
  db: Database,
  apiDb: Database,
  of: { readonly tenants: number; readonly plan: object },
): Promise<Audience> {
  const { tenants } = of;
  await liftLimits(db);
  const made = await Promise.all(
    Array.from({ length: tenants }, (_, n) => createTenant(apiDb, n, of.plan)),
  );
  const store = createEngineStore(apiDb);
  const plans = createPlanCache();
  let people = 0;

  async function enrolInOne(
    { tenantId, planVersionId, senderIdentityId }: Tenant,
    count: number,
  ): Promise<string> {
    const campaignId = await inTenants(apiDb, [tenantId], (trx) =>
      insertCampaign(trx, tenantId, { name: `Of ${count}`, planVersionId, senderIdentityId }),
    );
    for (let left = count; left > 0; left -= CHUNK) {
      const contactIds = await addContacts(apiDb, tenantId, people, Math.min(CHUNK, left));
      people += contactIds.length;
      const result = await enrol(
        { tenantId, campaignId, contactIds },
        { store, plans, now: () => Date.now(), graceMs: timerGraceMs(1) },
      );
      if (result?.enrolled.length !== contactIds.length) {
        throw new Error(`not everybody was enrolled: ${JSON.stringify(result?.refused[0])}`);
      }
    }
    return campaignId;
  }

  return {
    async enrol(count) {
      const campaigns: string[] = [];
      for (const [n, tenant] of made.entries()) {
        const share = Math.floor(((n + 1) * count) / tenants) - Math.floor((n * count) / tenants);
        if (share > 0) campaigns.push(await enrolInOne(tenant, share));
      }
      await haveChecked(db);
      // What a server that has been up for a while knows of its tables.
      await sql`VACUUM (ANALYZE)`.execute(db);
      return campaigns;
    },
  };
}

async function liftLimits(db: Database): Promise<void> {
  const limits = [
    ['sender', 60],
    ['sender', 3_600],
    ['recipient_domain', 3_600],
    ['tenant', 3_600],
    ['global', 3_600],
  ] as const;
  await db
    .insertInto('send_rate_limits')
    .values(
      limits.map(([scope, seconds]) => ({
        id: newId(),
        tenant_id: null,
        scope,
        reference: null,
        window_seconds: seconds,
        max_messages: FAR_ABOVE,
        // Nothing was handed off before; without an event-worker nobody would count that.
        counted_at: new Date(),
      })),
    )
    .execute();
}

/**
 * Addresses are checked once, in the background, when contacts are imported: here the people have
 * been there for a while.
 */
async function haveChecked(db: Database): Promise<void> {
  await db
    .updateTable('contact_channels')
    .set({ validity: 'valid', checked_at: new Date(), check_at: null })
    .where('check_at', 'is not', null)
    .execute();
}

async function createTenant(apiDb: Database, n: number, plan: object): Promise<Tenant> {
  const tenantId = newId();
  const parsed = parsePlan(plan);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const content = { json: canonicalPlanJson(parsed.plan), hash: planHash(parsed.plan) };
  return inTenants(apiDb, [tenantId], async (trx) => {
    await trx
      .insertInto('tenants')
      .values({ id: tenantId, name: `Tenant ${n}`, postal_address: POSTAL_ADDRESS })
      .execute();
    const senderIdentityId = await insertSenderIdentity(trx, tenantId, {
      ...SENDER,
      email: senderEmail(n),
    });
    if (senderIdentityId === null) throw new Error('a sender identity is there already');
    const verification = { status: 'verified', detail: 'by the bench' } as const;
    await setSenderVerification(trx, tenantId, senderIdentityId, verification);
    const planId = await insertPlan(trx, tenantId, { name: 'Bench', content });
    const stored = await findPlan(trx, tenantId, planId);
    const version = stored?.versions[0];
    if (version === undefined) throw new Error('the plan was stored without a version');
    return { tenantId, senderIdentityId, planVersionId: version.id };
  });
}

async function addContacts(
  apiDb: Database,
  tenantId: string,
  from: number,
  count: number,
): Promise<string[]> {
  const people = Array.from({ length: count }, (_, n) => person(from + n));
  return inTenants(apiDb, [tenantId], async (trx) => {
    await importContacts(
      trx,
      tenantId,
      people.map((one) => ({
        ...one,
        timezone: null,
        phone: null,
        website: null,
        industry: null,
        custom: {},
      })),
      { fill: false, source: 'bench' },
    );
    const rows = await trx
      .selectFrom('contact_channels')
      .select('contact_id')
      .where('tenant_id', '=', tenantId)
      .where(
        'address',
        'in',
        people.map(({ email }) => email),
      )
      .execute();
    return rows.map(({ contact_id }) => contact_id);
  });
}

import { createHash, randomInt } from 'node:crypto';
import { newId, type OutboundSms, type SendOutcome, type SmsProvider } from '@cadenza/domain';
import {
  enrol,
  processDelivery,
  type DeliveryRef,
  type EngineStore,
  type Erasing,
  replayDeliveries,
} from '@cadenza/engine';
import { parseSmsDelivery } from '@cadenza/sms-dev';
import { BODY_CANARY } from '@cadenza/testing';
import { inTenants, putSendRateLimit } from '../../src/index.ts';
import { ACCEPT, provider, sendOptions } from './scenario.ts';
import { processSends, type Tenant, type World } from './world.ts';

/** A mail, and a text message to whoever it has reached. */
export const MAIL_THEN_SMS = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'mail',
  nodes: [
    {
      id: 'mail',
      channel: 'email',
      action: 'send',
      subject: 'Hello',
      body: '<p>Hello</p>',
      transitions: [{ on: 'delivered', to: 'text' }],
    },
    {
      id: 'text',
      channel: 'sms',
      action: 'send',
      body: 'Hello {{contact.firstName}} <you>',
      transitions: [],
    },
  ],
};

export const SMS_ONLY = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'sms',
      action: 'send',
      body: 'Hello {{contact.firstName}}',
      transitions: [{ on: 'no_reply', to: 'second', after: 'P1D' }],
    },
    {
      id: 'second',
      channel: 'sms',
      action: 'send',
      body: `Once more, ${BODY_CANARY}`,
      transitions: [],
    },
  ],
};

export interface SmsTenant extends Tenant {
  readonly smsSenderId: string;
  /** The number that its messages come from. */
  readonly from: string;
}

export function newNumber(): string {
  return `+1202555${String(randomInt(10_000)).padStart(4, '0')}`;
}

/** A tenant whose campaign has a verified sender of text messages, too. */
export async function createSmsTenant(
  world: World,
  plan: unknown,
  from = `+1303${randomInt(2_000_000, 9_999_999)}`,
): Promise<SmsTenant> {
  const tenant = await world.createTenant(plan);
  const smsSenderId = newId();
  await inTenants(world.api, [tenant.tenantId], async (trx) => {
    await trx
      .insertInto('email_sender_identities')
      .values({
        tenant_id: tenant.tenantId,
        id: smsSenderId,
        channel: 'sms',
        sms_from: from,
        name: 'Ada',
        verification: 'verified',
      })
      .execute();
    await trx
      .updateTable('campaigns')
      .set({ sms_sender_identity_id: smsSenderId })
      .where('id', '=', tenant.campaignId)
      .execute();
  });
  return { ...tenant, smsSenderId, from };
}

/** A contact with an e-mail address and a number. */
export async function createReachable(world: World, tenantId: string, phone: string) {
  const contactId = await world.createContact(tenantId);
  await inTenants(world.api, [tenantId], (trx) =>
    trx
      .insertInto('contact_channels')
      .values({
        tenant_id: tenantId,
        id: newId(),
        contact_id: contactId,
        channel: 'sms',
        address: phone,
      })
      .execute(),
  );
  return contactId;
}

/** A provider of the port, whose answers a test decides and whose messages it counts. */
export function smsProvider(answer: (sms: OutboundSms) => SendOutcome | Promise<SendOutcome>) {
  const texts: OutboundSms[] = [];
  const port: SmsProvider = {
    async send(sms) {
      texts.push(sms);
      return answer(sms);
    },
    close: () => Promise.resolve(),
  };
  return { texts, port };
}

/** Somebody reachable, enrolled in the tenant's campaign. */
export async function enrolReachable(world: World, tenant: SmsTenant, phone = newNumber()) {
  const contactId = await createReachable(world, tenant.tenantId, phone);
  return { phone, contactId, enrollmentId: await world.enrolOne(tenant, contactId) };
}

/** Works all that is due of a tenant, and answers with what was handed over. */
export async function sendTexts(
  world: World,
  tenant: SmsTenant,
  answer: () => SendOutcome = () => ACCEPT,
) {
  const sms = smsProvider(answer);
  const mail = provider(() => ACCEPT);
  const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
  await processSends(jobs, sendOptions(world, mail.port, { sms: sms.port }));
  return { texts: sms.texts, mails: mail.mails };
}

/** Lets nothing of SMS be refused by a limit that is not the test's. */
export async function widen(world: World, tenant: SmsTenant): Promise<void> {
  for (const windowSeconds of [60, 3_600]) {
    await setSmsLimit(world, tenant, { scope: 'sender', windowSeconds, maxMessages: 100_000 });
  }
}

export async function setSmsLimit(
  world: World,
  { tenantId }: SmsTenant,
  limit: {
    readonly scope: 'sender' | 'tenant';
    readonly windowSeconds: number;
    readonly maxMessages: number;
  },
): Promise<void> {
  await inTenants(world.api, [tenantId], (trx) =>
    putSendRateLimit(trx, tenantId, { ...limit, channel: 'sms', reference: null }),
  );
  await world.rows('UPDATE send_rate_limits SET counted_at = now()');
}

/** Somebody reachable to whom nothing was sent. */
export async function unwritten(world: World, { tenantId }: SmsTenant, phone = newNumber()) {
  return { phone, contactId: await createReachable(world, tenantId, phone) };
}

export const renumber = (world: World, contactId: string, phone: string) =>
  world.rows(
    "UPDATE contact_channels SET address = ? WHERE contact_id = ? AND channel = 'sms'",
    phone,
    contactId,
  );

export function enrolOptions({ store, plans, graceMs, clock }: World) {
  return { store, plans, graceMs, now: () => clock.now() };
}

/** Whether somebody can be enrolled, or why not. */
export async function enrolment(world: World, tenant: SmsTenant, contactId: string) {
  const { tenantId, campaignId } = tenant;
  const request = { tenantId, campaignId, contactIds: [contactId] };
  const result = await enrol(request, enrolOptions(world));
  return result?.refused[0]?.reason ?? 'enrolled';
}

export async function suppressionsOf(world: World, { tenantId }: SmsTenant) {
  return world.rows<{ channel: string; value: string; reason: string; source: string }>(
    'SELECT channel, value, reason, source FROM communication_suppressions WHERE tenant_id = ?',
    tenantId,
  );
}

/** Stores and processes a webhook of the development provider. */
export async function deliverSms(world: World, reports: readonly object[], store = world.store) {
  return processSms(world, await storeSms(world, reports), { store });
}

/** Stores one alone. */
export async function storeSms(world: World, reports: readonly object[]): Promise<DeliveryRef> {
  const payload = Buffer.from(JSON.stringify(reports));
  const id = newId();
  await world.apiStore.storeDeliveries([
    {
      id,
      tenantId: null,
      provider: 'sms-dev',
      payload,
      hash: createHash('sha256').update(payload).digest(),
    },
  ]);
  return { id, tenantId: null };
}

/** Processes one that is stored. */
export function processSms(
  world: World,
  ref: DeliveryRef,
  { store = world.store, erasing = null }: { store?: EngineStore; erasing?: Erasing | null } = {},
) {
  return processDelivery(ref, {
    store,
    plans: world.plans,
    clock: world.clock,
    graceMs: world.graceMs,
    erasing,
    parse: (bytes, provider) => {
      if (provider !== 'sms-dev') throw new Error(`a delivery of ${provider}`);
      return parseSmsDelivery(bytes);
    },
  });
}

/** A text message that comes in. */
export function coming(world: World, from: string, to: string, text: string) {
  return { type: 'message', id: newId(), from, to, text, at: world.clock.now() };
}

/** Processes all that is stored again. */
export async function replayed(world: World): Promise<void> {
  const all = { from: null, to: null, tenantId: null, quarantined: false, dryRun: false };
  const { store, plans, clock, graceMs } = world;
  const parse = (payload: Buffer) => parseSmsDelivery(payload);
  for await (const page of replayDeliveries(all, { store, plans, clock, graceMs, parse })) {
    void page;
  }
}

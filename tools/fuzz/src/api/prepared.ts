import { answered } from '@cadenza/client';
import {
  beginSession,
  createSessionToken,
  digestOfPassword,
  hashPassword,
  inTenants,
  insertUser,
  setPasswordHash,
} from '@cadenza/database';
import type { RunningCampaign } from '@cadenza/demo';
import { newId, type Id } from '@cadenza/domain';
import type { Stack } from '@cadenza/stack';
import type { Issuer } from '@cadenza/testing/oidc-issuer';
import { sql } from 'kysely';
import { until } from '../until.ts';
import { COLLEAGUE, INBOUND_TYPE, inboundText, PERSON } from './samples.ts';

/** Sessions that can be ended, and audiences that can be canceled: more than a run comes to. */
const MANY = 40;
/** Milliseconds in which mails are lost that the provider loses. */
const LOST_MS = 60_000;
/** Milliseconds in which a mail that came in is there to be read. */
const READ_MS = 60_000;

const turns = new WeakMap<readonly string[], number>();

/** One after the other, and the first again after the last. */
export function nextOf(values: readonly string[]): string {
  const turn = turns.get(values) ?? 0;
  turns.set(values, turn + 1);
  return values[turn % values.length] ?? '';
}

/** People who can sign in. */
export interface SignedIn {
  /** Tokens of the sessions of somebody who has a password. */
  readonly sessions: readonly string[];
  readonly userIds: readonly Id[];
}

/** Somebody who has signed in many times by a password, and somebody who can at an issuer. */
export async function signInOften({ db, apiDb }: Stack, tenantId: Id): Promise<SignedIn> {
  const stored = await hashPassword(PERSON.password);
  const proof = { by: 'password', passwordDigest: digestOfPassword(stored) } as const;
  await db.transaction().execute(async (trx) => {
    await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
    await setPasswordHash(trx, PERSON.email, stored);
  });
  const tokens = Array.from({ length: MANY }, createSessionToken);
  const userIds = await inTenants(apiDb, [tenantId], async (trx) => {
    const user = await insertUser(trx, tenantId, { email: PERSON.email, role: 'owner' });
    const colleague = await insertUser(trx, tenantId, { email: COLLEAGUE.email, role: 'viewer' });
    if (user === null || colleague === null) throw new Error('the people are users already');
    for (const { hash } of tokens) {
      await beginSession(trx, { tenantId, userId: user.id }, { hash, proof });
    }
    return [user.id, colleague.id];
  });
  return { sessions: tokens.map(({ token }) => token), userIds };
}

/** A sign-in that waits to be finished: what the issuer has answered, and what the browser keeps. */
export interface BegunSignIn {
  readonly code: string;
  readonly state: string;
  readonly cookie: string;
}

/** Has somebody say who they are to the issuer many times, without coming back with its answer yet. */
export async function beginSignIns(apiUrl: string, issuer: Issuer): Promise<BegunSignIn[]> {
  issuer.account = COLLEAGUE;
  const begun: BegunSignIn[] = [];
  for (let n = 0; n < MANY; n += 1) {
    const answer = await fetch(`${apiUrl}/v1/sign-in`, { redirect: 'manual' });
    const [cookie = ''] = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const back = new URL(await issuer.visit(answer.headers.get('location') ?? ''));
    const said = (name: string) => back.searchParams.get(name) ?? '';
    begun.push({ code: said('code'), state: said('state'), cookie });
  }
  return begun;
}

/** Audiences whose turn does not come while a run takes, so that there is something to cancel. */
export async function askForAudiences(
  { apiDb }: Stack,
  { tenantId, campaignId }: RunningCampaign,
): Promise<void> {
  const ids = Array.from({ length: MANY }, newId);
  await inTenants(apiDb, [tenantId], (trx) =>
    sql`
      INSERT INTO campaign_audiences (tenant_id, id, campaign_id, filter, next_at)
      SELECT c.tenant_id, a.id, c.id, '{"where": "email", "known": true}', now() + interval '1 day'
      FROM unnest(${ids}::uuid[]) a (id) CROSS JOIN campaigns c
      WHERE c.id = ${campaignId}`.execute(trx),
  );
}

/** Deliveries of the tenant's own address that nobody could read. @returns their ids */
export async function putAside({ db }: Stack, tenantId: Id): Promise<readonly Id[]> {
  const ids = Array.from({ length: MANY }, newId);
  await inTenants(db, [tenantId], async (trx) => {
    await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
    await sql`
      INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash)
      SELECT d.id, ${tenantId}, 'sendgrid', 'no events', sha256(d.id::text::bytea)
      FROM unnest(${ids}::uuid[]) d (id)`.execute(trx);
    await sql`SET LOCAL ROLE cadenza_worker`.execute(trx);
    await sql`
      UPDATE webhook_deliveries
      SET status = 'quarantined', error = 'expected a JSON array', attempts = 10
      WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  });
  return ids;
}

/** Has an endpoint hear of all that comes. @returns its id */
export async function watch({ api }: RunningCampaign): Promise<Id> {
  const body = { url: 'https://kept.example.com' };
  return (await answered(api.POST('/v1/webhook-endpoints', { body }))).id;
}

/** Has a mail with an attachment come in. */
export async function receiveAttached(
  { api }: RunningCampaign,
  apiUrl: string,
): Promise<{ readonly id: Id; readonly attachmentId: Id }> {
  const { path } = await answered(api.POST('/v1/inbound-tokens', { body: { name: 'Attached' } }));
  const posted = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': INBOUND_TYPE },
    body: inboundText({
      from: 'writer@example.org',
      to: 'somebody@example.com',
      subject: 'With something attached',
      attached: true,
      id: newId(),
    }),
  });
  if (!posted.ok) throw new Error(`inbound mail: ${posted.status} ${await posted.text()}`);
  let id: Id | undefined;
  const isThere = async () => {
    id = (await answered(api.GET('/v1/inbound-messages'))).items[0]?.id;
    return id !== undefined;
  };
  await until(isThere, READ_MS, 'a mail that came in');
  const params = { path: { id: id ?? '' } };
  const { attachments } = await answered(api.GET('/v1/inbound-messages/{id}', { params }));
  const [attachment] = attachments;
  if (id === undefined || attachment === undefined) throw new Error('nothing was attached');
  return { id, attachmentId: attachment.id };
}

/** Another campaign of the same plan, as a draft. @returns its id */
export async function draftLike({ api, campaignId }: RunningCampaign, name: string): Promise<Id> {
  const { planVersionId, senderIdentityId } = await answered(
    api.GET('/v1/campaigns/{id}', { params: { path: { id: campaignId } } }),
  );
  const body = { name, planVersionId, senderIdentityId };
  return (await answered(api.POST('/v1/campaigns', { body }))).id;
}

/**
 * Writes to people whose mail is lost in a campaign of their own, in which nobody enrols them again.
 *
 * @returns its id
 */
export async function writeToLost(
  campaign: RunningCampaign,
  emails: readonly string[],
): Promise<Id> {
  const { api } = campaign;
  const id = await draftLike(campaign, 'Lost');
  const contactIds: string[] = [];
  for (const email of emails) {
    contactIds.push((await answered(api.POST('/v1/contacts', { body: { email } }))).id);
  }
  const params = { path: { id } };
  await answered(api.POST('/v1/campaigns/{id}/enrollments', { params, body: { contactIds } }));
  await answered(api.POST('/v1/campaigns/{id}/start', { params }));
  return id;
}

/** A message that was lost. */
export interface LostMessage {
  readonly id: string;
  readonly contactId: string;
  readonly enrollmentId: string;
}

/** Gives up mails of whose fate nobody knows, but for one. */
export async function giveUpLost(
  { apiUrl }: Stack,
  key: string,
  lost: number,
): Promise<{ readonly unknown: LostMessage; readonly failed: readonly LostMessage[] }> {
  const call = async (path: string, body?: unknown) => {
    const answer = await fetch(`${apiUrl}/v1/messages${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { readonly items?: readonly LostMessage[] };
  };
  let all: readonly LostMessage[] = [];
  const isLost = async () => {
    all = (await call('?status=unknown')).items ?? [];
    return all.length >= lost;
  };
  await until(isLost, LOST_MS, `${lost} lost mails`);
  const [unknown, ...failed] = all;
  if (unknown === undefined) throw new Error('no mail was lost');
  for (const { id } of failed) await call(`/${id}/resolve`, { as: 'failed' });
  return { unknown, failed };
}

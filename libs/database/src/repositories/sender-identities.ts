import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** An address that mail is sent from. */
export interface SenderIdentityRecord {
  readonly id: Id;
  readonly email: string;
  readonly name: string;
  readonly replyTo: string | null;
  readonly signature: string | null;
  readonly verification: 'pending' | 'verified' | 'unverified';
  /** Why, in words. */
  readonly verificationDetail: string | null;
  readonly verifiedAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pauseReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SenderIdentityFields {
  readonly name: string;
  readonly replyTo?: string | null | undefined;
  readonly signature?: string | null | undefined;
}

function identities(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('email_sender_identities')
    .select(['id', 'email', 'name', 'signature', 'verification', 'reply_to as replyTo'])
    .select(['verification_detail as verificationDetail', 'verified_at as verifiedAt'])
    .select(['paused_at as pausedAt', 'pause_reason as pauseReason'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

export async function findSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<SenderIdentityRecord | null> {
  return (await identities(trx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listSenderIdentities(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<SenderIdentityRecord>> {
  const { after } = page;
  const rows = await identities(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** Which of these the tenant has. */
export async function knownSenderIdentities(
  trx: Transaction<Schema>,
  tenantId: Id,
  ids: readonly Id[],
): Promise<Set<Id>> {
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom('email_sender_identities')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** @returns the new identity's id, or null where one has that address. */
export async function insertSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  identity: SenderIdentityFields & {
    /** Normalised. */
    readonly email: string;
  },
): Promise<Id | null> {
  const inserted = await trx
    .insertInto('email_sender_identities')
    .values({
      tenant_id: tenantId,
      id: newId(),
      email: identity.email,
      name: identity.name,
      reply_to: identity.replyTo ?? null,
      signature: identity.signature ?? null,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

/** Changes what is given; the address stays, since its verification hangs on it. */
export async function updateSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  changes: Changes<SenderIdentityFields>,
): Promise<boolean> {
  const { replyTo, ...plain } = changes;
  const result = await trx
    .updateTable('email_sender_identities')
    .set({ ...definedOnly({ ...plain, reply_to: replyTo }), updated_at: sql<Date>`now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Stores what the provider says of an identity. */
export async function setSenderVerification(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  verification: { readonly status: SenderIdentityRecord['verification']; readonly detail: string },
): Promise<boolean> {
  const { status, detail } = verification;
  const result = await trx
    .updateTable('email_sender_identities')
    .set({
      verification: status,
      verification_detail: detail,
      verified_at: status === 'verified' ? sql<Date>`coalesce(verified_at, now())` : null,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Lets an identity that was paused send again. */
export async function resumeSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<boolean> {
  const result = await trx
    .updateTable('email_sender_identities')
    .set({ paused_at: null, pause_reason: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

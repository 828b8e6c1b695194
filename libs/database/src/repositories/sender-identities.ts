import type { Channel, Id } from '@cadenza/domain';
import { SENDER_NOT_VERIFIED } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import {
  insertSender,
  sendersOf,
  updateSender,
  withSpacing,
  type SenderFields,
  type SenderRecord,
} from './senders.ts';
import { findWarmUps, type WarmUpRecord } from './warm-up.ts';

/** An address that mail is sent from. */
export interface SenderIdentityRecord extends SenderRecord {
  readonly email: string;
  readonly replyTo: string | null;
  readonly signature: string | null;
  /** The provider's IP pool that its mail leaves through; null: the account's own choice. */
  readonly ipPool: string | null;
  readonly warmUp: WarmUpRecord | null;
}

export interface SenderIdentityFields extends SenderFields {
  readonly ipPool?: string | null | undefined;
  readonly replyTo?: string | null | undefined;
  readonly signature?: string | null | undefined;
}

function identities(trx: Transaction<Schema>, tenantId: Id) {
  return sendersOf(trx, tenantId, 'email')
    .select(['email', 'signature', 'reply_to as replyTo', 'ip_pool as ipPool'])
    .$narrowType<{ email: string }>();
}

type IdentityRow = Awaited<ReturnType<ReturnType<typeof identities>['execute']>>[number];

async function records(
  trx: Transaction<Schema>,
  tenantId: Id,
  rows: readonly IdentityRow[],
): Promise<SenderIdentityRecord[]> {
  const warmUps = await findWarmUps(
    trx,
    tenantId,
    'sender',
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...withSpacing(row), warmUp: warmUps.get(row.id) ?? null }));
}

export async function findSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<SenderIdentityRecord | null> {
  const rows = await identities(trx, tenantId).where('id', '=', id).execute();
  return (await records(trx, tenantId, rows))[0] ?? null;
}

export async function listSenderIdentities(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  { email }: { readonly email?: string | undefined } = {},
): Promise<Page<SenderIdentityRecord>> {
  const { after } = page;
  const rows = await identities(trx, tenantId)
    .$if(email !== undefined, (query) => query.where('email', '=', email ?? ''))
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(await records(trx, tenantId, rows), page);
}

/** Which of these the tenant has, of mail or of text messages. */
export async function knownSenderIdentities(
  trx: Transaction<Schema>,
  tenantId: Id,
  ids: readonly Id[],
): Promise<Map<Id, Channel>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('email_sender_identities')
    .select(['id', 'channel'])
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, channel }) => [id, channel]));
}

/** @returns the new identity's id, or null where one has that address. */
export function insertSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  {
    email,
    replyTo,
    signature,
    ipPool,
    ...fields
  }: SenderIdentityFields & {
    /** Normalised. */
    readonly email: string;
  },
): Promise<Id | null> {
  return insertSender(trx, tenantId, fields, {
    email,
    reply_to: replyTo ?? null,
    signature: signature ?? null,
    ip_pool: ipPool ?? null,
  });
}

export function updateSenderIdentity(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { replyTo, signature, ipPool, ...fields }: Changes<SenderIdentityFields>,
): Promise<boolean> {
  return updateSender(trx, { tenantId, id, channel: 'email' }, fields, {
    reply_to: replyTo,
    signature,
    ip_pool: ipPool,
  });
}

/**
 * Stores what the provider says of an identity. That it is verified lifts the pause that the want
 * of it has caused, and no other.
 */
export async function setSenderVerification(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  verification: { readonly status: SenderRecord['verification']; readonly detail: string },
): Promise<boolean> {
  const { status, detail } = verification;
  const isForWantOfIt = sql<boolean>`pause_reason = ${SENDER_NOT_VERIFIED}`;
  const result = await trx
    .updateTable('email_sender_identities')
    .set({
      verification: status,
      verification_detail: detail,
      verified_at: status === 'verified' ? sql<Date>`coalesce(verified_at, now())` : null,
      ...(status === 'verified' && {
        paused_at: sql<Date | null>`CASE WHEN ${isForWantOfIt} THEN NULL ELSE paused_at END`,
        pause_reason: sql<
          string | null
        >`CASE WHEN ${isForWantOfIt} THEN NULL ELSE pause_reason END`,
      }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

import { newId, type Channel, type Id } from '@cadenza/domain';
import { SENDER_NOT_VERIFIED } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import { findWarmUps, type WarmUpRecord } from './warm-up.ts';

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
  /** The provider's IP pool that its mail leaves through; null: the account's own choice. */
  readonly ipPool: string | null;
  /** Bounds of the time between two of its messages, drawn for each. */
  readonly spacing: SpacingSeconds | null;
  readonly warmUp: WarmUpRecord | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SpacingSeconds {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

export interface SenderIdentityFields {
  readonly name: string;
  readonly ipPool?: string | null | undefined;
  readonly spacing?: SpacingSeconds | null | undefined;
  readonly replyTo?: string | null | undefined;
  readonly signature?: string | null | undefined;
}

function identities(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('email_sender_identities')
    .select(['id', 'email', 'name', 'signature', 'verification', 'reply_to as replyTo'])
    .select(['verification_detail as verificationDetail', 'verified_at as verifiedAt'])
    .select(['paused_at as pausedAt', 'pause_reason as pauseReason', 'ip_pool as ipPool'])
    .select(['spacing_min_seconds as minSeconds', 'spacing_max_seconds as maxSeconds'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId)
    .where('channel', '=', 'email')
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
  return rows.map(({ minSeconds, maxSeconds, ...row }) => ({
    ...row,
    spacing: minSeconds === null || maxSeconds === null ? null : { minSeconds, maxSeconds },
    warmUp: warmUps.get(row.id) ?? null,
  }));
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
): Promise<Page<SenderIdentityRecord>> {
  const { after } = page;
  const rows = await identities(trx, tenantId)
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
      ip_pool: identity.ipPool ?? null,
      spacing_min_seconds: identity.spacing?.minSeconds ?? null,
      spacing_max_seconds: identity.spacing?.maxSeconds ?? null,
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
  const { replyTo, ipPool, spacing, ...plain } = changes;
  const result = await trx
    .updateTable('email_sender_identities')
    .set({
      ...definedOnly({
        ...plain,
        reply_to: replyTo,
        ip_pool: ipPool,
        spacing_min_seconds: spacing && spacing.minSeconds,
        spacing_max_seconds: spacing && spacing.maxSeconds,
      }),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('channel', '=', 'email')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Stores what the provider says of an identity. That it is verified lifts the pause that the want
 * of it has caused, and no other.
 */
export async function setSenderVerification(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  verification: { readonly status: SenderIdentityRecord['verification']; readonly detail: string },
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

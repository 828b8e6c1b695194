import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { SenderIdentityRecord, SpacingSeconds } from './sender-identities.ts';

/** A number or a name that text messages are sent from. */
export interface SmsSenderRecord extends Pick<
  SenderIdentityRecord,
  | 'id'
  | 'name'
  | 'verification'
  | 'verificationDetail'
  | 'verifiedAt'
  | 'pausedAt'
  | 'pauseReason'
  | 'spacing'
  | 'createdAt'
  | 'updatedAt'
> {
  /** A number (E.164), a short code, or up to 11 letters and digits. */
  readonly from: string;
}

export interface SmsSenderFields {
  readonly name: string;
  readonly spacing?: SpacingSeconds | null | undefined;
}

function senders(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('email_sender_identities')
    .select(['id', 'sms_from as from', 'name', 'verification'])
    .select(['verification_detail as verificationDetail', 'verified_at as verifiedAt'])
    .select(['paused_at as pausedAt', 'pause_reason as pauseReason'])
    .select(['spacing_min_seconds as minSeconds', 'spacing_max_seconds as maxSeconds'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId)
    .where('channel', '=', 'sms')
    .$narrowType<{ from: string }>();
}

type SenderRow = Awaited<ReturnType<ReturnType<typeof senders>['execute']>>[number];

function record({ minSeconds, maxSeconds, ...row }: SenderRow): SmsSenderRecord {
  return {
    ...row,
    spacing: minSeconds === null || maxSeconds === null ? null : { minSeconds, maxSeconds },
  };
}

export async function findSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<SmsSenderRecord | null> {
  const row = await senders(trx, tenantId).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : record(row);
}

export async function listSmsSenders(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<SmsSenderRecord>> {
  const { after } = page;
  const rows = await senders(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(record), page);
}

/** @returns the new sender's id, or null where one has that number or name. */
export async function insertSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  sender: SmsSenderFields & { readonly from: string },
): Promise<Id | null> {
  const inserted = await trx
    .insertInto('email_sender_identities')
    .values({
      tenant_id: tenantId,
      id: newId(),
      channel: 'sms',
      sms_from: sender.from,
      name: sender.name,
      spacing_min_seconds: sender.spacing?.minSeconds ?? null,
      spacing_max_seconds: sender.spacing?.maxSeconds ?? null,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'sms_from']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

/** Changes what is given; the number or name stays, since its verification hangs on it. */
export async function updateSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { name, spacing }: Changes<SmsSenderFields>,
): Promise<boolean> {
  const result = await trx
    .updateTable('email_sender_identities')
    .set({
      ...definedOnly({
        name,
        spacing_min_seconds: spacing && spacing.minSeconds,
        spacing_max_seconds: spacing && spacing.maxSeconds,
      }),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('channel', '=', 'sms')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

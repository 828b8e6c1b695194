import { newId, type Channel, type Id } from '@cadenza/domain';
import { sql, type Insertable, type Transaction, type Updateable } from 'kysely';
import type { EmailSenderIdentitiesTable, Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';

/** What senders of mail and of text messages have in common. */
export interface SenderRecord {
  readonly id: Id;
  readonly name: string;
  readonly verification: 'pending' | 'verified' | 'unverified';
  /** Why, in words. */
  readonly verificationDetail: string | null;
  readonly verifiedAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pauseReason: string | null;
  /** Bounds of the time between two of its messages, drawn for each. */
  readonly spacing: SpacingSeconds | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SpacingSeconds {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

export interface SenderFields {
  readonly name: string;
  readonly spacing?: SpacingSeconds | null | undefined;
}

interface SenderRef {
  readonly tenantId: Id;
  readonly id: Id;
  readonly channel: Channel;
}

/** The columns of {@link SenderRecord}, of a tenant's senders of one channel. */
export function sendersOf(trx: Transaction<Schema>, tenantId: Id, channel: Channel) {
  return trx
    .selectFrom('email_sender_identities')
    .select(['id', 'name', 'verification'])
    .select(['verification_detail as verificationDetail', 'verified_at as verifiedAt'])
    .select(['paused_at as pausedAt', 'pause_reason as pauseReason'])
    .select(['spacing_min_seconds as minSeconds', 'spacing_max_seconds as maxSeconds'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId)
    .where('channel', '=', channel);
}

/** A row of {@link sendersOf}, with its spacing as one value. */
export function withSpacing<
  Row extends { readonly minSeconds: number | null; readonly maxSeconds: number | null },
>({
  minSeconds,
  maxSeconds,
  ...row
}: Row): Omit<Row, 'minSeconds' | 'maxSeconds'> & Pick<SenderRecord, 'spacing'> {
  return {
    ...row,
    spacing: minSeconds === null || maxSeconds === null ? null : { minSeconds, maxSeconds },
  };
}

/**
 * @param own what is of its channel alone.
 * @returns the new sender's id, or null where one of the tenant sends from there already.
 */
export async function insertSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  { name, spacing }: SenderFields,
  own: Omit<Insertable<EmailSenderIdentitiesTable>, 'tenant_id' | 'id' | 'name'>,
): Promise<Id | null> {
  const inserted = await trx
    .insertInto('email_sender_identities')
    .values({
      ...own,
      tenant_id: tenantId,
      id: newId(),
      name,
      spacing_min_seconds: spacing?.minSeconds ?? null,
      spacing_max_seconds: spacing?.maxSeconds ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

/** Changes what is given; what it sends from stays, since its verification hangs on it. */
export async function updateSender(
  trx: Transaction<Schema>,
  { tenantId, id, channel }: SenderRef,
  { name, spacing }: Changes<SenderFields>,
  own: Updateable<EmailSenderIdentitiesTable>,
): Promise<boolean> {
  const result = await trx
    .updateTable('email_sender_identities')
    .set({
      ...definedOnly({
        ...own,
        name,
        spacing_min_seconds: spacing && spacing.minSeconds,
        spacing_max_seconds: spacing && spacing.maxSeconds,
      }),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('channel', '=', channel)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

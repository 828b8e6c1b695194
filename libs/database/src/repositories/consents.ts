import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from '../store/rows.ts';
import { withContact } from './contact-import.ts';

export type ConsentChannel = 'email' | 'sms';

/** That a person has agreed to be written to on a channel. */
export interface ConsentRecord {
  readonly id: Id;
  readonly channel: ConsentChannel;
  /** Where it was given. */
  readonly source: string;
  readonly givenAt: Date;
  /** What they agreed to, and which version of it. */
  readonly wording: string | null;
  readonly version: string | null;
  /** Null: it holds. */
  readonly withdrawnAt: Date | null;
}

export type NewConsent = Omit<ConsentRecord, 'id' | 'withdrawnAt'>;

/** All consents of a contact, the latest first. */
export function listConsents(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
): Promise<ConsentRecord[]> {
  return trx
    .selectFrom('contact_consents')
    .select(['id', 'channel', 'source', 'given_at as givenAt', 'wording', 'version'])
    .select('withdrawn_at as withdrawnAt')
    .where('tenant_id', '=', tenantId)
    .where('contact_id', '=', contactId)
    .orderBy('given_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Records a consent; one that holds on the channel already is what it was until then.
 *
 * @returns false where the person was erased: nothing is recorded of them.
 */
export async function recordConsent(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  consent: NewConsent,
): Promise<boolean> {
  // An erasure waits for this lock, or is seen after it.
  const contact = await trx
    .selectFrom('contacts')
    .select('erased_at')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', contactId)
    .forShare()
    .executeTakeFirst();
  if (contact === undefined || contact.erased_at !== null) return false;
  await sql`
    UPDATE contact_consents SET withdrawn_at = greatest(given_at, ${consent.givenAt}::timestamptz)
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}
      AND channel = ${consent.channel} AND withdrawn_at IS NULL`.execute(trx);
  await trx
    .insertInto('contact_consents')
    .values({
      tenant_id: tenantId,
      id: newId(),
      contact_id: contactId,
      channel: consent.channel,
      source: consent.source,
      given_at: consent.givenAt,
      wording: consent.wording,
      version: consent.version,
    })
    .execute();
  return true;
}

/** Of contacts that an import has: one that holds already stays. */
export async function importConsents(
  trx: Transaction<Schema>,
  tenantId: Id,
  consents: readonly {
    readonly email: string;
    readonly source: string;
    readonly givenAt: Date;
  }[],
): Promise<void> {
  if (consents.length === 0) return;
  await sql`
    INSERT INTO contact_consents (tenant_id, id, contact_id, channel, source, given_at)
    SELECT ${tenantId}, r.id, e.contact_id, 'email', r.source, from_epoch_ms(r.given_at)
    FROM ${rows(
      consents.map(({ email, source, givenAt }) => ({
        id: newId(),
        email,
        source,
        given_at: givenAt.getTime(),
      })),
      'r(id uuid, email text, source text, given_at double precision)',
    )}
    ${withContact(tenantId)}
    -- Whoever has withdrawn one since has the last word.
    WHERE NOT EXISTS (
      SELECT FROM contact_consents g
      WHERE g.tenant_id = ${tenantId} AND g.contact_id = e.contact_id AND g.channel = 'email'
        AND (g.withdrawn_at IS NULL OR g.withdrawn_at >= from_epoch_ms(r.given_at))
      OFFSET 0)
    ON CONFLICT DO NOTHING`.execute(trx);
}

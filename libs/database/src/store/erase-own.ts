import type { ErasedAddress, Id } from '@cadenza/domain';
import type { ErasureJob } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';
import { moveSuppressions, writeSuppressions, type WrittenSuppression } from './suppressions.ts';

/** Of a link its site alone: what follows may be the person's own. */
const SITE = '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@]+';

type OptOut = Pick<WrittenSuppression, 'channel' | 'reason' | 'source' | 'at'>;

export function standIns(addresses: readonly ErasedAddress[]): RawBuilder<unknown> {
  return rows(
    addresses.map(({ address, standIn }) => ({ address, stand_in: standIn })),
    'r(address text, stand_in text)',
  );
}

/**
 * A lead of which nobody else is known may be the person's own business.
 *
 * @returns the lead that was emptied as well; null: none was.
 */
export async function eraseContact(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
): Promise<Id | null> {
  const { rows: emptied } = await sql<{ id: Id }>`
    UPDATE leads l
    SET name = 'erased ' || l.id, website = NULL, industry = NULL, summary = NULL, custom = '{}'
    FROM contacts c
    WHERE c.tenant_id = ${tenantId} AND c.id = ${contactId}
      AND l.tenant_id = c.tenant_id AND l.id = c.lead_id
      AND NOT EXISTS (
        SELECT FROM contacts o
        WHERE o.tenant_id = l.tenant_id AND o.lead_id = l.id AND o.id <> c.id)
      AND EXISTS (
        SELECT FROM unnest(ARRAY[c.last_name]
          || ARRAY(SELECT h.address FROM contact_channels h
            WHERE h.tenant_id = c.tenant_id AND h.contact_id = c.id)) AS own(word)
        WHERE length(own.word) > 1
          AND position(lower(own.word) IN lower(concat_ws(' ', l.name, l.website, l.summary,
            l.custom::text))) > 0)
    RETURNING l.id`.execute(trx);
  for (const table of ['contact_channels', 'contact_consents', 'contact_absences'] as const) {
    await sql`
      DELETE FROM ${sql.table(table)}
      WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}`.execute(trx);
  }
  await sql`
    UPDATE contact_campaigns SET timezone = NULL, folded_to = NULL
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}
      AND timezone IS NOT NULL`.execute(trx);
  await sql`
    UPDATE contacts
    SET first_name = NULL, last_name = NULL, title = NULL, timezone = NULL, custom = '{}',
      source = NULL, lead_id = NULL, erased_at = clock_timestamp()
    WHERE tenant_id = ${tenantId} AND id = ${contactId}`.execute(trx);
  return emptied[0]?.id ?? null;
}

/** Ids by which the provider's news find a message stay. */
export async function eraseMessages(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  addresses: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    UPDATE outbound_messages m
    SET to_address = (SELECT r.stand_in FROM ${addresses} WHERE r.address = m.to_address),
      subject = NULL, detail = NULL, dismissal_reason = NULL
    FROM contact_campaigns e
    WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${contactId}
      AND m.tenant_id = e.tenant_id AND m.enrollment_id = e.id`.execute(trx);
  await sql`
    UPDATE message_attempts f
    SET to_address = (SELECT r.stand_in FROM ${addresses} WHERE r.address = f.to_address),
      subject = '', detail = NULL
    FROM contact_campaigns e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
    WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${contactId}
      AND f.tenant_id = m.tenant_id AND f.message_id = m.id`.execute(trx);
}

export async function eraseInbound(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  addresses: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    UPDATE inbound_messages i
    SET from_address = coalesce((SELECT r.stand_in FROM ${addresses}
        WHERE r.address = i.from_address OR r.stand_in = i.from_address LIMIT 1), ''),
      recipients = '{}', subject = NULL, message_id_header = NULL, body_text = NULL,
      body_html = NULL, reply_text = NULL, return_on = NULL, headers = '[]', details = '{}'
    WHERE i.tenant_id = ${tenantId}
      AND (i.contact_id = ${contactId}
        OR i.from_address = ANY (ARRAY(SELECT r.address FROM ${addresses})))`.execute(trx);
}

/**
 * What a person must not be sent, and what was found out about their addresses. Whoever has left
 * everything has said so as a person: their addresses say it from now on.
 */
export async function eraseLists(
  trx: Transaction<Schema>,
  of: {
    readonly tenantId: Id;
    readonly contactId: Id;
    readonly addresses: readonly ErasedAddress[];
    readonly actor: string;
  },
): Promise<void> {
  const { tenantId, contactId, addresses, actor } = of;
  await moveSuppressions(
    trx,
    tenantId,
    addresses.map(({ address, standIn }) => ({ from: address, to: standIn })),
  );
  const { rows: left } = await sql<OptOut>`
    SELECT channel, reason, source, epoch_ms(left_at) AS at FROM contact_opt_outs
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}`.execute(trx);
  await writeSuppressions(
    trx,
    left.flatMap((optOut) =>
      addresses
        .filter(({ address }) => address.includes('@') === (optOut.channel === 'email'))
        .map(({ standIn }) => ({
          ...optOut,
          tenantId,
          kind: 'address' as const,
          value: standIn,
          messageId: null,
        })),
    ),
    { log: 'audit_log', actor },
  );
  await sql`
    DELETE FROM email_validation_results v USING ${standIns(addresses)}
    WHERE v.tenant_id = ${tenantId} AND v.address = r.address`.execute(trx);
}

/** Answers to words by text message: nothing hangs on them. */
export async function eraseSmsAnswers(
  trx: Transaction<Schema>,
  tenantId: Id,
  addresses: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    DELETE FROM sms_answers a USING ${addresses}
    WHERE a.tenant_id = ${tenantId} AND a.to_address = r.address`.execute(trx);
}

/** What requests were answered with may show the person: none of it is given again. */
export async function eraseAnswers(trx: Transaction<Schema>, tenantId: Id): Promise<void> {
  await sql`
    UPDATE idempotency_keys SET body = NULL
    WHERE tenant_id = ${tenantId} AND body IS NOT NULL`.execute(trx);
}

export async function eraseAttachments(trx: Transaction<Schema>, job: ErasureJob): Promise<void> {
  const standInOf = job.subject.addresses.map(({ standIn }) => standIn);
  await sql`
    WITH mails AS MATERIALIZED (
      SELECT i.id, i.delivery_id FROM inbound_messages i
      WHERE i.tenant_id = ${job.tenantId}
        AND (i.contact_id = ${job.contactId} OR i.from_address = ANY (${standInOf}::text[]))),
    attached AS (
      DELETE FROM inbound_attachments a USING mails
      WHERE a.tenant_id = ${job.tenantId} AND a.inbound_message_id = mails.id
      RETURNING a.blob_key)
    INSERT INTO erased_blobs (tenant_id, blob_key)
    SELECT ${job.tenantId}::uuid, blob_key FROM attached
    UNION
    SELECT ${job.tenantId}::uuid, d.blob_key FROM mails
    JOIN inbound_deliveries d ON d.id = mails.delivery_id
    ON CONFLICT DO NOTHING`.execute(trx);
}

export async function eraseEvents(trx: Transaction<Schema>, job: ErasureJob): Promise<void> {
  await sql`
    UPDATE message_events v
    SET url = substring(v.url FROM ${SITE}), data = v.data - 'reason'
    FROM contact_campaigns e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
    WHERE e.tenant_id = ${job.tenantId} AND e.contact_id = ${job.contactId}
      AND v.tenant_id = m.tenant_id AND v.message_id = m.id
      AND (v.url IS DISTINCT FROM substring(v.url FROM ${SITE}) OR v.data ? 'reason')`.execute(trx);
  await sql`
    UPDATE outbound_messages m SET detail = NULL
    FROM contact_campaigns e
    WHERE e.tenant_id = ${job.tenantId} AND e.contact_id = ${job.contactId}
      AND m.tenant_id = e.tenant_id AND m.enrollment_id = e.id AND m.detail IS NOT NULL`.execute(
    trx,
  );
}

/** Of changes of the person, and of the company that was emptied with them, the log says only that they were. */
export async function eraseAudit(
  trx: Transaction<Schema>,
  { tenantId, contactId, leadId }: ErasureJob,
): Promise<void> {
  await sql`
    UPDATE audit_log SET before = NULL, after = NULL
    WHERE tenant_id = ${tenantId} AND action <> 'contact.erased'
      AND (entity = 'contact' AND entity_id = ${contactId}
        OR entity = 'lead' AND entity_id = ${leadId})`.execute(trx);
}

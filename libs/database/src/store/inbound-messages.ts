import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

type InboundMessages = Pick<
  EngineTransaction,
  'findInbound' | 'insertInbound' | 'finishInbound' | 'latestMessageTo' | 'addressOf'
>;

/** Mails as they were understood. */
export function inboundMessages(trx: Transaction<Schema>): InboundMessages {
  return {
    async findInbound(tenantId, dedupeKey) {
      const row = await trx
        .selectFrom('inbound_messages')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('dedupe_key', '=', dedupeKey)
        .executeTakeFirst();
      return row?.id ?? null;
    },

    async insertInbound(message) {
      const { rows } = await sql`
        INSERT INTO inbound_messages (tenant_id, id, delivery_id, dedupe_key, message_id,
          enrollment_id, contact_id, verdict, matched_by, confidence, kind, kind_confidence, signs,
          effect, from_address, recipients, subject, message_id_header, body_text, body_html,
          reply_text, return_on, headers, details, received_at)
        VALUES (${message.tenantId}, ${message.id}, ${message.deliveryId}, ${message.dedupeKey},
          ${message.messageId}, ${message.enrollmentId}, ${message.contactId}, ${message.verdict},
          ${message.matchedBy}, ${message.confidence}, ${message.kind}, ${message.kindConfidence},
          ${message.signs}::text[], ${message.effect}, ${storable(message.fromAddress)},
          ${message.recipients.map(storable)}::text[], ${storable(message.subject)},
          ${stored(message.messageIdHeader)}, ${storable(message.text)}, ${stored(message.html)},
          ${stored(message.replyText)}, ${message.returnOn}::date,
          ${storableJson(message.headers)}::jsonb, ${storableJson(message.details)}::jsonb,
          from_epoch_ms(${message.receivedAt}))
        ON CONFLICT (tenant_id, dedupe_key) DO NOTHING
        RETURNING id`.execute(trx);
      if (rows.length === 0) return false;
      if (message.attachments.length > 0) {
        await trx
          .insertInto('inbound_attachments')
          .values(
            message.attachments.map((attachment, position) => ({
              tenant_id: message.tenantId,
              id: attachment.id,
              inbound_message_id: message.id,
              position,
              filename: stored(attachment.filename),
              content_type: storable(attachment.contentType),
              bytes: attachment.bytes,
              blob_key: attachment.blobKey,
            })),
          )
          .execute();
      }
      return true;
    },

    async finishInbound(id) {
      await sql`
        UPDATE inbound_deliveries
        SET status = 'processed', processed_at = clock_timestamp(), error = NULL, again = false
        WHERE id = ${id}`.execute(trx);
    },

    async latestMessageTo({ tenantId, id }, at) {
      const { rows } = await sql<{ id: string; attempt: number }>`
        SELECT m.id, CASE WHEN m.begun_at IS NULL THEN m.attempt - 1 ELSE m.attempt END AS attempt
        FROM contact_campaigns e
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${id}
          AND (m.begun_at <= from_epoch_ms(${at}) OR (m.begun_at IS NULL AND m.attempt > 1))
        ORDER BY m.begun_at DESC NULLS LAST, m.id DESC
        LIMIT 1`.execute(trx);
      const [row] = rows;
      return row === undefined ? null : { tenantId, id: row.id, attempt: row.attempt };
    },

    async addressOf({ tenantId, id }) {
      const row = await trx
        .selectFrom('contact_channels')
        .select('address')
        .where('tenant_id', '=', tenantId)
        .where('contact_id', '=', id)
        .where('channel', '=', 'email')
        .executeTakeFirst();
      return row?.address ?? null;
    },
  };
}

/** A mail may hold what PostgreSQL's text cannot: NUL, and halves of surrogate pairs. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

function stored(text: string | null): string | null {
  return text === null ? null : storable(text);
}

function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storable(part) : part,
  );
}

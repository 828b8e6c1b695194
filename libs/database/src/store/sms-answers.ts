import { newId, type Id, type SmsKeyword, type SmsLanguage } from '@cadenza/domain';
import type { SmsAnswerClaims, SmsAnswers, SmsAnswerTexts } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { ADDRESS_LOCK } from './address-lock.ts';
import { distinct, rows } from './rows.ts';

/** The first key of the advisory locks that hold numbers while an answer to them is queued. */
const NUMBER_LOCK = 0x736d;
/** Answers that a number has of a sender in a day: enough for a person, and the end of any loop. */
const MOST_A_DAY = 5;

/** What of answers looks across tenants; for `cadenza_worker`. */
export function smsAnswerClaims(db: Database): SmsAnswerClaims {
  return {
    async beginSmsAnswers({ limit, token, deadlineMs }) {
      const { rows: begun } = await sql<{ tenant_id: Id; answer_id: Id }>`
        SELECT * FROM begin_sms_answers(${limit}, ${token}, ${deadlineMs})`.execute(db);
      return begun.map((row) => ({ tenantId: row.tenant_id, id: row.answer_id }));
    },
  };
}

/** Answers to words by text message. */
export function smsAnswers(trx: Transaction<Schema>): SmsAnswers {
  return {
    async queueSmsAnswers(due) {
      const given = due.map((one) => ({
        tenant_id: one.tenantId,
        id: newId(),
        sender_identity_id: one.senderIdentityId,
        number: one.number,
        keyword: one.word.keyword,
        language: one.word.language,
        cause_key: one.causeKey,
        stand_in: one.standIn,
        for_ms: one.forMs,
      }));
      const definition = `r(tenant_id uuid, id uuid, sender_identity_id uuid, number text,
        keyword text, language text, cause_key text, stand_in text, for_ms double precision)`;
      // An erasure waits for these, or they for it; and of two words of one number the second is
      // queued when it is seen what became of the first.
      await sql`
        SELECT pg_advisory_xact_lock_shared(${ADDRESS_LOCK}, t.lock)
        FROM (SELECT DISTINCT hashtext(r.tenant_id::text) AS lock FROM ${rows(given, definition)}
              ORDER BY 1) t`.execute(trx);
      await sql`
        SELECT pg_advisory_xact_lock(${NUMBER_LOCK}, n.lock)
        FROM (SELECT DISTINCT hashtext(r.tenant_id::text || r.number) AS lock
              FROM ${rows(given, definition)} ORDER BY 1) n`.execute(trx);
      const listed = (of: RawBuilder<unknown>) => sql`EXISTS (
        SELECT FROM communication_suppressions s
        WHERE s.channel = 'sms' AND s.kind = 'address' AND s.value = r.number AND ${of})`;
      const ofTenant = sql`s.tenant_id = r.tenant_id`;
      await sql`
        WITH due AS (
          SELECT r.*, row_number() OVER (
            PARTITION BY r.tenant_id, r.sender_identity_id, r.number ORDER BY r.id) AS nth
          FROM ${rows(given, definition)}
          WHERE NOT EXISTS (
              SELECT FROM erased_addresses e
              WHERE e.tenant_id = r.tenant_id AND e.address = r.stand_in)
            AND (r.keyword <> 'stop' OR NOT ${listed(ofTenant)})
            AND (r.keyword <> 'start' OR (${listed(sql`${ofTenant} AND s.source = 'sms_keyword'`)}
              AND NOT ${listed(sql`s.tenant_id IS NULL`)}))
            AND NOT EXISTS (SELECT FROM sms_answers a WHERE a.cause_key = r.cause_key))
        INSERT INTO sms_answers (tenant_id, id, sender_identity_id, to_address, keyword, language,
          cause_key, expires_at)
        SELECT d.tenant_id, d.id, d.sender_identity_id, d.number, d.keyword, d.language, d.cause_key,
          clock_timestamp() + d.for_ms * interval '1 millisecond'
        FROM due d
        WHERE d.nth + (
            SELECT count(*) FROM sms_answers a
            WHERE a.tenant_id = d.tenant_id AND a.to_address = d.number
              AND a.sender_identity_id = d.sender_identity_id
              AND a.created_at > now() - interval '1 day') <= ${MOST_A_DAY}
        ON CONFLICT (cause_key) DO NOTHING`.execute(trx);
    },

    async smsAnswers(refs) {
      if (refs.length === 0) return [];
      const { rows: found } = await sql<{
        tenant_id: Id;
        id: Id;
        sender_identity_id: Id;
        sms_from: string;
        to_address: string;
        keyword: SmsKeyword;
        language: SmsLanguage;
        name: string;
        help_contact: string | null;
        answer_texts: SmsAnswerTexts;
      }>`
        SELECT a.tenant_id, a.id, a.sender_identity_id, i.sms_from, a.to_address, a.keyword,
          a.language, i.name, i.help_contact, i.answer_texts
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN sms_answers a ON a.tenant_id = r.tenant_id AND a.id = r.id
        JOIN email_sender_identities i ON i.tenant_id = a.tenant_id
          AND i.id = a.sender_identity_id`.execute(trx);
      return found.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        senderIdentityId: row.sender_identity_id,
        from: row.sms_from,
        number: row.to_address,
        word: { keyword: row.keyword, language: row.language },
        sender: { name: row.name, helpContact: row.help_contact, answers: row.answer_texts },
      }));
    },

    async settleSmsAnswers(settled) {
      await sql`
        UPDATE sms_answers a
        SET status = r.status, detail = r.detail, provider_message_id = r.provider_message_id,
          token = CASE WHEN r.status <> 'queued' THEN a.token END,
          deadline_at = CASE WHEN r.status <> 'queued' THEN a.deadline_at END,
          begun_at = CASE WHEN r.status <> 'queued' THEN a.begun_at END
        FROM ${rows(
          settled.map((one) => ({
            tenant_id: one.tenantId,
            id: one.id,
            token: one.token,
            status: one.status,
            provider_message_id: one.providerMessageId,
            detail: one.detail,
          })),
          `r(tenant_id uuid, id uuid, token uuid, status text, provider_message_id text,
             detail text)`,
        )}
        WHERE a.tenant_id = r.tenant_id AND a.id = r.id AND a.token = r.token
          AND a.status IN ('dispatching', 'unknown')`.execute(trx);
    },

    async reportSmsAnswers(reports) {
      const given = rows(
        reports.map((one) => ({
          tenant_id: one.tenantId,
          id: one.id,
          status: one.status,
          detail: one.detail,
        })),
        'r(tenant_id uuid, id uuid, status text, detail text)',
      );
      // The first word of what became of one stands.
      const { rows: found } = await sql<{ id: Id }>`
        WITH told AS (
          UPDATE sms_answers a SET status = r.status, detail = r.detail
          FROM ${given}
          WHERE a.tenant_id = r.tenant_id AND a.id = r.id AND r.status IS NOT NULL
            AND a.status IN ('dispatching', 'unknown', 'sent'))
        SELECT a.id FROM ${given}
        JOIN sms_answers a ON a.tenant_id = r.tenant_id AND a.id = r.id`.execute(trx);
      return new Set(found.map(({ id }) => id));
    },
  };
}

import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Columns of a row of `message_attempts`: its key, its status, then the facts of the hand-off. */
export const ATTEMPT_COLUMNS = sql.raw(
  `tenant_id, message_id, attempt, token, status, begun_at, accepted_at, to_address, subject,
   provider_message_id, smtp_id, detail, lost`,
);

/**
 * The facts of a message's current hand-off, over alias `m`, in the order of those columns. Whoever is
 * erased while it is under way leaves no subject.
 */
export const ATTEMPT_FACTS = sql.raw(
  `m.begun_at, m.accepted_at, m.to_address, coalesce(m.subject, ''), m.provider_message_id,
   m.smtp_id, m.detail, m.status = 'unknown'`,
);

/** Assignments that leave a message without a hand-off. */
export const NO_HAND_OFF = sql.raw(
  `token = NULL, deadline_at = NULL, begun_at = NULL, accepted_at = NULL, to_address = NULL,
   subject = NULL, provider_message_id = NULL, smtp_id = NULL, detail = NULL, look_up_at = NULL,
   look_ups = 0, absent_at = NULL`,
);

/**
 * Makes messages whose newest attempt is canceled what the one before has made them. A soft bounce
 * that is not retried after all is final. What is unknown is looked up again.
 *
 * @param refs rows `r(tenant_id, id)`.
 */
export async function restoreFormer(
  trx: Transaction<Schema>,
  refs: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    WITH former AS (
      DELETE FROM message_attempts f
      USING ${refs} JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
      WHERE m.status = 'canceled' AND f.tenant_id = m.tenant_id AND f.message_id = m.id
        AND f.attempt = m.attempt - 1 AND f.status <> 'released'
      RETURNING f.*)
    UPDATE outbound_messages m
    SET attempt = f.attempt, token = f.token, begun_at = f.begun_at, accepted_at = f.accepted_at,
        status = CASE f.status WHEN 'retrying' THEN 'bounced' ELSE f.status END,
        to_address = f.to_address, subject = f.subject,
        provider_message_id = f.provider_message_id, smtp_id = f.smtp_id, detail = f.detail,
        look_up_at = CASE f.status WHEN 'unknown' THEN clock_timestamp() END
    FROM former f
    WHERE m.tenant_id = f.tenant_id AND m.id = f.message_id`.execute(trx);
}

import { sql } from 'kysely';

/** Statuses, for IN, of messages that reached the provider and have not come back. */
export const ANSWERABLE = sql.raw<string>(`'sent', 'deferred', 'delivered'`);

/** No longer thread is read: its References would not fit into a line by far. */
const LONGEST_THREAD = 100;

/**
 * What message `m` continues: the subject of the message that it answers, and the Message-IDs of
 * that one and of those before it. Null where it stands alone, and where that message has come back
 * since: nobody has seen it.
 */
export const THREAD_OF_MESSAGE = sql`
  CASE WHEN m.in_reply_to IS NOT NULL THEN (
    WITH RECURSIVE earlier AS (
      SELECT o.tenant_id, o.in_reply_to, o.subject, o.smtp_id, 1 AS steps
      FROM outbound_messages o
      WHERE o.tenant_id = m.tenant_id AND o.id = m.in_reply_to AND o.status IN (${ANSWERABLE})
      UNION ALL
      SELECT o.tenant_id, o.in_reply_to, o.subject, o.smtp_id, e.steps + 1
      FROM earlier e
      JOIN outbound_messages o ON o.tenant_id = e.tenant_id AND o.id = e.in_reply_to
      WHERE e.steps < ${sql.lit(LONGEST_THREAD)})
    SELECT jsonb_build_object('subject', (array_agg(subject ORDER BY steps))[1],
      'messageIds', jsonb_agg(smtp_id ORDER BY steps DESC))
    FROM earlier HAVING count(*) > 0) END`;

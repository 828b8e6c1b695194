import { sql, type RawBuilder } from 'kysely';
import { HAS_OWN_ACCOUNT } from './own-account.ts';

const HELD = `SELECT c.channel, coalesce(max(h.held_until), '-infinity') AS until
        FROM (VALUES ('email'), ('sms')) c(channel)
        LEFT JOIN provider_holds h ON h.channel IN (c.channel, 'every')
        GROUP BY c.channel`;
const HELD_BY_ACCOUNT = `SELECT c.channel, c.shared, coalesce(max(h.held_until), '-infinity') AS until
        FROM (VALUES ('email', false), ('email', true), ('sms', false)) c(channel, shared)
        LEFT JOIN provider_holds h ON h.channel IN (c.channel, 'every')
          OR (c.shared AND h.channel = 'shared')
        GROUP BY c.channel, c.shared`;

/**
 * Since when the oldest due step could have been dispatched: a pause, a limit's or a provider's wait does
 * not count.
 *
 * What follows CREATE, or CREATE OR REPLACE.
 *
 * @param accounts whether tenants may have accounts of their own, which are not held with what all others
 *   share.
 */
export function oldestDueAction({ accounts }: { readonly accounts: boolean }): RawBuilder<unknown> {
  const held = sql.raw(accounts ? HELD_BY_ACCOUNT : HELD);
  const ofAccount = accounts
    ? `
          AND held.shared = (i.channel = 'email' AND NOT ${HAS_OWN_ACCOUNT('i')})`
    : '';
  return sql`FUNCTION oldest_due_action() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH held AS MATERIALIZED (
        ${held})
      SELECT min(a.since) FROM (
        SELECT min(s.run_at) AS since FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        UNION ALL
        SELECT greatest(first.run_at, l.next_at, held.until)
        FROM dispatch_lanes l
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities i ON i.tenant_id = l.tenant_id
          AND i.id = l.sender_identity_id AND i.paused_at IS NULL
        JOIN held ON held.channel = i.channel${sql.raw(ofAccount)}
        CROSS JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = l.tenant_id AND s.campaign_id = l.campaign_id
            AND s.sender_identity_id = l.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= campaign_now()
          ORDER BY s.run_at LIMIT 1) first
        WHERE l.visit_at <= campaign_now() AND held.until <= campaign_now()) a
    $$`;
}

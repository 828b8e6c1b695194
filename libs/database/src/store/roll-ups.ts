import { sql, type RawBuilder } from 'kysely';

/**
 * Counts rows in the roll-ups, for a statement's WITH. Nobody waits for it: rows are only added.
 *
 * @param happened rows of tenant, campaign, node, time, type, actor, and the sender of what was
 *   handed over, in this order.
 */
export function rollUp(happened: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    INSERT INTO event_rollup_deltas (tenant_id, campaign_id, node_id, variant, hour, type, actor,
      sender_identity_id, count)
    SELECT h.tenant_id, h.campaign_id, h.node_id, '', date_trunc('hour', h.at, 'UTC'), h.type,
      h.actor, h.sender_identity_id, count(*)
    FROM (${happened}) h(tenant_id, campaign_id, node_id, at, type, actor, sender_identity_id)
    GROUP BY 1, 2, 3, 5, 6, 7, 8`;
}

import { sql, type RawBuilder } from 'kysely';

/**
 * Counts rows in the roll-ups, for a statement's WITH. Nobody waits for it: rows are only added.
 *
 * @param happened rows of tenant, campaign, node, time, type and actor, in this order.
 */
export function rollUp(happened: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    INSERT INTO event_rollup_deltas (tenant_id, campaign_id, node_id, variant, hour, type, actor,
      count)
    SELECT h.tenant_id, h.campaign_id, h.node_id, '', date_trunc('hour', h.at, 'UTC'), h.type,
      h.actor, count(*)
    FROM (${happened}) h(tenant_id, campaign_id, node_id, at, type, actor)
    GROUP BY 1, 2, 3, 5, 6, 7`;
}

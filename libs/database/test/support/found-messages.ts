import type { World } from './world.ts';

/** Has messages that a test has written or changed itself be found as if the protocol's statements had. */
export async function findable(world: Pick<World, 'rows'>): Promise<void> {
  await world.rows(
    `DELETE FROM hand_off_batches h WHERE NOT EXISTS (
       SELECT FROM unnest(h.message_ids) AS started(id)
       JOIN outbound_messages m ON m.tenant_id = h.tenant_id AND m.id = started.id
         AND m.begun_at = h.begun_at)`,
  );
  await world.rows(
    `INSERT INTO hand_off_batches (tenant_id, begun_at, deadline_at, message_ids)
     SELECT tenant_id, begun_at, begun_at, array_agg(id)
     FROM (
       SELECT tenant_id, begun_at, id FROM outbound_messages WHERE begun_at IS NOT NULL
       EXCEPT SELECT tenant_id, begun_at, unnest(message_ids) FROM hand_off_batches) m
     GROUP BY tenant_id, begun_at`,
  );
  await world.rows(
    `INSERT INTO provider_message_ids (tenant_id, message_id, provider_message_id)
     SELECT tenant_id, id, provider_message_id FROM outbound_messages
     WHERE provider_message_id IS NOT NULL
     EXCEPT SELECT tenant_id, message_id, provider_message_id FROM provider_message_ids`,
  );
}

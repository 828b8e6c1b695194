import type { World } from './world.ts';

/** Has messages that a test has written or changed itself be found as if the protocol's statements had. */
export async function findable(world: Pick<World, 'rows'>): Promise<void> {
  await world.rows(
    `INSERT INTO hand_off_batches (tenant_id, begun_at, deadline_at, message_ids)
     SELECT m.tenant_id, m.begun_at, coalesce(max(m.deadline_at), m.begun_at), array_agg(m.id)
     FROM outbound_messages m
     WHERE m.begun_at IS NOT NULL AND NOT EXISTS (
       SELECT FROM hand_off_batches h
       WHERE h.tenant_id = m.tenant_id AND h.begun_at = m.begun_at AND m.id = ANY (h.message_ids))
     GROUP BY m.tenant_id, m.begun_at`,
  );
  await world.rows(
    `INSERT INTO provider_message_ids (tenant_id, message_id, provider_message_id)
     SELECT m.tenant_id, m.id, m.provider_message_id
     FROM outbound_messages m
     WHERE m.provider_message_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM provider_message_ids p
       WHERE p.provider_message_id = m.provider_message_id AND p.tenant_id = m.tenant_id
         AND p.message_id = m.id)`,
  );
}

import { sql } from 'kysely';
import { allSent, startCampaigns, type Pipeline } from '../send/pipeline.ts';
import type { Servers } from '../send/servers.ts';
import type { SentMessage } from './deliveries.ts';

/**
 * Enrols so many people and sends each the first mail, by the pipeline itself.
 *
 * @returns the messages, those of all tenants mixed.
 */
export async function sendFirstMails(
  pipeline: Pipeline,
  servers: Servers,
  count: number,
): Promise<SentMessage[]> {
  const campaigns = await pipeline.audience.enrol(count);
  const apps = await pipeline.start(['send-worker', 'event-worker']);
  try {
    const target = (await servers.accepted()) + count;
    await startCampaigns(pipeline.db, campaigns);
    await allSent(pipeline, servers, campaigns, target);
  } finally {
    await apps.stop();
  }
  const { rows } = await sql<{
    tenant_id: string;
    id: string;
    attempt: number;
    to_address: string;
    provider_message_id: string;
    begun_at: number;
  }>`
    SELECT tenant_id, id, attempt, to_address, provider_message_id, epoch_ms(begun_at) AS begun_at
    FROM outbound_messages
    WHERE campaign_id = ANY (${campaigns}::uuid[]) AND status = 'sent'
    ORDER BY md5(id::text)`.execute(pipeline.db);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    id: row.id,
    attempt: row.attempt,
    address: row.to_address,
    providerMessageId: row.provider_message_id,
    sentAt: row.begun_at,
  }));
}

import { inTenants } from '@cadenza/database';
import { sql } from 'kysely';
import type { Stack } from './stack.ts';

/** People of one statement. */
const BATCH = 5_000;

interface CampaignRef {
  readonly tenantId: string;
  readonly campaignId: string;
}

/**
 * Enrols so many people more into a campaign, as copies of somebody who is at its first node, whose
 * messages are due now: by a few statements, where the API would take minutes. The tables get their
 * statistics, which autovacuum would give them within a minute or so.
 */
export async function fillCampaign(
  stack: Pick<Stack, 'apiDb' | 'db'>,
  campaign: CampaignRef,
  people: number,
): Promise<void> {
  for (let from = 0; from < people; from += BATCH) {
    await copyPeople(stack, campaign, Math.min(BATCH, people - from));
    if (from === 0) await sql`ANALYZE`.execute(stack.db);
  }
  await sql`ANALYZE`.execute(stack.db);
}

async function copyPeople(
  { apiDb }: Pick<Stack, 'apiDb'>,
  { tenantId, campaignId }: CampaignRef,
  people: number,
): Promise<void> {
  await inTenants(apiDb, [tenantId], async (trx) => {
    const { rows } = await sql<{ found: boolean }>`
      WITH clock AS MATERIALIZED (SELECT campaign_now() AS now),
      model AS MATERIALIZED (
        SELECT c.*, a.sender_identity_id, a.node_id AS at_node, a.dedupe_key
        FROM scheduled_actions a
        JOIN contact_campaigns c ON c.tenant_id = a.tenant_id AND c.id = a.enrollment_id
        WHERE a.tenant_id = ${tenantId} AND a.campaign_id = ${campaignId} AND a.type = 'send'
          AND a.status IN ('pending', 'dispatched')
        LIMIT 1),
      person AS MATERIALIZED (
        SELECT model.*, clock.now, gen_random_uuid() AS new_id, gen_random_uuid() AS new_contact,
          gen_random_uuid() AS new_message
        FROM model CROSS JOIN clock CROSS JOIN generate_series(1, ${people}::integer)),
      contact AS (
        INSERT INTO contacts (tenant_id, id) SELECT p.tenant_id, p.new_contact FROM person p),
      channel AS (
        INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
        SELECT p.tenant_id, gen_random_uuid(), p.new_contact, 'email',
          'p-' || p.new_contact || '@' || left(p.new_contact::text, 4) || '.example.org'
        FROM person p),
      enrollment AS (
        INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id,
          timezone, version, state, base_state, base_seq, enrolled_at)
        SELECT p.tenant_id, p.new_id, p.campaign_id, p.new_contact, p.plan_version_id, p.timezone,
          p.version, p.state, p.base_state, p.base_seq, p.enrolled_at
        FROM person p),
      transition AS (
        INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at,
          recorded_at, settings, machine_version, outcome, from_node, to_node, effects)
        SELECT p.tenant_id, p.new_id, t.seq, t.input_id, t.input, t.own_at, t.recorded_at,
          t.settings, t.machine_version, t.outcome, t.from_node, t.to_node, t.effects
        FROM person p
        JOIN campaign_transitions t ON t.tenant_id = p.tenant_id AND t.enrollment_id = p.id),
      message AS (
        INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id,
          node_id, visit, attempt, channel, sender_identity_id, status)
        SELECT p.tenant_id, p.new_message, p.new_id, p.campaign_id, p.new_contact, p.at_node, 1, 1,
          'email', p.sender_identity_id, 'queued'
        FROM person p),
      action AS (
        INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
          sender_identity_id, type, node_id, visit, attempt, dedupe_key, status, due_at, run_at)
        SELECT p.tenant_id, gen_random_uuid(), p.new_id, p.campaign_id, p.new_message,
          p.sender_identity_id, 'send', p.at_node, 1, 1, p.dedupe_key, 'pending', p.now, p.now
        FROM person p)
      SELECT true AS found FROM model`.execute(trx);
    if (rows.length === 0) throw new Error('nobody is at the first node of the campaign');
  });
}

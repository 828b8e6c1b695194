import type { Stack } from '@cadenza/stack';
import { sql } from 'kysely';

/** What became of one node's messages. */
export interface NodeFunnel {
  readonly node: string;
  readonly messages: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly opened: number;
  readonly clicked: number;
  readonly bounced: number;
}

export interface CampaignReport {
  readonly funnel: readonly NodeFunnel[];
  /** People by how their campaign ended, and `active` for those whose has not. */
  readonly ends: readonly {
    readonly status: string;
    readonly reason: string;
    readonly people: number;
  }[];
  /** Messages whose fate is not known, held for an operator. */
  readonly unknown: number;
  /** Messages that the provider accepted more often than once and once after each bounce. */
  readonly doubled: number;
  readonly acceptedByProvider: number;
  /** People whose campaign has neither ended nor waits for something that will come. */
  readonly unaccounted: number;
  readonly events: number;
  readonly quarantinedEvents: number;
}

/** Reads, as the owner of the database, what became of a campaign. */
export async function readReport(stack: Stack, campaignId: string): Promise<CampaignReport> {
  const { db } = stack;
  const funnel = await sql<NodeFunnel>`
    SELECT m.node_id AS node, count(*) AS messages,
      count(*) FILTER (WHERE m.accepted_at IS NOT NULL) AS accepted,
      count(*) FILTER (WHERE e.types && '{delivered}') AS delivered,
      count(*) FILTER (WHERE e.types && '{opened}') AS opened,
      count(*) FILTER (WHERE e.types && '{clicked}') AS clicked,
      count(*) FILTER (WHERE e.types && '{bounced,blocked,dropped}') AS bounced
    FROM outbound_messages m
    LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT v.type) AS types FROM message_events v
      WHERE v.tenant_id = m.tenant_id AND v.message_id = m.id AND v.actor <> 'machine') e ON true
    WHERE m.campaign_id = ${campaignId}
    GROUP BY m.node_id ORDER BY min(m.created_at)`.execute(db);
  const ends = await sql<CampaignReport['ends'][number]>`
    SELECT status, coalesce(end_reason, phase || ' at ' || node_id) AS reason, count(*) AS people
    FROM contact_campaigns WHERE campaign_id = ${campaignId}
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`.execute(db);
  const counts = await sql<{
    unknown: number;
    unaccounted: number;
    events: number;
    quarantined: number;
  }>`
    SELECT
      (SELECT count(*) FROM outbound_messages
        WHERE campaign_id = ${campaignId} AND status = 'unknown') AS unknown,
      (SELECT count(*) FROM contact_campaigns c
        WHERE c.campaign_id = ${campaignId} AND c.status = 'active'
          AND NOT EXISTS (SELECT FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id
            AND a.enrollment_id = c.id AND a.status IN ('pending', 'dispatched'))
          AND NOT EXISTS (SELECT FROM outbound_messages m WHERE m.tenant_id = c.tenant_id
            AND m.enrollment_id = c.id AND m.status IN ('dispatching', 'unknown'))) AS unaccounted,
      (SELECT count(*) FROM message_events) AS events,
      (SELECT count(*) FROM quarantined_events) AS quarantined`.execute(db);
  const repeated = await emulator<{ readonly messages: readonly unknown[] }>(
    stack,
    '/_emulator/doubled',
  );
  const doubled = await sql<{ messages: number }>`
    SELECT count(*) AS messages
    FROM jsonb_to_recordset(${JSON.stringify(repeated.messages)}::jsonb)
      AS r("messageId" uuid, times integer)
    WHERE r.times - 1 > (SELECT count(DISTINCT e.attempt) FROM message_events e
      WHERE e.message_id = r."messageId" AND e.type = 'bounced')`.execute(db);
  const accepted = await emulator<{ readonly accepted: number }>(stack, '/_emulator/counts');
  const row = counts.rows[0];
  return {
    funnel: funnel.rows,
    ends: ends.rows,
    unknown: row?.unknown ?? 0,
    unaccounted: row?.unaccounted ?? 0,
    events: row?.events ?? 0,
    quarantinedEvents: row?.quarantined ?? 0,
    doubled: doubled.rows[0]?.messages ?? 0,
    acceptedByProvider: accepted.accepted,
  };
}

async function emulator<T>(stack: Stack, path: string): Promise<T> {
  const response = await fetch(`${stack.emulatorUrl}${path}`);
  return (await response.json()) as T;
}

/** How each person's campaign ended, by address: what two runs of one seed have in common. */
export async function endStates(stack: Stack, campaignId: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ address: string; state: string }>`
    SELECT h.address, concat_ws(' ', c.status, c.end_reason, c.node_id) AS state
    FROM contact_campaigns c
    JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.contact_id
      AND h.channel = 'email'
    WHERE c.campaign_id = ${campaignId}
    ORDER BY h.address`.execute(stack.db);
  return new Map(rows.map(({ address, state }) => [address, state]));
}

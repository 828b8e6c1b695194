import { sql, type Kysely } from 'kysely';
import { acrossTenants } from '../protection/bound-table.ts';

/** Types of `message_events` that are told; the rest is of no use to others. */
const TOLD =
  "'deferred', 'delivered', 'bounced', 'blocked', 'dropped', 'opened', 'clicked', 'spamreport', " +
  "'unsubscribed', 'resubscribed', 'replied'";

/**
 * Changed rows `n` whose tenant wants to be told. Tenants are looked up first, each once and
 * by key: of the others no row is looked at again.
 */
const wanted = (owner: string) => `
  (SELECT DISTINCT ${owner} AS tenant_id FROM news) t
  CROSS JOIN LATERAL (
    SELECT FROM event_feeds f
    WHERE f.tenant_id = t.tenant_id AND f.wanted_until > now()
    OFFSET 0) f
  JOIN news n ON n.${owner} = t.tenant_id`;

/** What is said of a message, with what comes besides. */
const ofMessage = (message: string, more = '') => `
  jsonb_strip_nulls(jsonb_build_object('messageId', ${message}.id,
    'enrollmentId', ${message}.enrollment_id, 'campaignId', ${message}.campaign_id,
    'contactId', ${message}.contact_id, 'nodeId', ${message}.node_id, 'channel', ${message}.channel
    ${more}))`;

const ofEnrollment = `
  jsonb_strip_nulls(jsonb_build_object('enrollmentId', n.id, 'campaignId', n.campaign_id,
    'contactId', n.contact_id, 'status', n.status, 'endReason', n.end_reason))`;

const ofCampaign = `
  jsonb_build_object('campaignId', n.id, 'status', n.status, 'priority', n.priority)`;

const changed = (columns: readonly string[]) =>
  `(${columns.map((name) => `o.${name}`).join(', ')}) IS DISTINCT FROM
   (${columns.map((name) => `n.${name}`).join(', ')})`;

interface Source {
  readonly table: string;
  readonly on: 'INSERT' | 'UPDATE';
  /** What is written of the rows `n`, with `o` as they were; the beginning of a SELECT. */
  readonly type: string;
  readonly data: string;
  readonly at: string;
  readonly join?: string;
  readonly where?: string;
}

const BEFORE = 'JOIN was o ON o.tenant_id = n.tenant_id AND o.id = n.id';

const SOURCES: Readonly<Record<string, Source>> = {
  feed_message_events: {
    table: 'message_events',
    on: 'INSERT',
    type: "'message.' || n.type",
    data: ofMessage(
      'm',
      `, 'attempt', n.attempt,
       'actor', CASE WHEN n.type IN ('opened', 'clicked') THEN n.actor END,
       'bounceKind', CASE WHEN n.type = 'bounced' THEN n.data ->> 'bounceKind' END`,
    ),
    at: 'n.occurred_at',
    join: 'JOIN outbound_messages m ON m.tenant_id = n.tenant_id AND m.id = n.message_id',
    where: `n.type IN (${TOLD})`,
  },
  feed_messages: {
    table: 'outbound_messages',
    on: 'UPDATE',
    type: "'message.' || n.status",
    data: ofMessage('n', ", 'attempt', n.attempt"),
    at: "CASE n.status WHEN 'sent' THEN n.accepted_at ELSE campaign_now() END",
    join: BEFORE,
    where: `(n.status IN ('failed', 'unknown') AND o.status <> n.status)
      OR (n.status = 'sent' AND o.accepted_at IS DISTINCT FROM n.accepted_at)`,
  },
  feed_new_enrollments: {
    table: 'contact_campaigns',
    on: 'INSERT',
    type: "'enrollment.started'",
    data: ofEnrollment,
    at: 'n.enrolled_at',
  },
  feed_enrollments: {
    table: 'contact_campaigns',
    on: 'UPDATE',
    type: "CASE n.status WHEN 'active' THEN 'enrollment.reopened' ELSE 'enrollment.ended' END",
    data: ofEnrollment,
    at: 'campaign_now()',
    join: BEFORE,
    where: "(o.status = 'active') <> (n.status = 'active')",
  },
  feed_new_campaigns: {
    table: 'campaigns',
    on: 'INSERT',
    type: "'campaign.created'",
    data: ofCampaign,
    at: 'campaign_now()',
  },
  feed_campaigns: {
    table: 'campaigns',
    on: 'UPDATE',
    type: "'campaign.changed'",
    data: ofCampaign,
    at: 'campaign_now()',
    join: BEFORE,
    where: changed(['name', 'status', 'priority', 'pause_reason']),
  },
  feed_senders: {
    table: 'email_sender_identities',
    on: 'UPDATE',
    type: "'sender.changed'",
    data: `jsonb_build_object('senderIdentityId', n.id, 'channel', n.channel,
      'verification', n.verification, 'paused', n.paused_at IS NOT NULL)`,
    at: 'campaign_now()',
    join: BEFORE,
    where: changed(['verification', 'paused_at', 'ip_pool']),
  },
  feed_new_limits: {
    table: 'send_rate_limits',
    on: 'INSERT',
    type: "'limit.changed'",
    data: `jsonb_build_object('channel', n.channel, 'scope', n.scope,
      'windowSeconds', n.window_seconds, 'maxMessages', n.max_messages)`,
    at: 'campaign_now()',
  },
  feed_limits: {
    table: 'send_rate_limits',
    on: 'UPDATE',
    type: "'limit.changed'",
    data: `jsonb_build_object('channel', n.channel, 'scope', n.scope,
      'windowSeconds', n.window_seconds, 'maxMessages', n.max_messages)`,
    at: 'campaign_now()',
    join: BEFORE,
    where: changed(['max_messages']),
  },
  feed_tenants: {
    table: 'tenants',
    on: 'UPDATE',
    type: "'tenant.changed'",
    data: "jsonb_build_object('status', n.status)",
    at: 'campaign_now()',
    join: 'JOIN was o ON o.id = n.id',
    where: changed(['status']),
  },
};

/**
 * Triggers that write into the feed, once for a statement. They are functions of the role that looks
 * across tenants: nobody else can write there, whatever they may change.
 */
export async function createFeedTriggers(db: Kysely<unknown>): Promise<void> {
  for (const [name, { table, on, type, data, at, join = '', where = 'true' }] of Object.entries(
    SOURCES,
  )) {
    // Both tables of a statement are joined by hashes, which sessions do without elsewhere: a loop within
    // a loop takes the square of its rows. The plan of the first statement of a session, mostly of one
    // row, is kept for all, so that loops are ruled out and not merely compared.
    const planning = on === 'UPDATE' ? 'SET enable_hashjoin = on SET enable_nestloop = off' : '';
    const from = wanted(table === 'tenants' ? 'id' : 'tenant_id');
    await sql
      .raw(
        `CREATE FUNCTION ${name}() RETURNS trigger
         LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp ${planning} AS $$
         BEGIN
           INSERT INTO feed_events (tenant_id, type, data, occurred_at)
           SELECT t.tenant_id, ${type}, ${data}, ${at}
           FROM ${from} ${join}
           WHERE ${where};
           RETURN NULL;
         END $$`,
      )
      .execute(db);
    const old = on === 'UPDATE' ? 'OLD TABLE AS was' : '';
    await sql
      .raw(
        `CREATE TRIGGER ${name} AFTER ${on} ON ${table}
         REFERENCING ${old} NEW TABLE AS news
         FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
      )
      .execute(db);
  }
  await acrossTenants(
    db,
    Object.keys(SOURCES).map((name) => [`${name}()`, 'cadenza_claimer'] as const),
  );
}

export async function dropFeedTriggers(db: Kysely<unknown>): Promise<void> {
  for (const [name, { table }] of Object.entries(SOURCES)) {
    await sql`DROP TRIGGER ${sql.id(name)} ON ${sql.table(table)}`.execute(db);
    await sql`DROP FUNCTION ${sql.id(name)}()`.execute(db);
  }
}

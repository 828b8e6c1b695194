import { connect } from '../client.ts';

/** Rows of one statement. */
const CHUNK = 100_000;
/** Campaigns of a tenant; one has half of its people, the next a quarter, and so on. */
const CAMPAIGNS = 200;

/**
 * Ids grow with `n`, as real ones do with time; what is made for a person has one id in all tables. The
 * first tenant has half of all, the next a quarter, and so on.
 */
const PREPARE = `
  CREATE FUNCTION pg_temp.nth_id(group_no integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(group_no), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
  $$;
  -- 0 for half of all numbers, 1 for a quarter, and so on.
  CREATE FUNCTION pg_temp.share(n bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT least(most, floor(-ln(((n * 2654435761) % 1000003 + 1) / 1000004.0) / ln(2.0))::integer)
  $$;
  CREATE TEMP TABLE filled AS
    SELECT (row_number() OVER (ORDER BY c.tenant_id))::integer - 1 AS no, c.tenant_id, c.id AS campaign_id,
      c.plan_version_id, c.sender_identity_id, e.state, a.dedupe_key
    FROM campaigns c
    JOIN contact_campaigns e ON e.tenant_id = c.tenant_id AND e.campaign_id = c.id
    JOIN scheduled_actions a ON a.tenant_id = e.tenant_id AND a.enrollment_id = e.id;
  CREATE TEMP TABLE filled_campaigns AS
    SELECT f.*, n AS campaign_no, pg_temp.nth_id(1, f.no * 1000 + n) AS nth_campaign_id
    FROM filled f CROSS JOIN generate_series(0, ${CAMPAIGNS - 1}) n;
  CREATE INDEX ON filled_campaigns (no, campaign_no);
  ANALYZE filled; ANALYZE filled_campaigns`;

const SMALL = `
  INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
    SELECT tenant_id, nth_campaign_id, 'Campaign ' || campaign_no, plan_version_id, sender_identity_id,
      (ARRAY['running', 'draft', 'paused', 'finished', 'archived'])[1 + campaign_no % 5]
    FROM filled_campaigns;
  INSERT INTO dispatch_lanes (tenant_id, campaign_id, sender_identity_id, next_at)
    SELECT tenant_id, nth_campaign_id, sender_identity_id, 'infinity' FROM filled_campaigns;
  INSERT INTO campaign_plans (tenant_id, id, name)
    SELECT tenant_id, pg_temp.nth_id(2, no * 1000 + n), 'Plan ' || n
    FROM filled, generate_series(0, 499) n;
  INSERT INTO message_templates (tenant_id, id, name, channel)
    SELECT tenant_id, pg_temp.nth_id(2, no * 1000 + n), 'Template ' || n, 'email'
    FROM filled, generate_series(0, 499) n;
  INSERT INTO message_template_versions (tenant_id, template_id, version, subject, body, content_hash, variables)
    SELECT tenant_id, pg_temp.nth_id(2, no * 1000 + n), 1, 'Hello', '<p>Hello</p>', sha256('Hello'), '{}'
    FROM filled, generate_series(0, 499) n;
  INSERT INTO email_sender_identities (tenant_id, id, email, name, verification, verified_at)
    SELECT tenant_id, pg_temp.nth_id(2, no * 1000 + n), 'sender' || n || '@example.com', 'Sender', 'verified', now()
    FROM filled, generate_series(0, 199) n;
  INSERT INTO email_sender_identities (tenant_id, id, channel, sms_from, name, verification, verified_at)
    SELECT tenant_id, pg_temp.nth_id(3, no * 1000 + n), 'sms', '+1202555' || lpad((no * 200 + n)::text, 4, '0'),
      'Sender', 'verified', now()
    FROM filled, generate_series(0, 199) n;
  INSERT INTO webhook_endpoints (tenant_id, id, url, enabled, disabled_reason)
    SELECT tenant_id, pg_temp.nth_id(2, no), 'https://hooks.example.com', false, 'operator' FROM filled;
  INSERT INTO users (tenant_id, id, email, role)
    SELECT tenant_id, pg_temp.nth_id(2, no), 'operator' || no || '@example.com', 'operator' FROM filled;
  INSERT INTO erasures (tenant_id, id, contact_id, status, next_at, done_at)
    SELECT tenant_id, pg_temp.nth_id(2, no), pg_temp.nth_id(5, 0), 'done', NULL, now() FROM filled;
  INSERT INTO campaign_audiences (tenant_id, id, campaign_id, filter, status, next_at, done_at)
    SELECT f.tenant_id, pg_temp.nth_id(2, no * 1000 + n), pg_temp.nth_id(1, f.no * 1000),
      '{"where": "phone", "known": true}', 'done', NULL, now()
    FROM filled f, generate_series(0, 199) n`;

/** People, or leads, by number, the last one included. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly tenants: number;
}

const leadsOf = ({ from, to, tenants }: Range) => `
  INSERT INTO leads (tenant_id, id, name, website, industry)
    SELECT f.tenant_id, pg_temp.nth_id(4, n), 'Company ' || n, 'https://site' || n || '.example', 'Industry ' || n % 20
    FROM generate_series(${from}::bigint, ${to}) n JOIN filled f ON f.no = pg_temp.share(n, ${tenants - 1})`;

/** People, with what is chosen by their number. */
const peopleOf = ({ from, to, tenants }: Range) => `
  FROM generate_series(${from}::bigint, ${to}) n
  JOIN filled_campaigns c ON c.no = pg_temp.share(n, ${tenants - 1})
    AND c.campaign_no = pg_temp.share(n * 31 + 7, ${CAMPAIGNS - 1})
  CROSS JOIN LATERAL (SELECT pg_temp.nth_id(5, n) AS id, (n * 7919 % 1000)::integer AS chance,
    now() - (1000000 - n) * interval '2 s' AS at) p`;

/** Of a thousand: 200 before their first mail, 250 after it, 350 through, and the ends of all others. */
const STANDING = `
  CROSS JOIN LATERAL (
    SELECT CASE WHEN chance < 200 THEN 'scheduled' WHEN chance < 450 THEN 'listening' ELSE 'ended' END AS phase,
      CASE WHEN chance < 450 THEN NULL WHEN chance < 800 THEN 'completed' WHEN chance < 920 THEN 'stopped'
        WHEN chance < 970 THEN 'suppressed' WHEN chance < 999 THEN 'expired' ELSE 'failed' END AS ended) s
  CROSS JOIN LATERAL (
    SELECT c.state || jsonb_build_object('phase', s.phase, 'nodeId', CASE WHEN chance % 3 = 0 AND s.phase <> 'scheduled'
        THEN 'read' ELSE 'intro' END,
      'anchor', CASE WHEN s.phase = 'scheduled' THEN NULL ELSE jsonb_build_object('nodeId', 'intro', 'visit', 1,
        'attempt', 1, 'sentAt', epoch_ms(p.at)) END,
      'end', CASE WHEN s.ended IS NULL THEN NULL ELSE jsonb_build_object('status', s.ended,
        'reason', s.ended, 'at', epoch_ms(p.at)) END) AS state) st`;

/** Statements that write what there is of people. */
const statementsOf = (people: string, leads: number): readonly string[] => [
  `INSERT INTO contacts (tenant_id, id, lead_id, first_name, last_name, title, source, custom, created_at, updated_at)
   SELECT c.tenant_id, p.id, l.id, 'Grace' || n, 'Hopper', (ARRAY['Head of Sales', 'Engineer', NULL])[1 + n % 3],
     'crm', jsonb_build_object('language', (ARRAY['de', 'en', 'nl', 'fr'])[1 + n % 4]), p.at, p.at
   ${people}
   LEFT JOIN leads l ON l.tenant_id = c.tenant_id
     AND l.id = pg_temp.nth_id(4, CASE WHEN n % 100 = 0 THEN 1 ELSE n % ${leads} END)
   ORDER BY n`,
  `INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address, validity, checked_at, check_at)
   SELECT c.tenant_id, p.id, p.id, 'email', 'grace' || n || '@site' || n % 5000 || '.example.org', 'valid', p.at, NULL
   ${people} ORDER BY n`,
  `INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id, version, state, base_state,
     base_seq, enrolled_at, created_at, updated_at)
   SELECT c.tenant_id, p.id, c.nth_campaign_id, p.id, c.plan_version_id, 3, st.state, st.state, 3, p.at, p.at, p.at
   ${people} ${STANDING} ORDER BY n`,
  `INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id, visit, attempt,
     channel, sender_identity_id, status, token, begun_at, accepted_at, to_address, subject, provider_message_id,
     created_at, updated_at)
   SELECT c.tenant_id, p.id, p.id, c.nth_campaign_id, p.id, 'intro', 1, 1, 'email', c.sender_identity_id, m.status,
     CASE WHEN m.status = 'unknown' THEN p.id END,
     CASE WHEN m.begun THEN p.at END, CASE WHEN m.begun AND m.status <> 'unknown' THEN p.at END,
     CASE WHEN m.begun THEN 'grace' || n || '@site' || n % 5000 || '.example.org' END,
     CASE WHEN m.begun THEN 'A question about your work' END, CASE WHEN m.begun THEN 'provider' || n END, p.at, p.at
   ${people}
   CROSS JOIN LATERAL (SELECT CASE WHEN n % 50000 = 1 THEN 'unknown' WHEN chance < 200 THEN 'queued' WHEN chance < 240
       THEN 'bounced' WHEN chance < 250 THEN 'blocked' WHEN chance < 253 THEN 'dropped' WHEN chance = 253 THEN 'failed'
       WHEN chance < 270 THEN 'deferred' WHEN chance < 290 THEN 'canceled' WHEN chance = 290 THEN 'skipped'
       WHEN chance < 390 THEN 'sent' ELSE 'delivered' END AS status) w
   CROSS JOIN LATERAL (SELECT w.status, w.status NOT IN ('queued', 'canceled', 'skipped') AS begun) m
   ORDER BY n`,
  `INSERT INTO hand_off_batches (tenant_id, begun_at, deadline_at, message_ids, watched)
   SELECT tenant_id, begun_at, begun_at, array_agg(id), false FROM outbound_messages
   WHERE begun_at IS NOT NULL GROUP BY 1, 2`,
  `INSERT INTO provider_message_ids (tenant_id, message_id, provider_message_id)
   SELECT tenant_id, id, provider_message_id FROM outbound_messages WHERE provider_message_id IS NOT NULL`,
  `INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id, sender_identity_id, type, timer,
     node_id, visit, attempt, dedupe_key, status, due_at, run_at)
   SELECT c.tenant_id, p.id, p.id, c.nth_campaign_id, CASE WHEN chance < 200 THEN p.id END,
     CASE WHEN chance < 200 THEN c.sender_identity_id END, CASE WHEN chance < 200 THEN 'send' ELSE 'timeout' END,
     CASE WHEN chance >= 200 THEN 'no_open' END, 'intro', 1, 1,
     CASE WHEN chance < 200 THEN c.dedupe_key ELSE 'timer:' || n END, 'pending', p.at + interval '40 days',
     p.at + interval '40 days'
   ${people} WHERE chance < 450 ORDER BY n`,
  `INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at, recorded_at, settings,
     machine_version, outcome, to_node)
   SELECT c.tenant_id, p.id, seq, 'input:' || seq, jsonb_build_object('kind', (ARRAY['enrolled', 'begun', 'sent'])[seq],
     'at', epoch_ms(p.at)), p.at, p.at, '{}', 1, 'applied', 'intro'
   ${people} CROSS JOIN generate_series(1, 3) seq WHERE n % 4 = 0 ORDER BY n`,
  `INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type, occurred_at, actor, dedupe_key)
   SELECT c.tenant_id, pg_temp.nth_id(6, n * 4 + k), p.id, p.id, 1,
     (ARRAY['processed', 'delivered', 'opened', 'clicked'])[k], p.at + k * interval '1 minute', 'human',
     encode(sha256((n || ':' || k)::bytea), 'hex')
   ${people} CROSS JOIN generate_series(1, 4) k WHERE n % 4 = 0 AND chance >= 300 ORDER BY n`,
  `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, legal_reason, source, first_seen_at,
     last_seen_at)
   SELECT p.id, c.tenant_id, 'email', 'gone' || n || '@site' || n % 5000 || '.example.org',
     CASE WHEN n % 100003 = 5 THEN 'spamreport' ELSE 'unsubscribed' END, 'unsubscribed', 'crm', p.at, p.at
   ${people} WHERE n % 5 = 0 ORDER BY n`,
  `INSERT INTO audit_log (tenant_id, id, actor, action, entity, entity_id, created_at)
   SELECT c.tenant_id, p.id, 'api_key:1', 'updateContact', 'contact', p.id::text, p.at
   ${people} WHERE n % 5 = 1 ORDER BY n`,
  `INSERT INTO inbound_messages (tenant_id, id, contact_id, enrollment_id, from_address, subject, kind, verdict,
     dedupe_key, received_at)
   SELECT c.tenant_id, p.id, p.id, p.id, 'grace' || n || '@site' || n % 5000 || '.example.org', 'Re: Hello',
     CASE WHEN n % 100003 < 50 THEN 'complaint' WHEN n % 3 = 0 THEN 'human' ELSE 'auto_reply' END, 'signed', n::text, p.at
   ${people} WHERE n % 10 = 2 ORDER BY n`,
  `INSERT INTO feed_events (tenant_id, id, position, type, data, occurred_at)
   SELECT c.tenant_id, p.id, n, 'message.delivered', '{}', p.at ${people} WHERE n % 5 = 3 ORDER BY n`,
  `INSERT INTO endpoint_deliveries (tenant_id, endpoint_id, position, status, attempts, tries)
   SELECT c.tenant_id, pg_temp.nth_id(2, c.no), n, CASE WHEN n % 100003 < 50 THEN 'failed' ELSE 'delivered' END, 1, 1
   ${people} WHERE n % 5 = 3 ORDER BY n`,
  `INSERT INTO endpoint_attempts (tenant_id, endpoint_id, position, attempt, outcome, answer_status, latency_ms, attempted_at)
   SELECT c.tenant_id, pg_temp.nth_id(2, c.no), n, 1, 'delivered', 200, 20, p.at
   ${people} WHERE n % 5 = 3 ORDER BY n`,
];

/** What triggers count, and were told nothing of. */
const COUNTS = `
  TRUNCATE enrollment_counts;
  INSERT INTO enrollment_counts (tenant_id, campaign_id, status, node_id, count, folded)
    SELECT tenant_id, campaign_id, status, node_id, count(*), true FROM contact_campaigns GROUP BY 1, 2, 3, 4`;

/**
 * Writes so many contacts with an enrollment each, and what comes of that, by set: the API would take an
 * hour. Messages stand where mails of a month do; every fourth has its inputs and events.
 *
 * @param ownerUrl of a database in which each tenant has one campaign, with one person in it.
 */
export async function fillDatabase(ownerUrl: string, contacts: number): Promise<void> {
  const client = await connect(ownerUrl);
  try {
    await client.query(PREPARE);
    const tenants = Number(
      (await client.query<{ count: string }>('SELECT count(*) FROM filled')).rows[0]?.count,
    );
    // References are right by the way rows are made; to check each takes longer than all the rest.
    await client.query('SET session_replication_role = replica');
    await client.query(SMALL);
    const leads = Math.max(10, Math.floor(contacts / 50));
    await client.query(leadsOf({ from: 0, to: leads - 1, tenants }));
    for (let from = 0; from < contacts; from += CHUNK) {
      const to = Math.min(from + CHUNK, contacts) - 1;
      for (const statement of statementsOf(peopleOf({ from, to, tenants }), leads)) {
        await client.query(statement);
      }
    }
    await client.query(COUNTS);
    await client.query('SET session_replication_role = origin');
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

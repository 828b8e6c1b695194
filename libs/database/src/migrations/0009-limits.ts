import { sql, type Kysely } from 'kysely';
import { createFormerFunctions } from './0009-former-functions.ts';

/**
 * Lanes that rest while nothing of them is due, turns between tenants, holds of the provider's
 * account; warm-up ramps, IP pools, spacing between a sender's messages, priorities of campaigns.
 */
const REPLACED: readonly (readonly [former: string, now: string])[] = [
  [
    'claim_due_sends(integer, integer, double precision, double precision)',
    'claim_due_sends(integer, integer, integer, double precision, double precision)',
  ],
  ['hand_offs_since(timestamptz)', 'hand_offs_since(timestamptz)'],
  ['oldest_due_action()', 'oldest_due_action()'],
];

const LIMIT_SCOPES = ['sender', 'tenant', 'recipient_domain', 'global'] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE campaigns
      ADD COLUMN priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10)`.execute(
    db,
  );
  await sql`
    ALTER TABLE email_sender_identities
      ADD COLUMN ip_pool text CHECK (length(ip_pool) BETWEEN 2 AND 64),
      ADD COLUMN spacing_min_seconds integer,
      ADD COLUMN spacing_max_seconds integer,
      ADD CONSTRAINT email_sender_identities_spacing CHECK (
        (spacing_min_seconds IS NULL) = (spacing_max_seconds IS NULL)
        AND spacing_min_seconds BETWEEN 1 AND spacing_max_seconds
        AND spacing_max_seconds <= 86400)`.execute(db);
  await limitScopes(db, [...LIMIT_SCOPES, 'ip_pool']);
  // Without a tenant: the installation's, for an IP pool that tenants share.
  await sql`
    CREATE TABLE warmup_ramps (
      id uuid PRIMARY KEY,
      tenant_id uuid REFERENCES tenants,
      scope text NOT NULL CHECK (scope IN ('sender', 'ip_pool')),
      reference text NOT NULL,
      starts_at timestamptz NOT NULL,
      allowances integer[] NOT NULL
        CHECK (cardinality(allowances) BETWEEN 1 AND 365 AND 0 <= ALL (allowances)),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE NULLS NOT DISTINCT (tenant_id, scope, reference),
      CHECK (scope <> 'sender' OR tenant_id IS NOT NULL)
    )`.execute(db);
  // The whole installation has one account with each provider. held_until is campaign time; strikes
  // counts the holds that followed each other closely, unknowns the hand-offs without a clear answer
  // since the last one with an answer.
  await sql`
    CREATE TABLE provider_holds (
      provider text PRIMARY KEY CHECK (provider IN ('sendgrid')),
      held_until timestamptz NOT NULL,
      strikes integer NOT NULL DEFAULT 0 CHECK (strikes >= 0),
      unknowns integer NOT NULL DEFAULT 0 CHECK (unknowns >= 0),
      probing boolean NOT NULL DEFAULT false
    )`.execute(db);
  await secureTables(db);

  // due_at: no later than the first run_at of a pending send of the lane. next_at: not before it,
  // because of limits or a pause. share: how many it is asked for at a time, few where a limit
  // refused most of them. A lane that stands there already is visited once to find out.
  await sql`
    ALTER TABLE dispatch_lanes
      ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity',
      ADD COLUMN wakes bigint NOT NULL DEFAULT 0,
      ADD COLUMN share integer NOT NULL DEFAULT 100 CHECK (share > 0),
      ADD COLUMN visit_at timestamptz NOT NULL
        GENERATED ALWAYS AS (greatest(due_at, next_at)) STORED`.execute(db);
  await sql`ALTER TABLE dispatch_lanes ALTER COLUMN due_at SET DEFAULT 'infinity'`.execute(db);
  await sql`DROP INDEX dispatch_lanes_next`.execute(db);
  await sql`CREATE INDEX dispatch_lanes_visit ON dispatch_lanes (visit_at)`.execute(db);
  // deferred_*: where run_at and not_after were before a limit moved them.
  await sql`
    ALTER TABLE scheduled_actions
      ADD COLUMN deferred_run_at timestamptz,
      ADD COLUMN deferred_not_after timestamptz`.execute(db);
  await sql`
    CREATE INDEX scheduled_actions_deferred ON scheduled_actions
      (tenant_id, campaign_id, sender_identity_id)
      WHERE status = 'pending' AND deferred_run_at IS NOT NULL`.execute(db);
  await sql`
    CREATE INDEX scheduled_actions_outstanding ON scheduled_actions (tenant_id)
      WHERE status = 'dispatched' AND type = 'send'`.execute(db);

  await keepLanesAwake(db);
  await wakeLanesOnChange(db);
  for (const [former] of REPLACED) await sql`DROP FUNCTION ${sql.raw(former)}`.execute(db);
  await createClaim(db);
  await createReadings(db);
  await giveToClaimer(db, ['wake_lanes()']);
  await giveToClaimer(
    db,
    REPLACED.map(([, now]) => now),
    'cadenza_worker',
  );
}

async function limitScopes(db: Kysely<unknown>, scopes: readonly string[]): Promise<void> {
  await sql`ALTER TABLE send_rate_limits DROP CONSTRAINT send_rate_limits_scope_check`.execute(db);
  await sql`
    ALTER TABLE send_rate_limits ADD CONSTRAINT send_rate_limits_scope_check
      CHECK (scope IN (${sql.raw(scopes.map((scope) => `'${scope}'`).join(', '))}))`.execute(db);
}

async function secureTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON warmup_ramps
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await sql`ALTER TABLE warmup_ramps ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE warmup_ramps FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON warmup_ramps TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON warmup_ramps TO cadenza_worker
    USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]))`.execute(db);
  await sql`
    CREATE POLICY platform_rows ON warmup_ramps FOR SELECT
    TO cadenza_api, cadenza_worker USING (tenant_id IS NULL)`.execute(db);
  await sql`CREATE POLICY claimer_all ON warmup_ramps TO cadenza_claimer USING (true)`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON warmup_ramps TO cadenza_api`.execute(db);
  await sql`GRANT SELECT ON warmup_ramps TO cadenza_worker, cadenza_claimer`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE ON provider_holds TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT ON provider_holds TO cadenza_claimer`.execute(db);
}

/**
 * Whatever makes a send pending keeps its lane from resting longer than until then. The lane's key
 * is held first: `claim_due_sends` puts a lane to rest only where nobody holds it, so either it
 * does not, or this sees that it has.
 */
async function keepLanesAwake(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION keep_lanes_awake() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM changed c WHERE c.type = 'send' AND c.status = 'pending') THEN
          RETURN NULL;
        END IF;
        PERFORM FROM dispatch_lanes l
        WHERE (l.tenant_id, l.campaign_id, l.sender_identity_id) IN (
          SELECT c.tenant_id, c.campaign_id, c.sender_identity_id FROM changed c
          WHERE c.type = 'send' AND c.status = 'pending')
        ORDER BY l.tenant_id, l.campaign_id, l.sender_identity_id
        FOR KEY SHARE;
        UPDATE dispatch_lanes l SET due_at = first.run_at
        FROM (
          SELECT c.tenant_id, c.campaign_id, c.sender_identity_id, min(c.run_at) AS run_at
          FROM changed c
          WHERE c.type = 'send' AND c.status = 'pending'
          GROUP BY c.tenant_id, c.campaign_id, c.sender_identity_id) first
        WHERE l.tenant_id = first.tenant_id AND l.campaign_id = first.campaign_id
          AND l.sender_identity_id = first.sender_identity_id AND l.due_at > first.run_at;
        RETURN NULL;
      END $$`.execute(db);
  for (const event of ['INSERT', 'UPDATE']) {
    await sql`
      CREATE TRIGGER ${sql.id(`keep_lanes_awake_${event.toLowerCase()}`)}
      AFTER ${sql.raw(event)} ON scheduled_actions
      REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION keep_lanes_awake()`.execute(db);
  }
}

/**
 * What ends a pause or changes a limit lets the lanes concerned be asked at once, in the same
 * transaction, and puts back what the limit had moved. Counting the wakes tells a dispatcher that
 * is about to put a lane to rest that it asked under other settings.
 */
async function wakeLanesOnChange(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION wake_lanes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        changed record;
        of_tenant uuid;
        of_campaign uuid;
        of_sender text;
      BEGIN
        IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
        IF TG_TABLE_NAME = 'tenants' THEN
          of_tenant := changed.id;
        ELSIF TG_TABLE_NAME = 'campaigns' THEN
          of_tenant := changed.tenant_id;
          of_campaign := changed.id;
        ELSIF TG_TABLE_NAME = 'email_sender_identities' THEN
          of_tenant := changed.tenant_id;
          of_sender := changed.id;
        ELSE
          of_tenant := changed.tenant_id;
          IF changed.scope = 'sender' THEN of_sender := changed.reference; END IF;
        END IF;
        PERFORM FROM dispatch_lanes l
        WHERE (of_tenant IS NULL OR l.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR l.campaign_id = of_campaign)
          AND (of_sender IS NULL OR l.sender_identity_id::text = of_sender)
        ORDER BY l.tenant_id, l.campaign_id, l.sender_identity_id
        FOR NO KEY UPDATE;
        UPDATE dispatch_lanes l
        SET next_at = least(l.next_at, campaign_now()), wakes = l.wakes + 1, share = DEFAULT
        WHERE (of_tenant IS NULL OR l.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR l.campaign_id = of_campaign)
          AND (of_sender IS NULL OR l.sender_identity_id::text = of_sender);
        UPDATE scheduled_actions a
        SET run_at = a.deferred_run_at, not_after = a.deferred_not_after,
            deferred_run_at = NULL, deferred_not_after = NULL
        WHERE a.status = 'pending' AND a.deferred_run_at IS NOT NULL
          AND (of_tenant IS NULL OR a.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR a.campaign_id = of_campaign)
          AND (of_sender IS NULL OR a.sender_identity_id::text = of_sender);
        RETURN NULL;
      END $$`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON tenants FOR EACH ROW
    WHEN (OLD.status <> 'active' AND NEW.status = 'active')
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON campaigns FOR EACH ROW
    WHEN (OLD.status <> 'running' AND NEW.status = 'running')
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON email_sender_identities FOR EACH ROW
    WHEN ((OLD.paused_at IS NOT NULL AND NEW.paused_at IS NULL)
      OR OLD.ip_pool IS DISTINCT FROM NEW.ip_pool
      OR OLD.spacing_min_seconds IS DISTINCT FROM NEW.spacing_min_seconds
      OR OLD.spacing_max_seconds IS DISTINCT FROM NEW.spacing_max_seconds)
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  for (const table of ['send_rate_limits', 'warmup_ramps']) {
    await sql`
      CREATE TRIGGER wake_lanes AFTER INSERT OR UPDATE OR DELETE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION wake_lanes()`.execute(db);
  }
}

/**
 * Claims due sends. Tenants take turns, weighed by what they have in the queue already, and within
 * a tenant its lanes do, by the priorities of their campaigns. Claims wait for each other, so that
 * max_outstanding holds however many dispatchers there are; a tenant leaves half of what is free
 * to those that come after it.
 *
 * A lane found paused, or without anything due, is put to rest, so that only lanes with work are
 * read. Statements see what was committed before them, and locks come first: what changes a lane
 * meanwhile either waits, and wakes it then, or was committed and is seen.
 */
async function createClaim(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION claim_due_sends(
      max_actions integer, max_per_lane integer, max_outstanding integer,
      lead_ms double precision, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        soon CONSTANT timestamptz := campaign_now() + lead_ms * interval '1 millisecond';
        free integer;
        room integer;
        tenants_of uuid[];
        campaigns_of uuid[];
        senders_of uuid[];
      BEGIN
        IF EXISTS (SELECT FROM provider_holds h WHERE h.held_until > campaign_now()) THEN
          RETURN;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('cadenza claim_due_sends'));
        SELECT count(*) INTO free FROM scheduled_actions s
        WHERE s.status = 'dispatched' AND s.type = 'send';
        -- After several hand-offs without an answer one is tried at a time.
        free := CASE WHEN EXISTS (SELECT FROM provider_holds h WHERE h.probing)
          THEN 1 ELSE max_outstanding END - free;
        room := least(max_actions, free);
        IF room <= 0 THEN
          RETURN;
        END IF;

        SELECT array_agg(lane.tenant_id ORDER BY lane.turn, lane.tenant_served_at),
               array_agg(lane.campaign_id ORDER BY lane.turn, lane.tenant_served_at),
               array_agg(lane.sender_identity_id ORDER BY lane.turn, lane.tenant_served_at)
        INTO tenants_of, campaigns_of, senders_of
        FROM (
          SELECT l.tenant_id, l.campaign_id, l.sender_identity_id, ready.turn,
            ready.tenant_served_at
          FROM (
            SELECT d.tenant_id, d.campaign_id, d.sender_identity_id,
              row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.served_at, d.campaign_id,
                d.sender_identity_id) AS turn,
              max(d.served_at) OVER (PARTITION BY d.tenant_id) AS tenant_served_at
            FROM dispatch_lanes d
            WHERE d.visit_at <= soon) ready
          JOIN dispatch_lanes l ON l.tenant_id = ready.tenant_id
            AND l.campaign_id = ready.campaign_id
            AND l.sender_identity_id = ready.sender_identity_id
          ORDER BY ready.turn, ready.tenant_served_at
          LIMIT max_actions
          -- An insert of an action holds its lane's key: that must not make the lane be skipped.
          FOR NO KEY UPDATE OF l SKIP LOCKED) lane;
        IF tenants_of IS NULL THEN
          RETURN;
        END IF;

        UPDATE dispatch_lanes l SET next_at = 'infinity'
        FROM unnest(tenants_of, campaigns_of, senders_of)
          AS lane (tenant_id, campaign_id, sender_identity_id)
        WHERE l.tenant_id = lane.tenant_id AND l.campaign_id = lane.campaign_id
          AND l.sender_identity_id = lane.sender_identity_id
          AND NOT EXISTS (
            SELECT FROM campaigns c
            JOIN tenants t ON t.id = c.tenant_id AND t.status = 'active'
            JOIN email_sender_identities i ON i.tenant_id = c.tenant_id
              AND i.id = lane.sender_identity_id AND i.paused_at IS NULL
            WHERE c.tenant_id = lane.tenant_id AND c.id = lane.campaign_id
              AND c.status = 'running');

        RETURN QUERY
          WITH lane AS MATERIALIZED (
            SELECT lane.*, c.priority, l.share,
              count(*) OVER (PARTITION BY lane.tenant_id) AS siblings
            FROM unnest(tenants_of, campaigns_of, senders_of)
              WITH ORDINALITY AS lane (tenant_id, campaign_id, sender_identity_id, no)
            JOIN dispatch_lanes l ON l.tenant_id = lane.tenant_id
              AND l.campaign_id = lane.campaign_id
              AND l.sender_identity_id = lane.sender_identity_id AND l.next_at <= soon
            JOIN campaigns c ON c.tenant_id = lane.tenant_id AND c.id = lane.campaign_id),
          outstanding AS MATERIALIZED (
            SELECT s.tenant_id, count(*) AS actions FROM scheduled_actions s
            WHERE s.status = 'dispatched' AND s.type = 'send'
            GROUP BY s.tenant_id),
          offered AS MATERIALIZED (
            SELECT lane.*, first.id, first.nth
            FROM lane
            CROSS JOIN (SELECT count(DISTINCT lane.tenant_id) AS tenants FROM lane) every
            -- Tenants offer a few times what can be taken, so that uneven ones fill a round.
            CROSS JOIN LATERAL (
              SELECT s.id, row_number() OVER (ORDER BY s.run_at, s.id) AS nth
              FROM scheduled_actions s
              WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
                AND s.sender_identity_id = lane.sender_identity_id
                AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= soon
              ORDER BY s.run_at, s.id
              LIMIT least(max_per_lane, lane.share,
                1 + 4 * max_actions / (every.tenants * lane.siblings))) first),
          queued AS (
            SELECT offered.*, coalesce(o.actions, 0) AS actions,
              row_number() OVER (PARTITION BY offered.tenant_id
                ORDER BY offered.nth::double precision / offered.priority, offered.no) AS place
            FROM offered LEFT JOIN outstanding o ON o.tenant_id = offered.tenant_id),
          picked AS MATERIALIZED (
            SELECT queued.*, row_number() OVER (ORDER BY actions + place, no) AS rank
            FROM queued
            WHERE actions + place <= (free + actions + 1) / 2
            ORDER BY actions + place, no
            LIMIT room),
          taken AS MATERIALIZED (
            SELECT picked.* FROM picked
            JOIN scheduled_actions a ON a.tenant_id = picked.tenant_id AND a.id = picked.id
              AND a.status = 'pending'
            FOR UPDATE OF a SKIP LOCKED),
          served AS (
            UPDATE dispatch_lanes l
            SET served_at = clock_timestamp(), share = least(2 * l.share, 1000)
            FROM (SELECT DISTINCT t.tenant_id, t.campaign_id, t.sender_identity_id FROM taken t) t
            WHERE l.tenant_id = t.tenant_id AND l.campaign_id = t.campaign_id
              AND l.sender_identity_id = t.sender_identity_id),
          claimed AS (
            UPDATE scheduled_actions a
            SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
                lease_until = clock_timestamp() + lease_ms * interval '1 millisecond',
                deferred_run_at = NULL, deferred_not_after = NULL
            FROM taken
            WHERE a.tenant_id = taken.tenant_id AND a.id = taken.id
            RETURNING a.tenant_id, a.id, a.dispatch_no, taken.rank)
          SELECT c.tenant_id, c.id, c.dispatch_no FROM claimed c ORDER BY c.rank;

        SELECT array_agg(l.tenant_id), array_agg(l.campaign_id), array_agg(l.sender_identity_id)
        INTO tenants_of, campaigns_of, senders_of
        FROM (
          SELECT l.tenant_id, l.campaign_id, l.sender_identity_id
          FROM unnest(tenants_of, campaigns_of, senders_of)
            AS lane (tenant_id, campaign_id, sender_identity_id)
          JOIN dispatch_lanes l ON l.tenant_id = lane.tenant_id
            AND l.campaign_id = lane.campaign_id
            AND l.sender_identity_id = lane.sender_identity_id
          WHERE NOT EXISTS (
            SELECT FROM scheduled_actions s
            WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
              AND s.sender_identity_id = lane.sender_identity_id
              AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= soon)
          -- Not while an action is being put into the lane, which holds its key.
          FOR UPDATE OF l SKIP LOCKED) l;
        UPDATE dispatch_lanes l SET due_at = coalesce(first.run_at, 'infinity')
        FROM unnest(tenants_of, campaigns_of, senders_of)
          AS lane (tenant_id, campaign_id, sender_identity_id)
        LEFT JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
            AND s.sender_identity_id = lane.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending'
          ORDER BY s.run_at, s.id
          LIMIT 1) first ON true
        WHERE l.tenant_id = lane.tenant_id AND l.campaign_id = lane.campaign_id
          AND l.sender_identity_id = lane.sender_identity_id;
      END $$`.execute(db);
}

async function createReadings(db: Kysely<unknown>): Promise<void> {
  // What limits are counted by: hand-offs, and slots that were given and can still begin. The
  // recipient's domain is the one thing here besides identifiers. A tenant's own window may reach
  // further back than the caller, who cannot see them all, knows. The reservation is that of the
  // dispatch, under which it is given back.
  await sql`
    CREATE FUNCTION hand_offs_since(since timestamptz)
    RETURNS TABLE (tenant_id uuid, reservation_id text, message_id uuid, attempt integer,
                   sender_identity_id uuid, ip_pool text, spacing_min_seconds integer,
                   spacing_max_seconds integer, recipient_domain text, begun_at timestamptz,
                   until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH reach AS MATERIALIZED (
        SELECT least(since, campaign_now() - interval '1 second' * greatest(
          (SELECT max(l.window_seconds) FROM send_rate_limits l),
          (SELECT 86400 FROM warmup_ramps w LIMIT 1),
          (SELECT max(i.spacing_max_seconds) FROM email_sender_identities i))) AS since),
      begun AS (
        SELECT m.tenant_id, m.id, m.attempt, m.sender_identity_id, m.to_address, m.begun_at
        FROM outbound_messages m
        WHERE m.begun_at > (SELECT r.since FROM reach r)
        UNION ALL
        SELECT f.tenant_id, f.message_id, f.attempt, m.sender_identity_id, f.to_address, f.begun_at
        FROM message_attempts f
        JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
        WHERE f.begun_at > (SELECT r.since FROM reach r) AND f.status <> 'released')
      SELECT b.tenant_id, coalesce(
          (SELECT a.id || '-' || a.dispatch_no FROM scheduled_actions a
           WHERE a.tenant_id = b.tenant_id AND a.message_id = b.id AND a.attempt = b.attempt
             AND a.status = 'completed'
           LIMIT 1),
          'past-' || b.id || '-' || b.attempt),
        b.id, b.attempt, b.sender_identity_id, i.ip_pool, i.spacing_min_seconds,
        i.spacing_max_seconds, split_part(b.to_address, '@', 2), b.begun_at, b.begun_at
      FROM begun b
      JOIN email_sender_identities i ON i.tenant_id = b.tenant_id AND i.id = b.sender_identity_id
      UNION ALL
      SELECT a.tenant_id, a.id || '-' || a.dispatch_no, a.message_id, a.attempt,
        a.sender_identity_id, i.ip_pool, i.spacing_min_seconds, i.spacing_max_seconds,
        split_part(h.address, '@', 2), a.slot_start, a.slot_end
      FROM scheduled_actions a
      JOIN email_sender_identities i ON i.tenant_id = a.tenant_id AND i.id = a.sender_identity_id
      JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
      JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
        AND h.channel = m.channel
      WHERE a.status = 'dispatched' AND a.slot_end >= campaign_now()
    $$`.execute(db);
  // Since when the oldest due step could have been dispatched: a pause, a limit's or a provider's
  // wait does not count.
  await sql`
    CREATE FUNCTION oldest_due_action() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH held AS (
        SELECT coalesce(max(h.held_until), '-infinity') AS until FROM provider_holds h)
      SELECT min(a.since) FROM (
        SELECT min(s.run_at) AS since FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        UNION ALL
        SELECT greatest(first.run_at, l.next_at, held.until)
        FROM dispatch_lanes l
        CROSS JOIN held
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities i ON i.tenant_id = l.tenant_id
          AND i.id = l.sender_identity_id AND i.paused_at IS NULL
        CROSS JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = l.tenant_id AND s.campaign_id = l.campaign_id
            AND s.sender_identity_id = l.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= campaign_now()
          ORDER BY s.run_at LIMIT 1) first
        WHERE l.visit_at <= campaign_now() AND held.until <= campaign_now()) a
    $$`.execute(db);
}

/** A function's new owner must be one that may create here, for as long as it becomes it. */
/** Functions that look across tenants, with who may call them: granted while they are our own. */
async function giveToClaimer(
  db: Kysely<unknown>,
  signatures: readonly string[],
  caller: string | null = null,
): Promise<void> {
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const signature of signatures) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    if (caller !== null) {
      await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    }
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [, now] of REPLACED) await sql`DROP FUNCTION ${sql.raw(now)}`.execute(db);
  await createFormerFunctions(db);
  await giveToClaimer(
    db,
    REPLACED.map(([former]) => former),
    'cadenza_worker',
  );
  for (const table of [
    'tenants',
    'campaigns',
    'email_sender_identities',
    'send_rate_limits',
    'warmup_ramps',
  ]) {
    await sql`DROP TRIGGER wake_lanes ON ${sql.table(table)}`.execute(db);
  }
  await sql`DROP TRIGGER keep_lanes_awake_insert ON scheduled_actions`.execute(db);
  await sql`DROP TRIGGER keep_lanes_awake_update ON scheduled_actions`.execute(db);
  await sql`DROP FUNCTION wake_lanes(), keep_lanes_awake()`.execute(db);
  await sql`
    DROP INDEX scheduled_actions_deferred, scheduled_actions_outstanding, dispatch_lanes_visit`.execute(
    db,
  );
  await sql`
    ALTER TABLE scheduled_actions DROP COLUMN deferred_run_at, DROP COLUMN deferred_not_after`.execute(
    db,
  );
  await sql`
    ALTER TABLE dispatch_lanes
      DROP COLUMN visit_at, DROP COLUMN due_at, DROP COLUMN wakes, DROP COLUMN share`.execute(db);
  await sql`CREATE INDEX dispatch_lanes_next ON dispatch_lanes (next_at)`.execute(db);
  await sql`DROP TABLE warmup_ramps, provider_holds`.execute(db);
  // Row-level security hides the rows from the owner, and the constraint would still meet them.
  await sql`ALTER TABLE send_rate_limits NO FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`DELETE FROM send_rate_limits WHERE scope = 'ip_pool'`.execute(db);
  await sql`ALTER TABLE send_rate_limits FORCE ROW LEVEL SECURITY`.execute(db);
  await limitScopes(db, LIMIT_SCOPES);
  await sql`
    ALTER TABLE email_sender_identities
      DROP CONSTRAINT email_sender_identities_spacing,
      DROP COLUMN ip_pool, DROP COLUMN spacing_min_seconds, DROP COLUMN spacing_max_seconds`.execute(
    db,
  );
  await sql`ALTER TABLE campaigns DROP COLUMN priority`.execute(db);
}

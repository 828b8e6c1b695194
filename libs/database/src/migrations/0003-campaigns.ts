import { sql, type Kysely } from 'kysely';

/**
 * Sender identities, limits, warm-up ramps, plans, campaigns, enrollments and their recorded inputs.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Of mail, and of text messages, which come from a number or a name (sms_from).
  await sql`
    CREATE TABLE email_sender_identities (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      channel text NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms')),
      email text CHECK (email = lower(email)),
      sms_from text CHECK (length(sms_from) BETWEEN 1 AND 16),
      name text NOT NULL,
      reply_to text,
      signature text,
      verification text NOT NULL DEFAULT 'pending'
        CHECK (verification IN ('pending', 'verified', 'unverified')),
      verification_detail text,
      verified_at timestamptz,
      paused_at timestamptz,
      pause_reason text,
      ip_pool text CHECK (length(ip_pool) BETWEEN 2 AND 64),
      spacing_min_seconds integer,
      spacing_max_seconds integer,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, email),
      UNIQUE (tenant_id, sms_from),
      CHECK ((channel = 'email') = (email IS NOT NULL)),
      CHECK ((channel = 'sms') = (sms_from IS NOT NULL)),
      CHECK (channel = 'email' OR num_nulls(reply_to, signature, ip_pool) = 3),
      CHECK ((paused_at IS NULL) = (pause_reason IS NULL)),
      CONSTRAINT email_sender_identities_spacing CHECK (
        (spacing_min_seconds IS NULL) = (spacing_max_seconds IS NULL)
        AND spacing_min_seconds BETWEEN 1 AND spacing_max_seconds
        AND spacing_max_seconds <= 86400)
    )`.execute(db);
  await sql`
    CREATE INDEX email_sender_identities_sms ON email_sender_identities (sms_from, tenant_id)
      WHERE channel = 'sms'`.execute(db);
  // Without a tenant: the platform's default. Without a reference: every one of the scope's kind.
  await sql`
    CREATE TABLE send_rate_limits (
      id uuid PRIMARY KEY,
      tenant_id uuid REFERENCES tenants,
      channel text NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms')),
      scope text NOT NULL
        CHECK (scope IN ('sender', 'tenant', 'recipient_domain', 'global', 'ip_pool')),
      reference text,
      window_seconds integer NOT NULL CHECK (window_seconds BETWEEN 1 AND 2678400),
      max_messages integer NOT NULL CHECK (max_messages >= 0),
      counted_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE NULLS NOT DISTINCT (tenant_id, channel, scope, reference, window_seconds),
      CHECK (channel = 'email' OR scope IN ('sender', 'tenant', 'global')),
      CHECK (scope <> 'global' OR (tenant_id IS NULL AND reference IS NULL))
    )`.execute(db);
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
      counted_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE NULLS NOT DISTINCT (tenant_id, scope, reference),
      CHECK (scope <> 'sender' OR tenant_id IS NOT NULL)
    )`.execute(db);
  for (const table of ['send_rate_limits', 'warmup_ramps']) {
    await sql`
      COMMENT ON COLUMN ${sql.table(table)}.counted_at IS
        'When the limiter had counted past hand-offs for this row; null: not yet, and nothing is granted under it'`.execute(
      db,
    );
    await sql`
      CREATE INDEX ${sql.id(`${table}_uncounted`)} ON ${sql.table(table)} (id)
      WHERE counted_at IS NULL`.execute(db);
  }
  await countRevivedRamps(db);
  await sql`
    CREATE TABLE campaign_plans (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id)
    )`.execute(db);
  await sql`
    CREATE TABLE campaign_plan_versions (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      plan_id uuid NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      plan jsonb NOT NULL,
      plan_hash text NOT NULL CHECK (length(plan_hash) = 64),
      -- Of each node that sends; whoever must not be reached by one of them is not in the plan.
      channels jsonb NOT NULL GENERATED ALWAYS AS
        (jsonb_path_query_array(plan, '$.nodes[*] ? (@.action == "send").channel')) STORED,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, plan_id) REFERENCES campaign_plans (tenant_id, id),
      UNIQUE (tenant_id, plan_id, version),
      UNIQUE (tenant_id, plan_id, plan_hash)
    )`.execute(db);
  await sql`
    CREATE TABLE campaigns (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      plan_version_id uuid NOT NULL,
      sender_identity_id uuid NOT NULL,
      sms_sender_identity_id uuid,
      status text NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'running', 'paused', 'finished', 'archived')),
      pause_reason text,
      priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, plan_version_id) REFERENCES campaign_plan_versions (tenant_id, id),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id),
      FOREIGN KEY (tenant_id, sms_sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id)
    )`.execute(db);
  // An enrollment. Its state is the fold of its recorded inputs; the columns generated from it
  // are what statements guard on and indexes find. Most changes touch no indexed column: pages are
  // filled by less than half, so that they are made in place and no index is written to. base_state:
  // null where it is the state itself, as from each hand-off's beginning to what comes next, and where
  // base_seq is 0: all begin in the same state.
  // folded_to: no input folded since the base counts after it; null where that is not known.
  await sql`
    CREATE TABLE contact_campaigns (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      contact_id uuid NOT NULL,
      plan_version_id uuid NOT NULL,
      timezone text,
      version integer NOT NULL CHECK (version >= 0),
      state jsonb NOT NULL,
      base_state jsonb,
      base_seq integer NOT NULL CHECK (base_seq >= 0),
      folded_to timestamptz,
      status text NOT NULL
        GENERATED ALWAYS AS (coalesce(state -> 'end' ->> 'status', 'active')) STORED
        CHECK (status IN ('active', 'completed', 'stopped', 'suppressed', 'expired', 'failed')),
      phase text NOT NULL GENERATED ALWAYS AS (state ->> 'phase') STORED
        CHECK (phase IN ('new', 'scheduled', 'handed_off', 'listening', 'ended')),
      node_id text GENERATED ALWAYS AS (state ->> 'nodeId') STORED,
      visit integer NOT NULL GENERATED ALWAYS AS ((state ->> 'visit')::integer) STORED,
      attempt integer NOT NULL GENERATED ALWAYS AS ((state ->> 'attempt')::integer) STORED,
      end_reason text GENERATED ALWAYS AS (state -> 'end' ->> 'reason') STORED,
      enrolled_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
      FOREIGN KEY (tenant_id, plan_version_id) REFERENCES campaign_plan_versions (tenant_id, id),
      CHECK ((status = 'active') = (phase <> 'ended')),
      CHECK (base_seq <= version)
    ) WITH (fillfactor = 40)`.execute(db);
  await leaveOutOfStatistics(db, 'contact_campaigns', ['state', 'base_state']);
  await sql`
    CREATE UNIQUE INDEX contact_campaigns_active ON contact_campaigns
      (tenant_id, campaign_id, contact_id) WHERE status = 'active'`.execute(db);
  await sql`
    CREATE INDEX contact_campaigns_contact ON contact_campaigns
      (tenant_id, contact_id, campaign_id)`.execute(db);
  // Without the node: people move from one to the next, and no index is written to then.
  await sql`
    CREATE INDEX contact_campaigns_campaign ON contact_campaigns
      (tenant_id, campaign_id, id)`.execute(db);
  await sql`
    CREATE INDEX contact_campaigns_status ON contact_campaigns
      (tenant_id, campaign_id, status, id)`.execute(db);
  await sql`
    CREATE TABLE campaign_transitions (
      tenant_id uuid NOT NULL,
      enrollment_id uuid NOT NULL,
      seq integer NOT NULL CHECK (seq > 0),
      input_id text NOT NULL,
      input jsonb NOT NULL,
      own_at timestamptz NOT NULL,
      recorded_at timestamptz NOT NULL,
      settings jsonb NOT NULL,
      machine_version integer NOT NULL,
      outcome text NOT NULL,
      from_node text,
      to_node text,
      effects jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, enrollment_id, seq),
      UNIQUE (tenant_id, enrollment_id, input_id),
      FOREIGN KEY (tenant_id, enrollment_id) REFERENCES contact_campaigns (tenant_id, id)
    )`.execute(db);
  await leaveOutOfStatistics(db, 'campaign_transitions', ['input', 'settings', 'effects']);
}

/** Documents that no statement selects by: to compare them would be most of what ANALYZE does. */
async function leaveOutOfStatistics(
  db: Kysely<unknown>,
  table: string,
  columns: readonly string[],
): Promise<void> {
  const each = columns.map((name) => sql`ALTER COLUMN ${sql.id(name)} SET STATISTICS 0`);
  await sql`ALTER TABLE ${sql.table(table)} ${sql.join(each)}`.execute(db);
}

/**
 * A ramp that is over limits nothing, so the limiter forgets sooner than its window ends. One that is
 * changed then, or within an hour of it (since other transactions may be under way), is counted again.
 */
async function countRevivedRamps(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION count_revived_ramp() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF campaign_now() + interval '1 hour'
          >= OLD.starts_at + cardinality(OLD.allowances) * interval '24 hours' THEN
          NEW.counted_at := NULL;
        END IF;
        RETURN NEW;
      END $$`.execute(db);
  await sql`
    CREATE TRIGGER count_revived_ramp BEFORE UPDATE ON warmup_ramps FOR EACH ROW
    WHEN (OLD.starts_at IS DISTINCT FROM NEW.starts_at
      OR OLD.allowances IS DISTINCT FROM NEW.allowances)
    EXECUTE FUNCTION count_revived_ramp()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE campaign_transitions, contact_campaigns, campaigns, campaign_plan_versions,
      campaign_plans, warmup_ramps, send_rate_limits, email_sender_identities`.execute(db);
  await sql`DROP FUNCTION count_revived_ramp()`.execute(db);
}

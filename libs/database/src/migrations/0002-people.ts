import { sql, type Kysely } from 'kysely';

/** Companies, people, how they are reached, and who must not be. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE leads (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
      name_key text NOT NULL GENERATED ALWAYS AS (lower(btrim(name))) STORED,
      website text,
      industry text,
      summary text,
      custom jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom) = 'object'),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, name_key)
    )`.execute(db);
  await sql`
    CREATE TABLE contacts (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      lead_id uuid,
      first_name text,
      last_name text,
      title text,
      timezone text,
      custom jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom) = 'object'),
      source text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id)
    )`.execute(db);
  await sql`CREATE INDEX contacts_lead ON contacts (tenant_id, lead_id, id)`.execute(db);
  await sql`
    CREATE TABLE contact_channels (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      contact_id uuid NOT NULL,
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
      validity text NOT NULL DEFAULT 'unchecked'
        CHECK (validity IN ('unchecked', 'valid', 'risky', 'invalid')),
      soft_bounces integer NOT NULL DEFAULT 0 CHECK (soft_bounces >= 0),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
      UNIQUE (tenant_id, channel, address),
      UNIQUE (tenant_id, contact_id, channel),
      CHECK (channel <> 'email' OR address = lower(address))
    )`.execute(db);
  await sql`
    CREATE TABLE email_validation_results (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      address text NOT NULL,
      verdict text NOT NULL CHECK (verdict IN ('valid', 'risky', 'invalid')),
      score double precision CHECK (score BETWEEN 0 AND 1),
      checks jsonb NOT NULL DEFAULT '{}',
      source text NOT NULL,
      checked_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL CHECK (expires_at > checked_at),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, address)
    )`.execute(db);
  // A row without a tenant is the platform's own and holds for every tenant.
  await sql`
    CREATE TABLE communication_suppressions (
      id uuid PRIMARY KEY,
      tenant_id uuid REFERENCES tenants,
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      kind text NOT NULL DEFAULT 'address' CHECK (kind IN ('address', 'domain')),
      value text NOT NULL,
      reason text NOT NULL CHECK (reason IN
        ('unsubscribed', 'spamreport', 'hard_bounce', 'invalid_address', 'soft_bounces', 'manual',
         'erased')),
      source text NOT NULL,
      message_id uuid,
      first_seen_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE NULLS NOT DISTINCT (channel, kind, value, tenant_id)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE communication_suppressions, email_validation_results, contact_channels, contacts,
      leads`.execute(db);
}

import { sql, type Kysely } from 'kysely';
import { bindTable } from '../protection/bound-table.ts';

/** Where tenants are told by webhook, and what became of each event there. All times are real. */
export async function createEndpoints(db: Kysely<unknown>): Promise<void> {
  // event_types: empty for all. due_at: no later than the first delivery that waits. not_before: while
  // a worker has it, or after it failed. failures: batches in a row of which nothing arrived.
  await sql`
    CREATE TABLE webhook_endpoints (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
      description text CHECK (length(description) BETWEEN 1 AND 200),
      event_types text[] NOT NULL DEFAULT '{}',
      enabled boolean NOT NULL DEFAULT true,
      disabled_reason text CHECK (disabled_reason IN ('operator', 'failing', 'gone')),
      failing_since timestamptz,
      failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
      due_at timestamptz NOT NULL DEFAULT 'infinity',
      not_before timestamptz NOT NULL DEFAULT '-infinity',
      visit_at timestamptz NOT NULL GENERATED ALWAYS AS (greatest(due_at, not_before)) STORED,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      CHECK (enabled = (disabled_reason IS NULL)),
      CHECK ((failures > 0) = (failing_since IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE INDEX webhook_endpoints_visit ON webhook_endpoints (visit_at) WHERE enabled`.execute(db);
  // One that is replaced signs besides until it expires.
  await sql`
    CREATE TABLE endpoint_secrets (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      sealed_secret text NOT NULL CHECK (sealed_secret ~ '^v1\\.[A-Za-z0-9_-]{1,16}\\.[A-Za-z0-9_-]{11}\\.'),
      expires_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id)
        ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE UNIQUE INDEX endpoint_secrets_current ON endpoint_secrets (tenant_id, endpoint_id)
      WHERE expires_at IS NULL`.execute(db);
  await sql`
    CREATE INDEX endpoint_secrets_endpoint ON endpoint_secrets (tenant_id, endpoint_id)`.execute(
    db,
  );
  // tries: attempts since it was asked for last. The rest is what came of the last attempt.
  await sql`
    CREATE TABLE endpoint_deliveries (
      tenant_id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      position bigint NOT NULL,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
      attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      tries integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND attempts),
      next_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, endpoint_id, position),
      FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id)
        ON DELETE CASCADE,
      FOREIGN KEY (tenant_id, position) REFERENCES feed_events (tenant_id, position)
        ON DELETE CASCADE,
      CHECK ((status = 'pending') = (next_at IS NOT NULL)),
      CHECK (status = 'pending' OR attempts > 0)
    )`.execute(db);
  await sql`
    CREATE INDEX endpoint_deliveries_due ON endpoint_deliveries
      (tenant_id, endpoint_id, next_at, position) WHERE status = 'pending'`.execute(db);
  await sql`
    CREATE INDEX endpoint_deliveries_event ON endpoint_deliveries (tenant_id, position)`.execute(
    db,
  );
  // What was answered is not kept: it may hold anything.
  await sql`
    CREATE TABLE endpoint_attempts (
      tenant_id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      position bigint NOT NULL,
      attempt integer NOT NULL CHECK (attempt > 0),
      outcome text NOT NULL
        CHECK (outcome IN ('delivered', 'refused', 'timeout', 'unreachable', 'forbidden_address')),
      answer_status integer CHECK (answer_status BETWEEN 100 AND 999),
      detail text,
      latency_ms integer NOT NULL CHECK (latency_ms >= 0),
      attempted_at timestamptz NOT NULL,
      PRIMARY KEY (tenant_id, endpoint_id, position, attempt),
      FOREIGN KEY (tenant_id, endpoint_id, position)
        REFERENCES endpoint_deliveries (tenant_id, endpoint_id, position) ON DELETE CASCADE,
      CHECK ((outcome IN ('delivered', 'refused')) = (answer_status IS NOT NULL))
    )`.execute(db);
  const grants = [
    ['webhook_endpoints', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE'],
    ['endpoint_secrets', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, DELETE'],
    ['endpoint_deliveries', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE'],
    ['endpoint_attempts', 'SELECT', 'SELECT, INSERT'],
  ] as const;
  for (const [table, api, worker] of grants) await bindTable(db, table, { api, worker });
  for (const table of ['webhook_endpoints', 'endpoint_secrets', 'endpoint_deliveries']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  for (const table of ['webhook_endpoints', 'endpoint_deliveries']) {
    await sql`
      CREATE TRIGGER touch_updated_at BEFORE UPDATE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
  }
  await sql`GRANT SELECT, UPDATE ON webhook_endpoints TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT, INSERT ON endpoint_deliveries TO cadenza_claimer`.execute(db);
  // Rotation puts secrets under another key, which the owner does as this role.
  await sql`
    GRANT SELECT (tenant_id, id, sealed_secret), UPDATE (sealed_secret) ON endpoint_secrets
      TO cadenza_claimer`.execute(db);
}

export async function dropEndpoints(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE endpoint_attempts, endpoint_deliveries, endpoint_secrets, webhook_endpoints`.execute(
    db,
  );
}

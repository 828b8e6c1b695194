import { sql, type Kysely } from 'kysely';
import { bindTable } from '../protection/bound-table.ts';

const TABLES = ['message_templates', 'message_template_versions'] as const;

/** What is written to people, to be used by several plans. A version is never changed. */
export async function createTemplates(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE message_templates (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, name)
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON message_templates
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await sql`
    CREATE TABLE message_template_versions (
      tenant_id uuid NOT NULL,
      template_id uuid NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      subject text CHECK (length(subject) > 0),
      body text NOT NULL CHECK (length(body) > 0),
      body_text text CHECK (length(body_text) > 0),
      content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
      variables text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, template_id, version),
      FOREIGN KEY (tenant_id, template_id) REFERENCES message_templates (tenant_id, id),
      UNIQUE (tenant_id, template_id, content_hash)
    )`.execute(db);
  await bindTable(db, 'message_templates', { api: 'SELECT, INSERT, UPDATE', worker: null });
  await bindTable(db, 'message_template_versions', { api: 'SELECT, INSERT', worker: null });
}

export async function dropTemplates(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES.toReversed()) {
    await sql`DROP TABLE ${sql.table(table)}`.execute(db);
  }
}

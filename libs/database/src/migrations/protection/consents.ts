import { sql, type Kysely } from 'kysely';
import { bindTable } from './bound-table.ts';

/** What people have consented to, on each channel, and since when they do not any more. */
export async function createConsents(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE contact_consents (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      contact_id uuid NOT NULL,
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
      given_at timestamptz NOT NULL,
      wording text CHECK (length(wording) BETWEEN 1 AND 5000),
      version text CHECK (length(version) BETWEEN 1 AND 100),
      withdrawn_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE UNIQUE INDEX contact_consents_valid ON contact_consents (tenant_id, contact_id, channel)
      WHERE withdrawn_at IS NULL`.execute(db);
  await sql`
    CREATE INDEX contact_consents_contact ON contact_consents (tenant_id, contact_id)`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON contact_consents
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await bindTable(db, 'contact_consents', {
    api: 'SELECT, INSERT, UPDATE, DELETE',
    worker: 'SELECT',
  });
}

export async function dropConsents(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE contact_consents`.execute(db);
}

import { sql, type Kysely } from 'kysely';
import { acrossTenants, asClaimer, bindTable } from './protection/bound-table.ts';

const FUNCTION = 'secret_keys_in_use()';

/** Accounts of tenants at SendGrid, by their sealed API keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // No key: the tenant had an account of its own until changed_at, campaign time, and sends through
  // the installation's since. What was handed over before that, another account may have.
  await sql`
    CREATE TABLE sendgrid_accounts (
      tenant_id uuid PRIMARY KEY REFERENCES tenants,
      sealed_key text CHECK (sealed_key ~ '^v1\\.[A-Za-z0-9_-]{1,16}\\.[A-Za-z0-9_-]{11}\\.'),
      last_four text CHECK (length(last_four) = 4),
      fingerprint text CHECK (fingerprint ~ '^[0-9a-f]{12}$'),
      changed_at timestamptz NOT NULL DEFAULT campaign_now(),
      -- Nothing is handed to the account before; campaign time. strikes: as of provider_holds.
      held_until timestamptz NOT NULL DEFAULT '-infinity',
      strikes integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK (num_nonnulls(sealed_key, last_four, fingerprint) IN (0, 3))
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON sendgrid_accounts
      FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await bindTable(db, 'sendgrid_accounts', { api: 'SELECT, INSERT, UPDATE', worker: 'SELECT' });
  await sql`GRANT UPDATE (held_until, strikes) ON sendgrid_accounts TO cadenza_worker`.execute(db);
  // With another key it is another account, or none. Only who may call a function makes it a trigger's.
  await asClaimer(db, sql`GRANT EXECUTE ON FUNCTION wake_lanes() TO SESSION_USER`);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON sendgrid_accounts FOR EACH ROW
    WHEN (OLD.fingerprint IS DISTINCT FROM NEW.fingerprint)
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  await asClaimer(db, sql`REVOKE EXECUTE ON FUNCTION wake_lanes() FROM SESSION_USER`);
  await sql`
    CREATE POLICY claimer_all ON sendgrid_accounts TO cadenza_claimer USING (true)`.execute(db);
  // Rotation puts secrets under another key, and a new clock ends holds: the owner does both as this role.
  await sql`
    GRANT SELECT (tenant_id, sealed_key, held_until), UPDATE (sealed_key, held_until)
      ON sendgrid_accounts TO cadenza_claimer`.execute(db);
  // Which keys must be there to open what is stored: their names, and nothing that they have sealed.
  await sql`
    CREATE FUNCTION secret_keys_in_use() RETURNS TABLE (key_mark text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT substring(sealed_key FROM '^v1\\.[^.]+\\.[^.]+') FROM sendgrid_accounts
      WHERE sealed_key IS NOT NULL
      UNION
      SELECT substring(sealed_secret FROM '^v1\\.[^.]+\\.[^.]+') FROM endpoint_secrets
    $$`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(FUNCTION)} TO cadenza_worker`.execute(db);
  await acrossTenants(db, [[FUNCTION, 'cadenza_api']]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(FUNCTION)}`.execute(db);
  await sql`DROP TABLE sendgrid_accounts`.execute(db);
}

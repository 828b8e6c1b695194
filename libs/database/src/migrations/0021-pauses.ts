import { sql, type Kysely } from 'kysely';

/**
 * An operator's pauses. That of everything is a row of `provider_holds`, for every provider and
 * without an end: what claims and begins looks there already.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE provider_holds
      ADD COLUMN reason text,
      DROP CONSTRAINT provider_holds_provider_check,
      ADD CONSTRAINT provider_holds_provider_check CHECK (provider IN ('sendgrid', 'every')),
      ADD CONSTRAINT provider_holds_every CHECK (
        (provider = 'every') = (reason IS NOT NULL)
        AND (provider = 'every') = (held_until = 'infinity'))`.execute(db);
  // A pause that the tenant itself has asked for is the only one that it may end.
  await sql`ALTER TABLE tenants ADD COLUMN paused_by text`.execute(db);
  await sql`
    ALTER TABLE tenants ADD CONSTRAINT tenants_paused_by
      CHECK (paused_by IS NULL OR status = 'paused')`.execute(db);
  await sql`GRANT SELECT ON provider_holds TO cadenza_api`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`REVOKE SELECT ON provider_holds FROM cadenza_api`.execute(db);
  await sql`ALTER TABLE tenants DROP COLUMN paused_by`.execute(db);
  await sql`DELETE FROM provider_holds WHERE provider = 'every'`.execute(db);
  await sql`
    ALTER TABLE provider_holds
      DROP CONSTRAINT provider_holds_every,
      DROP CONSTRAINT provider_holds_provider_check,
      ADD CONSTRAINT provider_holds_provider_check CHECK (provider IN ('sendgrid')),
      DROP COLUMN reason`.execute(db);
}

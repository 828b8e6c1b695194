import { sql, type Kysely } from 'kysely';

/**
 * An operator's pauses. That of everything is a row of `provider_holds`, for every channel and
 * without an end: what claims and begins looks there already.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE provider_holds
      ADD COLUMN reason text,
      DROP CONSTRAINT provider_holds_channel_check,
      ADD CONSTRAINT provider_holds_channel_check CHECK (channel IN ('email', 'sms', 'every')),
      ADD CONSTRAINT provider_holds_every CHECK (
        (channel = 'every') = (reason IS NOT NULL)
        AND (channel = 'every') = (held_until = 'infinity')
        AND (channel <> 'every' OR (strikes = 0 AND unknowns = 0 AND NOT probing)))`.execute(db);
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
  await sql`DELETE FROM provider_holds WHERE channel = 'every'`.execute(db);
  await sql`
    ALTER TABLE provider_holds
      DROP CONSTRAINT provider_holds_every,
      DROP CONSTRAINT provider_holds_channel_check,
      ADD CONSTRAINT provider_holds_channel_check CHECK (channel IN ('email', 'sms')),
      DROP COLUMN reason`.execute(db);
}

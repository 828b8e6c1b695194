import { sql, type Kysely } from 'kysely';

/**
 * The account for mail that tenants without one of their own share is held in a row of its own: what is
 * said of it is not said of the accounts of the others, as what is said of the channel is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE provider_holds
      DROP CONSTRAINT provider_holds_channel_check,
      ADD CONSTRAINT provider_holds_channel_check
        CHECK (channel IN ('email', 'sms', 'every', 'shared')),
      ADD CONSTRAINT provider_holds_shared
        CHECK (channel <> 'shared' OR (unknowns = 0 AND NOT probing))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DELETE FROM provider_holds WHERE channel = 'shared'`.execute(db);
  await sql`
    ALTER TABLE provider_holds
      DROP CONSTRAINT provider_holds_shared,
      DROP CONSTRAINT provider_holds_channel_check,
      ADD CONSTRAINT provider_holds_channel_check CHECK (channel IN ('email', 'sms', 'every'))`.execute(
    db,
  );
}

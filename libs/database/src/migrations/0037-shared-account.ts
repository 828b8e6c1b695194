import { sql, type Kysely } from 'kysely';
import { claimOfSends } from './across-tenants/claim-due-sends.ts';
import { oldestDueAction } from './across-tenants/oldest-due-action.ts';
import { asClaimer } from './protection/bound-table.ts';

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
  await replaceFunctions(db, { accounts: true });
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await replaceFunctions(db, { accounts: false });
  await sql`DELETE FROM provider_holds WHERE channel = 'shared'`.execute(db);
  await sql`
    ALTER TABLE provider_holds
      DROP CONSTRAINT provider_holds_shared,
      DROP CONSTRAINT provider_holds_channel_check,
      ADD CONSTRAINT provider_holds_channel_check CHECK (channel IN ('email', 'sms', 'every'))`.execute(
    db,
  );
}

async function replaceFunctions(
  db: Kysely<unknown>,
  options: { readonly accounts: boolean },
): Promise<void> {
  await asClaimer(db, sql`CREATE OR REPLACE ${claimOfSends(options)}`);
  await asClaimer(db, sql`CREATE OR REPLACE ${oldestDueAction(options)}`);
}

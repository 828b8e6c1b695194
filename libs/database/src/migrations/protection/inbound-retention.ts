import { sql, type Kysely } from 'kysely';

/** For how long tenants keep inbound mail. */
export async function createInboundRetention(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tenant_retention
      ADD COLUMN inbound_months integer CHECK (inbound_months BETWEEN 1 AND 1200)`.execute(db);
  await sql`GRANT UPDATE (inbound_months) ON tenant_retention TO cadenza_api`.execute(db);
}

export async function dropInboundRetention(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE tenant_retention DROP COLUMN inbound_months`.execute(db);
}

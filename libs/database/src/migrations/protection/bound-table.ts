import { sql, type Kysely, type RawBuilder } from 'kysely';

/** Binds a table to the tenants of each role, and says what the roles may do with it. */
export async function bindTable(
  db: Kysely<unknown>,
  table: string,
  { api, worker }: { readonly api: string | null; readonly worker: string | null },
): Promise<void> {
  await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  if (api !== null) {
    await sql`GRANT ${sql.raw(api)} ON ${sql.table(table)} TO cadenza_api`.execute(db);
  }
  if (worker !== null) {
    await sql`GRANT ${sql.raw(worker)} ON ${sql.table(table)} TO cadenza_worker`.execute(db);
  }
}

/** Lets functions look across tenants, for one role. */
export async function acrossTenants(
  db: Kysely<unknown>,
  functions: readonly (readonly [signature: string, caller: string])[],
): Promise<void> {
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, caller] of functions) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

/**
 * Does something to a function that looks across tenants: an owner that has the rights of other roles
 * only on becoming one of them can do nothing to what they own otherwise.
 */
export async function asClaimer(
  db: Kysely<unknown>,
  statement: RawBuilder<unknown>,
): Promise<void> {
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`SET LOCAL ROLE cadenza_claimer`.execute(db);
  await statement.execute(db);
  await sql`RESET ROLE`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

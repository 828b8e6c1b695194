import type { Id } from '@cadenza/domain';
import type { AddressRef, EngineStore } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** What looks for addresses across tenants; needs the role `cadenza_worker`. */
export function suppressionLists(
  db: Database,
): Pick<EngineStore, 'tenantsOfAddresses' | 'tenantsOfDomains'> {
  async function tenantsOf(by: 'addresses' | 'domains', values: readonly string[]) {
    if (values.length === 0) return [];
    const { rows } = await sql<{ tenant_id: Id; place: number }>`
      SELECT * FROM ${sql.id(`tenants_of_${by}`)}(${values}::text[])`.execute(db);
    // A place counts from one, as arrays do there.
    return rows.map((row): AddressRef => ({
      tenantId: row.tenant_id,
      value: values[row.place - 1] ?? '',
    }));
  }
  return {
    tenantsOfAddresses: (addresses) => tenantsOf('addresses', addresses),
    tenantsOfDomains: (domains) => tenantsOf('domains', domains),
  };
}

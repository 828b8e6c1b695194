import { newId, type Id, type SuppressionReason } from '@cadenza/domain';
import type { AddressRef, EngineStore } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { inTenants } from '../tenancy.ts';
import { rows } from './rows.ts';

type SuppressionLists = Pick<
  EngineStore,
  | 'tenantsOfAddresses'
  | 'tenantsOfDomains'
  | 'suppressionSyncs'
  | 'noteSuppressionSync'
  | 'pushedAddresses'
  | 'suppressionsToPush'
  | 'newPushes'
  | 'beginPushes'
  | 'finishPushes'
  | 'pushesToTakeBack'
  | 'forgetPush'
  | 'removalsToPush'
  | 'forgetRemoval'
>;

/** What looks for addresses across tenants, and the provider's lists; for `cadenza_worker`. */
export function suppressionLists(db: Database): SuppressionLists {
  async function tenantsOf(by: 'addresses' | 'domains', values: readonly string[]) {
    if (values.length === 0) return [];
    const { rows: found } = await sql<{ tenant_id: Id; place: number }>`
      SELECT * FROM ${sql.id(`tenants_of_${by}`)}(${values}::text[])`.execute(db);
    // A place counts from one, as arrays do there.
    return found.map((row): AddressRef => ({
      tenantId: row.tenant_id,
      value: values[row.place - 1] ?? '',
    }));
  }

  /** Read by the rights of their tenants; those without one are the platform's. */
  async function valuesOf(refs: readonly { tenantId: Id | null; id: Id }[]): Promise<string[]> {
    const tenants = new Set(refs.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])));
    return inTenants(db, [...tenants], async (trx) => {
      const { rows: found } = await sql<{ value: string }>`
        SELECT DISTINCT s.value FROM communication_suppressions s
        WHERE s.id = ANY (${refs.map(({ id }) => id)}::uuid[])
        ORDER BY s.value`.execute(trx);
      return found.map(({ value }) => value);
    });
  }

  return {
    tenantsOfAddresses: (addresses) => tenantsOf('addresses', addresses),
    tenantsOfDomains: (domains) => tenantsOf('domains', domains),

    async suppressionSyncs() {
      const found = await db
        .selectFrom('suppression_syncs')
        .select(['list', 'read_until'])
        .execute();
      return new Map(found.map((row) => [row.list, row.read_until.getTime()]));
    },

    async noteSuppressionSync(list, readUntil) {
      const read_until = new Date(readUntil);
      await db
        .insertInto('suppression_syncs')
        .values({ list, read_until })
        .onConflict((conflict) => conflict.column('list').doUpdateSet({ read_until }))
        .execute();
    },

    async pushedAddresses(addresses) {
      const { rows: found } = await sql<{ value: string }>`
        SELECT value FROM suppression_pushes
        WHERE value = ANY (${addresses}::text[]) AND NOT theirs`.execute(db);
      return new Set(found.map(({ value }) => value));
    },

    async suppressionsToPush(after, limit) {
      const { rows: found } = await sql<{ tenant_id: Id | null; suppression_id: Id }>`
        SELECT * FROM suppressions_to_push(${after}::uuid, ${limit})`.execute(db);
      const refs = found.map((row) => ({ tenantId: row.tenant_id, id: row.suppression_id }));
      return {
        values: await valuesOf(refs),
        last: refs.at(-1)?.id ?? after,
        full: refs.length === limit,
      };
    },

    async newPushes(addresses) {
      const { rows: found } = await sql<{ value: string }>`
        SELECT value FROM suppression_pushes WHERE value = ANY (${addresses}::text[])`.execute(db);
      const begun = new Set(found.map(({ value }) => value));
      return addresses.filter((value) => !begun.has(value));
    },

    async beginPushes(list) {
      await sql`
        INSERT INTO suppression_pushes (id, value, theirs)
        SELECT r.id, r.value, r.theirs
        FROM ${rows(
          list.map((push) => ({ id: newId(), ...push })),
          'r(id uuid, value text, theirs boolean)',
        )}
        ON CONFLICT (value) DO NOTHING`.execute(db);
    },

    async finishPushes(addresses) {
      await sql`
        UPDATE suppression_pushes SET pushed_at = now()
        WHERE value = ANY (${addresses}::text[])`.execute(db);
    },

    async pushesToTakeBack(after, limit) {
      const { rows: found } = await sql<{ id: Id; value: string }>`
        SELECT p.id, p.value FROM pushes_to_take_back(${after}::uuid, ${limit}) t
        JOIN suppression_pushes p ON p.id = t.push_id
        ORDER BY p.id`.execute(db);
      return found;
    },

    async removalsToPush(after, limit) {
      const { rows: found } = await sql<{ id: Id; value: string; reason: SuppressionReason }>`
        SELECT r.id, r.value, r.reason FROM removals_to_push(${after}::uuid, ${limit}) t
        JOIN suppression_removals r ON r.id = t.removal_id
        ORDER BY r.id`.execute(db);
      return found;
    },

    async forgetRemoval(id) {
      await db.deleteFrom('suppression_removals').where('id', '=', id).execute();
    },

    async forgetPush(id) {
      await db.deleteFrom('suppression_pushes').where('id', '=', id).execute();
    },
  };
}

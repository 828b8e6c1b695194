import { withAudit, type Database, type Schema } from '@cadenza/database';
import { isId, newId, type Id } from '@cadenza/domain';
import type { Transaction, Updateable } from 'kysely';
import { expectedOne } from './nearest.ts';
import { acrossTenants, asTenant, OPERATOR } from './owner.ts';

export interface Tenant {
  readonly id: Id;
  readonly name: string;
  readonly status: 'active' | 'paused';
  readonly pauseReason: string | null;
  readonly createdAt: Date;
}

export function listTenants(db: Database): Promise<Tenant[]> {
  return acrossTenants(db, (trx) =>
    trx
      .selectFrom('tenants')
      .select(['id', 'name', 'status', 'pause_reason as pauseReason', 'created_at as createdAt'])
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );
}

/** @throws Error where a tenant has that name: commands find tenants by it. */
export async function createTenant(
  db: Database,
  { name, postalAddress }: { readonly name: string; readonly postalAddress: string | null },
): Promise<Id> {
  const taken = (await listTenants(db)).find((tenant) => tenant.name === name);
  if (taken !== undefined) throw new Error(`tenant "${name}" exists already: ${taken.id}`);
  const id = newId();
  await asTenant(db, id, (trx) =>
    withAudit(trx, id, change('tenant.created', id), () =>
      trx.insertInto('tenants').values({ id, name, postal_address: postalAddress }).execute(),
    ),
  );
  return id;
}

/** @throws Error where no tenant, or more than one, is meant by an id or a name. */
export async function findTenant(db: Database, idOrName: string): Promise<Tenant> {
  const tenants = await listTenants(db);
  const found = tenants.filter(({ id, name }) =>
    isId(idOrName) ? id === idOrName.toLowerCase() : name === idOrName,
  );
  const [tenant] = found;
  if (tenant === undefined) {
    const hint =
      tenants.length === 0
        ? 'there are none; make one with: cadenza tenant create --name <name>'
        : expectedOne(
            idOrName,
            tenants.map(({ name }) => name),
          );
    throw new Error(`tenant "${idOrName}" is unknown: ${hint}`);
  }
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new Error(`tenant "${idOrName}" can be any of ${ids}: use the id`);
  }
  return tenant;
}

/** Who decides what happens to an unknown message of which the provider shows nothing. */
export const UNKNOWN_POLICIES = ['hold', 'resend'] as const;
export type UnknownPolicy = (typeof UNKNOWN_POLICIES)[number];

export async function setUnknownPolicy(
  trx: Transaction<Schema>,
  id: Id,
  policy: UnknownPolicy,
): Promise<void> {
  await set(trx, id, 'tenant.unknown_policy_set', { unknown_policy: policy });
}

/** Null: as the installation has it. */
export async function setApiLimit(
  trx: Transaction<Schema>,
  id: Id,
  requestsPerMinute: number | null,
): Promise<void> {
  await set(trx, id, 'tenant.api_limit_set', { requests_per_minute: requestsPerMinute });
}

export async function setPostalAddress(
  trx: Transaction<Schema>,
  id: Id,
  address: string,
): Promise<void> {
  await set(trx, id, 'tenant.postal_address_set', { postal_address: address });
}

async function set(
  trx: Transaction<Schema>,
  id: Id,
  action: string,
  values: Updateable<Schema['tenants']>,
): Promise<void> {
  await withAudit(trx, id, change(action, id), () =>
    trx.updateTable('tenants').set(values).where('id', '=', id).execute(),
  );
}

function change(action: string, id: Id) {
  return { actor: OPERATOR, action, entity: 'tenant', id } as const;
}

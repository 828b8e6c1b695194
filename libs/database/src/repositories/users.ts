import { newId, type Id, type UserRole } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** A person who works for a tenant. */
export interface UserRecord {
  readonly id: Id;
  /** Normalised. It stays what it is: whoever comes with another address is another user. */
  readonly email: string;
  readonly name: string | null;
  readonly role: UserRole;
  /** Null: never. */
  readonly signedInAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = [
  'id',
  'email',
  'name',
  'role',
  'signed_in_at as signedInAt',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

function users(trx: Transaction<Schema>, tenantId: Id) {
  return trx.selectFrom('users').select(COLUMNS).where('tenant_id', '=', tenantId);
}

/** The users of a tenant, newest first. */
export async function listUsers(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<UserRecord>> {
  const { after } = page;
  const rows = await users(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

export async function findUser(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<UserRecord | null> {
  return (await users(trx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** @param email normalised */
export async function findUserByEmail(
  trx: Transaction<Schema>,
  tenantId: Id,
  email: string,
): Promise<UserRecord | null> {
  return (await users(trx, tenantId).where('email', '=', email).executeTakeFirst()) ?? null;
}

export interface NewUser {
  /** Normalised. */
  readonly email: string;
  readonly name?: string | null | undefined;
  readonly role: UserRole;
}

/** @returns the new user, or null where the tenant has one of that address. */
export async function insertUser(
  trx: Transaction<Schema>,
  tenantId: Id,
  { email, name, role }: NewUser,
): Promise<UserRecord | null> {
  const inserted = await trx
    .insertInto('users')
    .values({ tenant_id: tenantId, id: newId(), email, name: name ?? null, role })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email']).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return inserted ?? null;
}

/** A user who is about to be changed, or removed. */
export interface LockedUser {
  readonly user: UserRecord;
  /** Whether the tenant has no other owner. */
  readonly isLastOwner: boolean;
}

/**
 * Locks a user together with all owners of the tenant, in the order of their ids, so that two owners
 * who remove each other do not leave a tenant without one.
 *
 * @returns null where there is no such user.
 */
export async function lockUser(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<LockedUser | null> {
  const locked = await users(trx, tenantId)
    .where((eb) => eb.or([eb('id', '=', id), eb('role', '=', 'owner')]))
    .orderBy('id')
    .forUpdate()
    .execute();
  const user = locked.find((one) => one.id === id);
  if (user === undefined) return null;
  const others = locked.filter((one) => one.id !== id && one.role === 'owner');
  return { user, isLastOwner: user.role === 'owner' && others.length === 0 };
}

/** Changes what is given, of a user who has been locked. */
export function updateUser(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { name, role }: Changes<Pick<UserRecord, 'name' | 'role'>>,
): Promise<UserRecord> {
  return trx
    .updateTable('users')
    .set({ updated_at: sql<Date>`now()`, ...definedOnly({ name, role }) })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Removes a user who has been locked; what the user has signed in with ends. */
export async function deleteUser(trx: Transaction<Schema>, tenantId: Id, id: Id): Promise<void> {
  await trx.deleteFrom('users').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

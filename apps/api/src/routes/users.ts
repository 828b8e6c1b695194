import {
  deleteUser,
  endSessionsOf,
  findUser,
  insertUser,
  listUsers,
  lockUser,
  updateUser,
  type LockedUser,
  type Schema,
} from '@cadenza/database';
import { SCOPES_OF_ROLE, USER_ROLES, type Id, type UserRole } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { demandScopes, type Caller } from '../http/caller.ts';
import { email, id, instant, LENGTHS, line } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const user = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(USER_ROLES),
    signedInAt: instant.nullable().meta({ description: 'When the user signed in last.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'User' });

const name = line(LENGTHS.name).nullable().optional();
const role = z.enum(USER_ROLES);
const params = z.strictObject({ id });
const WHAT = 'user';
const tag = 'Users';
const scope = 'admin';

/**
 * Nobody gives a role that may do more than the own one, or takes it from others; and what an owner is,
 * owners alone say. A key with all scopes is no owner: an admin can make one.
 */
function demandRole(caller: Caller, wanted: UserRole): void {
  demandScopes(caller, SCOPES_OF_ROLE[wanted]);
  const { credential } = caller;
  const isOwner = credential.kind === 'session' && credential.role === 'owner';
  if (wanted === 'owner' && !isOwner) {
    throw new HttpProblem(
      'forbidden',
      'Owners alone make, change and remove owners, once they have signed in; `cadenza user add` makes the first.',
    );
  }
}

/** Users have no end: who was given a key for a time gives no access that lasts. */
function demandLasting({ credential }: Caller): void {
  if (credential.kind !== 'key' || credential.expiresAt === null) return;
  throw new HttpProblem(
    'forbidden',
    `The API key expires at ${credential.expiresAt.toISOString()}: it makes no users and gives no roles, which would outlast it.`,
  );
}

/** A user whom the caller may change. */
async function lockFor(trx: Transaction<Schema>, caller: Caller, userId: Id): Promise<LockedUser> {
  const locked = found(await lockUser(trx, caller.tenantId, userId), WHAT, userId);
  demandRole(caller, locked.user.role);
  return locked;
}

function lastOwner(): HttpProblem {
  const message = 'A tenant has one owner at least: make another user an owner first.';
  return new HttpProblem('conflict', message, [{ path: 'role', code: 'last_owner', message }]);
}

/** The people who work for a tenant. */
export const userRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/users',
    operation: 'listUsers',
    tag,
    scope,
    summary: 'List the users of the tenant, newest first',
    query: z.strictObject(pageQuery),
    response: pageSchema(user),
    handle: async ({ tenantId, query, tx }) =>
      pageBody(await tx((trx) => listUsers(trx, tenantId, pageRequest(query)))),
  }),
  route({
    method: 'POST',
    path: '/users',
    operation: 'createUser',
    givesAccess: true,
    answersIn: 'transaction',
    tag,
    scope,
    summary: 'Make somebody a user of the tenant, with a role that the caller may give',
    body: z.strictObject({ email, name, role }),
    status: 201,
    response: user,
    handle({ tenantId, caller, body, tx }) {
      demandRole(caller, body.role);
      demandLasting(caller);
      return tx(async (trx) => {
        const made = await insertUser(trx, tenantId, body);
        if (made === null) throw taken('email', 'The tenant has a user of this address.');
        return made;
      });
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id',
    operation: 'getUser',
    // A user who signs in is the same to whoever changes the role.
    tagged: { row: 'users', besides: ['signedInAt', 'updatedAt'] },
    tag,
    scope,
    summary: 'Read a user',
    params,
    response: user,
    handle: async ({ tenantId, params: { id: userId }, tx }) =>
      found(await tx((trx) => findUser(trx, tenantId, userId)), WHAT, userId),
  }),
  route({
    method: 'PATCH',
    path: '/users/:id',
    operation: 'updateUser',
    givesAccess: true,
    tag,
    scope,
    summary:
      'Change the name or the role of a user; a new role holds at once, and ends all sessions',
    params,
    body: z.strictObject({ name, role: role.optional() }),
    response: user,
    handle: ({ tenantId, caller, params: { id: userId }, body, tx }) =>
      tx(async (trx) => {
        const { user: before, isLastOwner } = await lockFor(trx, caller, userId);
        if (body.role !== undefined) {
          demandRole(caller, body.role);
          demandLasting(caller);
        }
        if (isLastOwner && body.role !== undefined && body.role !== 'owner') throw lastOwner();
        if (body.role !== undefined && body.role !== before.role) {
          await endSessionsOf(trx, tenantId, userId);
        }
        return updateUser(trx, tenantId, userId, body);
      }),
  }),
  route({
    method: 'DELETE',
    path: '/users/:id',
    operation: 'deleteUser',
    givesAccess: true,
    tag,
    scope,
    summary:
      'Remove a user from the tenant, and end all sessions; keys that the user has made stay',
    params,
    response: user,
    handle: ({ tenantId, caller, params: { id: userId }, tx }) =>
      tx(async (trx) => {
        const { user: removed, isLastOwner } = await lockFor(trx, caller, userId);
        if (isLastOwner) throw lastOwner();
        await deleteUser(trx, tenantId, userId);
        return removed;
      }),
  }),
];

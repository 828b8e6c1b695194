import { findUser, inTenants, usersOfSession, type Database } from '@cadenza/database';
import { API_SCOPES, USER_ROLES, type Id, type UserRole } from '@cadenza/domain';
import { z } from 'zod';
import type { Caller } from '../http/caller.ts';
import { id, instant } from '../http/fields.ts';
import type { Jsonable } from '../http/route.ts';

const tenant = { id, name: z.string() };

/** Who calls, and what for. */
export const session = z
  .strictObject({
    tenant: z.strictObject(tenant),
    user: z
      .strictObject({
        id,
        email: z.string(),
        name: z.string().nullable(),
        role: z.enum(USER_ROLES),
      })
      .nullable()
      .meta({ description: 'Null: an API key calls.' }),
    scopes: z.array(z.enum(API_SCOPES)),
    expiresAt: instant
      .nullable()
      .meta({ description: 'When the session, or the key, ends at the latest; null: never.' }),
    otherTenants: z
      .array(z.strictObject({ ...tenant, role: z.enum(USER_ROLES) }))
      .meta({ description: 'Of which the same person is a user as well.' }),
  })
  .meta({ id: 'Session' });

type SessionView = Jsonable<z.output<typeof session>>;

/** What a session is of, read from each tenant by itself. */
export async function viewOf(
  db: Database,
  { tenantId, credential, scopes }: Caller,
): Promise<SessionView> {
  const userId = credential.kind === 'session' ? credential.userId : null;
  const own = await memberOf(db, tenantId, userId);
  const otherTenants: { readonly id: Id; readonly name: string; readonly role: UserRole }[] = [];
  const users = credential.kind === 'session' ? await usersOfSession(db, credential.hash) : [];
  for (const one of users) {
    if (one.tenantId === tenantId) continue;
    const { tenant: other, user } = await memberOf(db, one.tenantId, one.userId);
    if (user !== null) otherTenants.push({ ...other, role: user.role });
  }
  return {
    ...own,
    scopes: API_SCOPES.filter((scope) => scopes.includes(scope)),
    expiresAt: credential.expiresAt,
    otherTenants,
  };
}

function memberOf(db: Database, tenantId: Id, userId: Id | null) {
  return inTenants(db, [tenantId], async (trx) => {
    const found = userId === null ? null : await findUser(trx, tenantId, userId);
    return {
      tenant: await trx
        .selectFrom('tenants')
        .select(['id', 'name'])
        .where('id', '=', tenantId)
        .executeTakeFirstOrThrow(),
      user: found && { id: found.id, email: found.email, name: found.name, role: found.role },
    };
  });
}

import { findContact, findContactByEmail, type Database } from '@cadenza/database';
import { isId, normalizeEmail, type Id } from '@cadenza/domain';
import { asTenant } from './owner.ts';

/** The contact that an id or an address means. @throws Error where the tenant has none. */
export async function findContactId(db: Database, tenantId: Id, which: string): Promise<Id> {
  const id = await asTenant(db, tenantId, async (trx) =>
    isId(which)
      ? ((await findContact(trx, tenantId, which.toLowerCase()))?.id ?? null)
      : findContactByEmail(trx, tenantId, normalizeEmail(which)),
  );
  if (id === null) throw noContact();
  return id;
}

/** What was given is not repeated: it may be an address, and errors are kept in logs. */
export function noContact(): Error {
  return new Error('this tenant has no such contact: expected the id or the address of one');
}

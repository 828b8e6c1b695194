import type { Id, StandIn } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { lockAddresses } from '../store/address-lock.ts';
import { rows } from '../store/rows.ts';
import { moveSuppressions } from '../store/suppressions.ts';
import { recordAudit } from './audit.ts';

/** How far the erasure of a person is. */
export interface ErasureRecord {
  readonly id: Id;
  readonly contactId: Id;
  readonly status: 'requested' | 'running' | 'done' | 'failed';
  /** Why it could not go on the last time; it is tried again. */
  readonly error: string | null;
  readonly requestedAt: Date;
  readonly doneAt: Date | null;
}

export async function findErasure(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<ErasureRecord | null> {
  const row = await trx
    .selectFrom('erasures')
    .select(['id', 'contact_id as contactId', 'status', 'error'])
    .select(['created_at as requestedAt', 'done_at as doneAt'])
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The contact that is reached by an address; null where none is. */
export async function findContactByEmail(
  trx: Transaction<Schema>,
  tenantId: Id,
  email: string,
): Promise<Id | null> {
  const row = await trx
    .selectFrom('contact_channels')
    .select('contact_id')
    .where('tenant_id', '=', tenantId)
    .where('channel', '=', 'email')
    .where('address', '=', email)
    .executeTakeFirst();
  return row?.contact_id ?? null;
}

/**
 * Those of these addresses and phone numbers whose person was erased: nobody is to be reached by them
 * again. Until the transaction ends no other of them is erased, so that what it adds after this is
 * found by an erasure that comes later.
 */
export async function erasedAddresses(
  trx: Transaction<Schema>,
  tenantId: Id,
  addresses: readonly string[],
  standIn: StandIn,
): Promise<ReadonlySet<string>> {
  await lockAddresses(trx, tenantId);
  if (addresses.length === 0) return new Set();
  const { rows: found } = await sql<{ address: string }>`
    SELECT r.address
    FROM ${rows(
      addresses.map((address) => ({ address, stand_in: standIn(address) })),
      'r(address text, stand_in text)',
    )}
    JOIN erased_addresses a ON a.tenant_id = ${tenantId} AND a.address = r.stand_in`.execute(trx);
  return new Set(found.map(({ address }) => address));
}

/**
 * Lets a person who was erased be added again, since they have said so themselves. What else kept
 * mails from the address is kept of it again: whoever had unsubscribed is unsubscribed.
 *
 * @returns whether the address was refused before.
 */
export async function liftErasedAddress(
  trx: Transaction<Schema>,
  tenantId: Id,
  lift: {
    readonly address: string;
    readonly standIn: StandIn;
    /** Where and when the person said so. */
    readonly source: string;
    readonly givenAt: Date;
    readonly actor: string;
  },
): Promise<boolean> {
  const { address, source, givenAt, actor } = lift;
  const standIn = lift.standIn(address);
  const dropped = await trx
    .deleteFrom('erased_addresses')
    .where('tenant_id', '=', tenantId)
    .where('address', '=', standIn)
    .returning('erasure_id')
    .executeTakeFirst();
  if (dropped === undefined) return false;
  await moveSuppressions(trx, tenantId, [{ from: standIn, to: address }]);
  await recordAudit(trx, tenantId, {
    actor,
    action: 'erasure.lifted',
    entity: 'erasure',
    entityId: dropped.erasure_id,
    before: null,
    after: { source, givenAt: givenAt.toISOString() },
  });
  return true;
}

import { ADDRESS_KINDS, type AddressKind, type Id } from '@cadenza/domain';
import { kindsDecided, type AddressDecision, type AddressPolicy } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from './audit.ts';

interface PolicyRow {
  readonly blocked: readonly AddressKind[];
  readonly warned: readonly AddressKind[];
  readonly askProvider: boolean;
}

function decisionOf(kind: AddressKind, { blocked, warned }: PolicyRow): AddressDecision {
  if (blocked.includes(kind)) return 'block';
  return warned.includes(kind) ? 'warn' : 'allow';
}

function policyOf(row: PolicyRow): AddressPolicy {
  const [invalid, risky, role, disposable] = ADDRESS_KINDS.map((kind) => decisionOf(kind, row));
  if (!invalid || !risky || !role || !disposable) throw new Error('a kind without a decision');
  return { invalid, risky, role, disposable, askProvider: row.askProvider };
}

/** What a tenant does about kinds of addresses; null where there is no such tenant. */
export async function findAddressPolicy(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<AddressPolicy | null> {
  const row = await trx
    .selectFrom('tenants')
    .select(['blocked_addresses as blocked', 'warned_addresses as warned'])
    .select('ask_provider_of_addresses as askProvider')
    .where('id', '=', tenantId)
    .executeTakeFirst();
  return row === undefined ? null : policyOf(row);
}

/**
 * Sets what is given, from now on and for those enrolled already. A provider that is to be asked is
 * asked about addresses whose check is still to come: known ones are left as they are.
 *
 * @returns null where there is no such tenant.
 */
export async function setAddressPolicy(
  trx: Transaction<Schema>,
  tenantId: Id,
  changes: { readonly [K in keyof AddressPolicy]?: AddressPolicy[K] | undefined },
  actor: string,
): Promise<AddressPolicy | null> {
  await trx.selectFrom('tenants').select('id').where('id', '=', tenantId).forUpdate().execute();
  const before = await findAddressPolicy(trx, tenantId);
  if (before === null) return null;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const after: AddressPolicy = { ...before, ...Object.fromEntries(given) };
  await trx
    .updateTable('tenants')
    .set({
      blocked_addresses: kindsDecided(after, 'block'),
      warned_addresses: kindsDecided(after, 'warn'),
      ask_provider_of_addresses: after.askProvider,
    })
    .where('id', '=', tenantId)
    .execute();
  const change = { actor, action: 'address_policy.set', entity: 'tenant', entityId: tenantId };
  await recordAudit(trx, tenantId, { ...change, before, after });
  return after;
}

/**
 * Has a contact's address checked anew, before others that wait, whatever is known of it.
 *
 * @returns whether the contact has one.
 */
export async function recheckAddress(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
): Promise<boolean> {
  const { rows } = await sql<{ address: string }>`
    UPDATE contact_channels SET check_at = 'epoch', check_tries = 0
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId} AND channel = 'email'
    RETURNING address`.execute(trx);
  const address = rows[0]?.address;
  if (address === undefined) return false;
  await trx
    .deleteFrom('email_validation_results')
    .where('tenant_id', '=', tenantId)
    .where('address', '=', address)
    .execute();
  return true;
}

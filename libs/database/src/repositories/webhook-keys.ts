import { newId, type Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** A key that verifies the event webhooks of a tenant's own SendGrid account. */
export interface WebhookKeyRecord {
  readonly id: Id;
  readonly name: string;
  /** Base64 of DER SPKI, as SendGrid shows it. */
  readonly publicKey: string;
  readonly createdAt: Date;
}

const COLUMNS = ['id', 'name', 'public_key as publicKey', 'created_at as createdAt'] as const;

/** The keys of a tenant, oldest first. Any of them serves. */
export function listWebhookKeys(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<WebhookKeyRecord[]> {
  return trx
    .selectFrom('webhook_keys')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
}

/** @returns the new key, or null where the tenant has it already. */
export async function insertWebhookKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  key: Pick<WebhookKeyRecord, 'name' | 'publicKey'>,
): Promise<WebhookKeyRecord | null> {
  const row = await trx
    .insertInto('webhook_keys')
    .values({ tenant_id: tenantId, id: newId(), name: key.name, public_key: key.publicKey })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'public_key']).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}

/** @returns the key that was taken away, or null where the tenant has none of that id. */
export async function deleteWebhookKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<WebhookKeyRecord | null> {
  const row = await trx
    .deleteFrom('webhook_keys')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}

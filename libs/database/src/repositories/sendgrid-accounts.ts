import type { Id } from '@cadenza/domain';
import {
  secretShown,
  type SecretBinding,
  type SecretBox,
  type SecretShown,
} from '@cadenza/secrets';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from './audit.ts';
import { lockRow } from './locks.ts';

/** The API key of a tenant's own SendGrid account, as it may be shown. */
export interface SendGridAccountRecord {
  /** Null: the tenant sends through the installation's account. */
  readonly key: SecretShown | null;
  /** Campaign time of the last change; null where there never was one. */
  readonly changedAt: Date | null;
}

/** A tenant's account with its key as it is stored. */
export interface SealedSendGridAccount {
  readonly tenantId: Id;
  readonly sealedKey: string | null;
  readonly changedAt: Date;
}

/** What a sealed API key of SendGrid is bound to. */
export function sendGridKeyBinding(tenantId: Id): SecretBinding {
  return { tenantId, purpose: 'sendgrid_api_key', subject: tenantId };
}

export async function findSendGridAccount(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<SendGridAccountRecord> {
  const row = await trx
    .selectFrom('sendgrid_accounts')
    .select(['last_four as lastFour', 'fingerprint', 'changed_at as changedAt'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  if (row === undefined) return { key: null, changedAt: null };
  const { lastFour, fingerprint, changedAt } = row;
  const key = lastFour === null || fingerprint === null ? null : { lastFour, fingerprint };
  return { key, changedAt };
}

/** Accounts of those of the tenants that have, or had, one. */
export function sealedSendGridAccounts(
  trx: Transaction<Schema>,
  tenantIds: readonly Id[],
): Promise<SealedSendGridAccount[]> {
  return trx
    .selectFrom('sendgrid_accounts')
    .select(['tenant_id as tenantId', 'sealed_key as sealedKey', 'changed_at as changedAt'])
    .where('tenant_id', 'in', tenantIds)
    .execute();
}

/** Seals a tenant's API key of SendGrid, and puts it in the place of a former one. */
export async function setSendGridKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  {
    apiKey,
    box,
    actor,
  }: { readonly apiKey: string; readonly box: SecretBox; readonly actor: string },
): Promise<SendGridAccountRecord> {
  const sealedKey = box.seal(apiKey, sendGridKeyBinding(tenantId));
  return change(trx, tenantId, { sealedKey, shown: secretShown(apiKey) }, actor);
}

/** Takes a tenant's key away, so that it sends through the installation's account. */
export function removeSendGridKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  actor: string,
): Promise<SendGridAccountRecord> {
  return change(trx, tenantId, null, actor);
}

async function change(
  trx: Transaction<Schema>,
  tenantId: Id,
  key: { readonly sealedKey: string; readonly shown: SecretShown } | null,
  actor: string,
): Promise<SendGridAccountRecord> {
  // Two who change it at once do so one after another, or the log would name one former key twice; and the
  // tenant is what an `If-Match` locks, since there may be no account yet.
  await lockRow(trx, tenantId, 'tenants', tenantId);
  await trx
    .insertInto('sendgrid_accounts')
    .values({ tenant_id: tenantId })
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute();
  const former = await findSendGridAccount(trx, tenantId);
  if (key === null && former.key === null) return former;
  await trx
    .updateTable('sendgrid_accounts')
    .set({
      sealed_key: key?.sealedKey ?? null,
      last_four: key?.shown.lastFour ?? null,
      fingerprint: key?.shown.fingerprint ?? null,
      changed_at: sql<Date>`campaign_now()`,
      held_until: '-infinity',
      strikes: 0,
    })
    .where('tenant_id', '=', tenantId)
    .execute();
  await recordAudit(trx, tenantId, {
    actor,
    action: key === null ? 'sendgrid_account.removed' : 'sendgrid_account.set',
    entity: 'sendgrid_account',
    entityId: tenantId,
    before: former.key,
    after: key?.shown ?? null,
  });
  return findSendGridAccount(trx, tenantId);
}

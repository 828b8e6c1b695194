import {
  assertSecretsOpen,
  listWebhookKeys,
  MissingKeyError,
  sendGridKeyBinding,
  type Database,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { SecretError, type SecretBox } from '@cadenza/secrets';
import { acrossTenants, asTenant } from '../owner.ts';
import { fail, ok, type Finding } from './finding.ts';
import { EVENTS_PATH, type AccountExpectations } from './sendgrid.ts';

/** A SendGrid account of a tenant's own. */
export interface OwnAccount {
  readonly tenantId: Id;
  readonly apiKey: string;
  readonly expected: AccountExpectations;
}

/** Whether what is sealed in the database can be opened. @param box null: there are no keys. */
export async function sealedSecretsFinding(db: Database, box: SecretBox | null): Promise<Finding> {
  const check = 'secrets.ENCRYPTION_KEYS';
  try {
    await acrossTenants(db, (trx) => assertSecretsOpen(trx, box));
    return ok(check, box === null ? 'not set, and nothing is sealed' : 'open all that is sealed');
  } catch (error) {
    if (!(error instanceof MissingKeyError)) throw error;
    const todo =
      'Put that key back, behind the current one; once `cadenza secrets rotate` has been run it is not needed any more.';
    return fail(check, error.message, todo);
  }
}

/**
 * The accounts that tenants have of their own, and a finding for each whose key does not open.
 *
 * @param publicUrl where the API is reached; null: not known.
 */
export async function ownAccounts(
  db: Database,
  box: SecretBox | null,
  publicUrl: string | null,
): Promise<{ readonly accounts: readonly OwnAccount[]; readonly findings: readonly Finding[] }> {
  const accounts: OwnAccount[] = [];
  const findings: Finding[] = [];
  if (box === null) return { accounts, findings };
  const sealed = await acrossTenants(db, (trx) =>
    trx
      .selectFrom('sendgrid_accounts as a')
      .innerJoin('tenants as t', 't.id', 'a.tenant_id')
      .select(['t.id as tenantId', 't.name as tenant', 'a.sealed_key as sealedKey'])
      .where('a.sealed_key', 'is not', null)
      .$narrowType<{ sealedKey: string }>()
      .orderBy('t.name')
      .execute(),
  );
  for (const { tenantId, tenant, sealedKey } of sealed) {
    const name = `sendgrid.${tenant}`;
    try {
      const apiKey = box.open(sealedKey, sendGridKeyBinding(tenantId));
      const keys = await asTenant(db, tenantId, (trx) => listWebhookKeys(trx, tenantId));
      const expected: AccountExpectations = {
        name,
        keyPlace: `the API key of "${tenant}"`,
        webhookUrl: publicUrl === null ? null : `${publicUrl}${EVENTS_PATH}/${tenantId}`,
        webhookKeys: keys.map(({ publicKey }) => publicKey),
        webhookKeyPlace: `cadenza tenant webhook-key add "${tenant}"`,
        webhookClientId: null,
      };
      accounts.push({ tenantId, apiKey, expected });
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      const todo = 'Set the key again: PUT /v1/sendgrid-account.';
      findings.push(fail(`${name}.key`, error.message, todo));
    }
  }
  return { accounts, findings };
}

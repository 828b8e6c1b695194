import type { Id } from '@cadenza/domain';
import type { DomainFinding } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** What was found out about the domain of a sender identity. */
export interface DomainCheckRecord {
  readonly email: string;
  /** Null: it has not been checked. */
  readonly checkedAt: Date | null;
  readonly findings: readonly DomainFinding[];
}

/** @returns null where the tenant has no such identity. */
export async function findDomainCheck(
  trx: Transaction<Schema>,
  tenantId: Id,
  senderIdentityId: Id,
): Promise<DomainCheckRecord | null> {
  const row = await trx
    .selectFrom('email_sender_identities')
    .select(['email', 'domain_checked_at as checkedAt', 'domain_findings as findings'])
    .where('tenant_id', '=', tenantId)
    .where('id', '=', senderIdentityId)
    .where('channel', '=', 'email')
    .$narrowType<{ email: string }>()
    .executeTakeFirst();
  return row === undefined ? null : { ...row, findings: row.findings ?? [] };
}

/** Keeps what was found out now. @returns whether the tenant has such an identity. */
export async function setDomainCheck(
  trx: Transaction<Schema>,
  tenantId: Id,
  senderIdentityId: Id,
  findings: readonly DomainFinding[],
): Promise<boolean> {
  const result = await trx
    .updateTable('email_sender_identities')
    .set({ domain_checked_at: sql<Date>`now()`, domain_findings: JSON.stringify(findings) })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', senderIdentityId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

import { newId, type Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Something that somebody has changed, for those who ask later who did. */
export interface AuditEntry {
  /** Who: `api_key:<id>`, `deliverability`, … */
  readonly actor: string;
  /** What: `address_policy.set`, `sender.paused`, … */
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  /** As it was, and as it is; null where there is nothing to show. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The same of what belongs to no tenant. */
export async function recordPlatformAudit(
  trx: Transaction<Schema>,
  entry: AuditEntry,
): Promise<void> {
  await trx.insertInto('platform_audit_log').values(auditRow(entry)).execute();
}

export async function recordAudit(
  trx: Transaction<Schema>,
  tenantId: Id,
  entry: AuditEntry,
): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({ tenant_id: tenantId, ...auditRow(entry) })
    .execute();
}

function auditRow({ actor, action, entity, entityId, before, after }: AuditEntry) {
  return {
    id: newId(),
    actor,
    action,
    entity,
    entity_id: entityId,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  };
}

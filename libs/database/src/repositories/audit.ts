import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** Something that somebody has changed, for those who ask later who did. */
export interface AuditEntry {
  /** Who: `api_key:<id>`, `user:<id>`, `deliverability`, … */
  readonly actor: string;
  /** What: `address_policy.set`, `sender.paused`, … */
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  /** As it was, and as it is; null where there is nothing to show. */
  readonly before: unknown;
  readonly after: unknown;
  /** Names of what differs, of which `before` and `after` need not show all. */
  readonly changed?: readonly string[];
}

export async function recordAudit(
  trx: Transaction<Schema>,
  tenantId: Id,
  entry: AuditEntry,
): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({ tenant_id: tenantId, ...auditRow(entry), changed: [...(entry.changed ?? [])] })
    .execute();
}

/** The same of what belongs to no tenant. */
export async function recordPlatformAudit(
  trx: Transaction<Schema>,
  entry: AuditEntry,
): Promise<void> {
  await trx.insertInto('platform_audit_log').values(auditRow(entry)).execute();
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

/**
 * What is audited row by row: its table, and the columns whose values the log may hold. Of all others,
 * which hold what people are called, where they are reached and what is written to them, it says only
 * that they changed. `of`: the column that has the tenant, where a tenant has one such row.
 */
const AUDITED_ROWS = {
  tenant: {
    table: 'tenants',
    of: 'id',
    shown: ['name', 'status', 'pause_reason', 'unknown_policy', 'requests_per_minute'],
  },
  retention: {
    table: 'tenant_retention',
    of: 'tenant_id',
    shown: ['delivery_months', 'event_months', 'input_months', 'inbound_months'],
  },
  webhook_key: { table: 'webhook_keys', shown: ['name'] },
  contact: { table: 'contacts', shown: ['timezone', 'lead_id'] },
  lead: { table: 'leads', shown: [] },
  sender_identity: {
    table: 'email_sender_identities',
    shown: ['verification', 'paused_at', 'pause_reason', 'ip_pool'],
  },
  template: { table: 'message_templates', shown: ['name', 'channel'] },
  plan: { table: 'campaign_plans', shown: ['name'] },
  campaign: {
    table: 'campaigns',
    shown: ['name', 'status', 'pause_reason', 'priority', 'plan_version_id', 'sender_identity_id'],
  },
  audience: { table: 'campaign_audiences', shown: ['campaign_id', 'status'] },
  enrollment: { table: 'contact_campaigns', shown: ['status', 'phase', 'version'] },
  message: { table: 'outbound_messages', shown: ['status', 'attempt', 'dismissed_attempt'] },
  // The address may hold a secret of its own.
  webhook_endpoint: {
    table: 'webhook_endpoints',
    shown: ['description', 'event_types', 'enabled', 'disabled_reason'],
  },
  user: { table: 'users', shown: ['role'] },
  api_key: {
    table: 'api_keys',
    shown: ['name', 'scopes', 'expires_at', 'revoked_at', 'requests_per_minute', 'replaced_by'],
  },
} as const;
export type AuditedEntity = keyof typeof AUDITED_ROWS;

export function isAuditedEntity(name: string): name is AuditedEntity {
  return Object.hasOwn(AUDITED_ROWS, name);
}

/** A row as it is, by columns; empty where there is none. */
export type AuditedRow = Readonly<Record<string, unknown>>;

export async function readAuditedRow(
  trx: Transaction<Schema>,
  tenantId: Id,
  entity: AuditedEntity,
  id: Id,
): Promise<AuditedRow> {
  const channels =
    entity === 'contact'
      ? sql`coalesce((SELECT jsonb_object_agg(h.channel, h.address) FROM contact_channels h
          WHERE h.tenant_id = r.tenant_id AND h.contact_id = r.id), '{}')`
      : sql`'{}'::jsonb`;
  const audited: { readonly table: string; readonly of?: string } = AUDITED_ROWS[entity];
  const which =
    audited.of === undefined
      ? sql`r.tenant_id = ${tenantId} AND r.id = ${id}`
      : sql`${sql.ref(`r.${audited.of}`)} = ${tenantId}`;
  const { rows } = await sql<{ row: AuditedRow }>`
    SELECT to_jsonb(r) || ${channels} AS row FROM ${sql.table(audited.table)} r
    WHERE ${which}`.execute(trx);
  return rows[0]?.row ?? {};
}

/** What differs between two states of a row: all names, and the values that the log may hold. */
export function auditedChange(
  entity: AuditedEntity,
  before: AuditedRow,
  after: AuditedRow,
): Required<Pick<AuditEntry, 'before' | 'after' | 'changed'>> {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) =>
      name !== 'updated_at' &&
      JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
  const shown: readonly string[] = AUDITED_ROWS[entity].shown;
  const values = (row: AuditedRow) =>
    Object.fromEntries(
      changed.filter((name) => shown.includes(name)).map((name) => [name, row[name] ?? null]),
    );
  return { before: values(before), after: values(after), changed };
}

/** A change of one row, as the log names it. */
export interface AuditedChange<T> extends Pick<AuditEntry, 'actor' | 'action'> {
  readonly entity: AuditedEntity;
  /** Of the row, or of the one that the change has made, by its result. */
  readonly id: Id | ((result: T) => Id);
}

/** Makes a change of one row, and writes into the tenant's log what it has changed from what to what. */
export async function withAudit<T>(
  trx: Transaction<Schema>,
  tenantId: Id,
  { actor, action, entity, id }: AuditedChange<T>,
  change: () => Promise<T>,
): Promise<T> {
  const before = typeof id === 'string' ? await readAuditedRow(trx, tenantId, entity, id) : {};
  const result = await change();
  const entityId = typeof id === 'string' ? id : id(result);
  const after = await readAuditedRow(trx, tenantId, entity, entityId);
  const difference = auditedChange(entity, before, after);
  if (difference.changed.length > 0) {
    await recordAudit(trx, tenantId, { actor, action, entity, entityId, ...difference });
  }
  return result;
}

/** An entry as it is read. */
export interface AuditRecord extends Required<AuditEntry> {
  readonly id: Id;
  readonly createdAt: Date;
}

/** The log of a tenant, newest first. */
export async function listAudit(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<AuditRecord>> {
  const { after } = page;
  const rows = await trx
    .selectFrom('audit_log')
    .select(['id', 'actor', 'action', 'entity', 'entity_id as entityId'])
    .select(['before', 'after', 'changed', 'created_at as createdAt'])
    .where('tenant_id', '=', tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

import {
  newId,
  type Id,
  type LegalSuppressionReason,
  type Channel,
  type SuppressionKind,
  type SuppressionReason,
} from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { freeOptOuts } from '../store/opt-outs.ts';
import { legalReason, writeSuppressions, type WrittenSuppression } from '../store/suppressions.ts';
import {
  readInOrder,
  rowsToSeek,
  SOUGHT_ROWS,
  soughtPage,
  stretchOf,
  type Page,
  type PageRequest,
} from './page.ts';

export interface SuppressionRecord {
  readonly id: Id;
  readonly channel: Channel;
  readonly kind: SuppressionKind;
  readonly value: string;
  readonly reason: SuppressionReason;
  /** The reason that binds most of all that were given and that the law knows. */
  readonly legalReason: LegalSuppressionReason | null;
  readonly source: string;
  /** The message that it came of. */
  readonly messageId: Id | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

export interface SuppressionFilter {
  /** Normalised, as all of these. */
  readonly address?: string | undefined;
  /** The beginning of an address, a number or a domain. */
  readonly prefix?: string | undefined;
  /** A domain itself, and all addresses of it. */
  readonly domain?: string | undefined;
  readonly reason?: SuppressionReason | undefined;
  readonly source?: string | undefined;
  readonly kind?: SuppressionKind | undefined;
  readonly channel?: Channel | undefined;
  /** Seen last then or later. */
  readonly since?: Date | undefined;
  /** Seen last before then. */
  readonly until?: Date | undefined;
}

/** What a consent is, that takes an unsubscribe back. */
export interface Consent {
  readonly source: string;
  readonly at: Date;
}

export type RemovalRefusal =
  /** Nobody has it, or somebody else. */
  | { readonly kind: 'not_found' }
  /** `unsubscribed`: the person has to have agreed again, since. */
  | { readonly kind: 'needs_consent'; readonly lastSeenAt: Date }
  /** `spamreport` and `erased` hold for good. */
  | { readonly kind: 'never'; readonly reason: LegalSuppressionReason };

/** A tenant's own suppressions; the platform's hold for it too, and are listed where it is null. */
export async function listSuppressions(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  page: PageRequest,
  filter: SuppressionFilter = {},
): Promise<Page<SuppressionRecord>> {
  const { address, prefix, domain, reason, source, kind, channel, since, until } = filter;
  const begins = prefix === undefined ? undefined : beginsWith(prefix);
  const few = begins !== undefined && (await areFew(trx, tenantId, begins));
  // What is the tenant's is said as a stretch: the planner would else go by the ids of all tenants.
  const isWalk = tenantId !== null && domain === undefined && address === undefined && !few;
  const whose: Readonly<Record<string, string>> = isWalk ? { tenant_id: tenantId } : {};
  const stretch = stretchOf(domain === undefined ? whose : { domain }, page.after);
  const others = [reason, source, kind, channel, since, until, prefix && !few];
  const count = rowsToSeek(page, others.some(Boolean));
  if (isWalk) await readInOrder(trx);
  const rows = (isWalk ? all(trx) : stored(trx, tenantId))
    .where(stretch.where)
    .$if(address !== undefined, (query) =>
      // Compared by bytes, as the index is.
      query.where(sql<boolean>`value COLLATE "C" = ${address ?? ''}`),
    )
    // As an array: the planner would else go through the whole list in its order for them.
    .$if(few, (query) =>
      query.where(
        sql<boolean>`id = ANY (ARRAY(
          SELECT b.id FROM ${stored(trx, tenantId).where(begins ?? sql<boolean>`true`)} b))`,
      ),
    )
    .orderBy(stretch.order('communication_suppressions'))
    .limit(sql.lit(count));
  const found = await selected(trx, rows)
    .$if(begins !== undefined && !few, (query) => query.where(begins ?? sql<boolean>`true`))
    .$if(reason !== undefined, (query) => query.where('reason', '=', reason ?? ''))
    .$if(source !== undefined, (query) => query.where('source', '=', source ?? ''))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'address'))
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel ?? 'email'))
    .$if(since !== undefined, (query) => query.where('last_seen_at', '>=', since ?? new Date(0)))
    .$if(until !== undefined, (query) => query.where('last_seen_at', '<', until ?? new Date(0)))
    .orderBy(stretch.order('s'))
    .limit(page.limit + 1)
    .execute();
  const list = found.map(recordOf);
  return soughtPage(trx, list, page, { rows, count });
}

/** Compared by bytes, as the index is: a prefix ends before its last character's next. */
function beginsWith(prefix: string): RawBuilder<boolean> {
  return sql<boolean>`(value COLLATE "C" >= ${prefix}
    AND value COLLATE "C" < ${`${prefix}\u{10ffff}`})`;
}

/**
 * Whether values with a beginning are few enough to be put into the order of the list. Many are found
 * soon by going through the list.
 */
async function areFew(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  begins: RawBuilder<boolean>,
): Promise<boolean> {
  const { rows } = await sql<{ few: boolean }>`
    SELECT count(*) < ${SOUGHT_ROWS} AS few
    FROM (SELECT FROM ${stored(trx, tenantId)} s WHERE ${begins} LIMIT ${SOUGHT_ROWS}) b`.execute(
    trx,
  );
  return rows[0]?.few === true;
}

export async function findSuppression(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  id: Id,
): Promise<SuppressionRecord | null> {
  const row = await selected(trx, stored(trx, tenantId).where('id', '=', id)).executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

/**
 * Takes a suppression off the list, and writes that into the audit log with all that it was. What
 * it has ended does not start again.
 *
 * @param change.now campaign time: news of the provider's from before do not bring it back.
 * @returns what was removed, or why it was not.
 */
export async function removeSuppression(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  id: Id,
  change: { readonly actor: string; readonly consent: Consent | null; readonly now: Date },
): Promise<{ readonly kind: 'removed'; readonly row: SuppressionRecord } | RemovalRefusal> {
  const found = await selected(
    trx,
    stored(trx, tenantId).where('id', '=', id).forUpdate(),
  ).executeTakeFirst();
  if (found === undefined) return { kind: 'not_found' };
  const row = recordOf(found);
  const { legalReason: legal, lastSeenAt } = row;
  if (legal === 'spamreport' || legal === 'erased') return { kind: 'never', reason: legal };
  if (legal !== null && !(change.consent !== null && change.consent.at > lastSeenAt)) {
    return { kind: 'needs_consent', lastSeenAt };
  }
  if (tenantId !== null) await freeOptOuts(trx, tenantId, id);
  await trx.deleteFrom('communication_suppressions').where('id', '=', id).execute();
  await trx
    .insertInto('suppression_lifts')
    .values({
      id: newId(),
      tenant_id: tenantId,
      channel: row.channel,
      kind: row.kind,
      value: row.value,
      reason: legal ?? row.reason,
      lifted_at: change.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'kind', 'value', 'tenant_id'])
        .doUpdateSet({ reason: legal ?? row.reason, lifted_at: change.now }),
    )
    .execute();
  if (row.channel === 'email' && row.kind === 'address') {
    const removal = { id: newId(), value: row.value, reason: legal ?? row.reason };
    await trx.insertInto('suppression_removals').values(removal).execute();
  }
  const entry = {
    id: newId(),
    actor: change.actor,
    action: 'suppression.removed',
    entity: 'suppression',
    entity_id: id,
    before: JSON.stringify(row),
    after: change.consent === null ? null : JSON.stringify({ consent: change.consent }),
  };
  if (tenantId === null) await trx.insertInto('platform_audit_log').values(entry).execute();
  else {
    await trx
      .insertInto('audit_log')
      .values({ ...entry, tenant_id: tenantId })
      .execute();
  }
  return { kind: 'removed', row };
}

/**
 * Suppresses for every tenant, as the role that may write what is the platform's. What is under way
 * is stopped when it is about to leave, until its enrollments are ended.
 *
 * @returns how many are new.
 */
export function suppressForAll(
  trx: Transaction<Schema>,
  list: readonly Omit<WrittenSuppression, 'tenantId' | 'messageId'>[],
  actor: string,
): Promise<number> {
  const rows = list.map((row) => ({ ...row, tenantId: null, messageId: null }));
  return writeSuppressions(trx, rows, { log: 'platform_audit_log', actor });
}

function all(trx: Transaction<Schema>) {
  return trx.selectFrom('communication_suppressions').selectAll();
}

function stored(trx: Transaction<Schema>, tenantId: Id | null) {
  return all(trx).where('tenant_id', tenantId === null ? 'is' : '=', tenantId);
}

function selected(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return trx
    .selectFrom(rows.as('s'))
    .select(['id', 'channel', 'kind', 'value', 'source', 'message_id as messageId'])
    .select((eb) => eb.ref('reason').$castTo<SuppressionReason>().as('reason'))
    .select(['legal_reason', 'first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt']);
}

/** Rows from before a legal reason was kept beside the reason have it there alone. */
function recordOf<T extends { readonly legal_reason: string | null; readonly reason: string }>({
  legal_reason,
  ...row
}: T): Omit<T, 'legal_reason'> & { legalReason: LegalSuppressionReason | null } {
  return { ...row, legalReason: legalReason([legal_reason, row.reason]) };
}

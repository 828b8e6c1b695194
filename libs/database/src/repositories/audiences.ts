import { newId, type AudienceFilter, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

export const AUDIENCE_STATUSES = ['requested', 'running', 'failed', 'done', 'canceled'] as const;
/**
 * `requested`: nothing of it is done yet; `failed`: it could not go on, and is tried again; the last two
 * are its ends.
 */
export type AudienceStatus = (typeof AUDIENCE_STATUSES)[number];

/** A filter whose people are enrolled in a campaign. */
export interface AudienceRecord {
  readonly id: Id;
  readonly campaignId: Id;
  readonly filter: AudienceFilter;
  readonly status: AudienceStatus;
  /** Contacts so far. */
  readonly enrolled: number;
  /** Of those, whose address is of a kind that the address policy warns of. */
  readonly warned: number;
  /** Contacts so far that were not enrolled, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Why it failed last. */
  readonly error: string | null;
  readonly doneAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

function audiences(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('campaign_audiences')
    .select(['id', 'campaign_id as campaignId', 'filter', 'status', 'enrolled', 'warned'])
    .select(['refused', 'error', 'done_at as doneAt'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

/**
 * Asks for an audience to be enrolled: those of today's contacts whom the filter means when they are
 * come to. Silences and spans count from now on, in campaign time.
 */
export async function insertAudience(
  trx: Transaction<Schema>,
  tenantId: Id,
  { campaignId, filter }: { readonly campaignId: Id; readonly filter: AudienceFilter },
): Promise<Id> {
  const id = newId();
  await trx
    .insertInto('campaign_audiences')
    .values({ tenant_id: tenantId, id, campaign_id: campaignId, filter: JSON.stringify(filter) })
    .execute();
  return id;
}

export async function findAudience(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<AudienceRecord | null> {
  return (await audiences(trx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Of a campaign, newest first. */
export async function listAudiences(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  { campaignId }: { readonly campaignId: Id },
): Promise<Page<AudienceRecord>> {
  const { after } = page;
  const rows = await audiences(trx, tenantId)
    .where('campaign_id', '=', campaignId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** Lets nobody more be enrolled; who is stays so. @returns whether something was left to be done. */
export async function cancelAudience(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('campaign_audiences')
    .set({ status: 'canceled', next_at: null, done_at: sql<Date>`now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('next_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Of ids that a filter names, those of the tenant's own campaigns and leads. */
export async function knownReferences(
  trx: Transaction<Schema>,
  tenantId: Id,
  ids: readonly Id[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ what: string; id: Id }>`
    SELECT 'campaign' AS what, id FROM campaigns
    WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[])
    UNION ALL
    SELECT 'lead', id FROM leads
    WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[])`.execute(trx);
  return new Set(rows.map(({ what, id }) => `${what} ${id}`));
}

import { newId, type CampaignStatus, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

export interface CampaignSummary {
  readonly id: Id;
  readonly name: string;
  readonly planVersionId: Id;
  readonly senderIdentityId: Id;
  readonly smsSenderIdentityId: Id | null;
  readonly status: CampaignStatus;
  readonly pauseReason: string | null;
  /** 1 to 10, 5 by default: its share where campaigns of the tenant compete. */
  readonly priority: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Enrollments of a campaign in one status at one node. */
export interface EnrollmentCount {
  readonly status: string;
  readonly nodeId: string | null;
  readonly count: number;
}

function campaigns(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('campaigns')
    .select(['id', 'name', 'status', 'pause_reason as pauseReason', 'priority'])
    .select(['plan_version_id as planVersionId', 'sender_identity_id as senderIdentityId'])
    .select('sms_sender_identity_id as smsSenderIdentityId')
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

export async function findCampaignSummary(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<CampaignSummary | null> {
  return (await campaigns(trx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listCampaigns(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: { readonly status?: CampaignStatus | undefined } = {},
): Promise<Page<CampaignSummary>> {
  const { after } = page;
  const { status } = filter;
  const rows = await campaigns(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'draft'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** Writes a campaign as a draft. @returns its id. */
export async function insertCampaign(
  trx: Transaction<Schema>,
  tenantId: Id,
  campaign: {
    readonly name: string;
    readonly planVersionId: Id;
    readonly senderIdentityId: Id;
    readonly smsSenderIdentityId?: Id | undefined;
    readonly priority?: number | undefined;
  },
): Promise<Id> {
  const id = newId();
  await trx
    .insertInto('campaigns')
    .values({
      tenant_id: tenantId,
      id,
      name: campaign.name,
      plan_version_id: campaign.planVersionId,
      sender_identity_id: campaign.senderIdentityId,
      sms_sender_identity_id: campaign.smsSenderIdentityId ?? null,
      ...definedOnly({ priority: campaign.priority }),
    })
    .execute();
  return id;
}

/** Changes what is given. @returns whether the tenant has such a campaign. */
export async function updateCampaign(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  changes: Changes<Pick<CampaignSummary, 'name' | 'priority'>>,
): Promise<boolean> {
  const result = await trx
    .updateTable('campaigns')
    .set({ ...definedOnly(changes), updated_at: sql<Date>`now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Where a campaign's people stand, as it is counted when they get there. */
export async function countEnrollments(
  trx: Transaction<Schema>,
  tenantId: Id,
  campaignId: Id,
): Promise<EnrollmentCount[]> {
  const { rows } = await sql<EnrollmentCount>`
    SELECT status, node_id AS "nodeId", sum(count)::bigint AS count
    FROM enrollment_counts
    WHERE tenant_id = ${tenantId} AND campaign_id = ${campaignId}
    GROUP BY status, node_id
    HAVING sum(count) <> 0
    ORDER BY status, node_id`.execute(trx);
  return rows;
}

import type { EnrollmentStatus, Id } from '@cadenza/domain';
import type { EnrollmentState } from '@cadenza/plan';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import {
  pageOf,
  readInOrder,
  rowsToSeek,
  soughtPage,
  stretchOf,
  type Page,
  type PageRequest,
} from './page.ts';

export interface EnrollmentSummary {
  readonly id: Id;
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly planVersionId: Id;
  /** IANA name of the zone that it was enrolled with. */
  readonly timezone: string | null;
  readonly status: EnrollmentStatus;
  readonly phase: string;
  readonly nodeId: string | null;
  readonly visit: number;
  readonly attempt: number;
  /** Why it ended, where it has. */
  readonly endReason: string | null;
  /** Recorded inputs so far. */
  readonly version: number;
  readonly enrolledAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A step in an enrollment's future. */
export interface PendingAction {
  readonly id: Id;
  readonly type: 'send' | 'timeout';
  /** Of a timeout: which. */
  readonly timer: string | null;
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly status: string;
  /** When the plan wants it. */
  readonly dueAt: Date;
  /** The first moment that windows and quiet hours allow. */
  readonly runAt: Date;
  readonly notAfter: Date | null;
}

export interface EnrollmentDetail extends EnrollmentSummary {
  readonly state: EnrollmentState;
  readonly pendingActions: readonly PendingAction[];
}

function stored(trx: Transaction<Schema>, tenantId: Id) {
  return trx.selectFrom('contact_campaigns').selectAll().where('tenant_id', '=', tenantId);
}

function enrollments(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return trx
    .selectFrom(rows.as('e'))
    .select(['id', 'campaign_id as campaignId', 'contact_id as contactId', 'timezone', 'phase'])
    .select(['plan_version_id as planVersionId', 'node_id as nodeId', 'visit', 'attempt'])
    .select((eb) => eb.ref('status').$castTo<EnrollmentStatus>().as('status'))
    .select(['end_reason as endReason', 'version', 'enrolled_at as enrolledAt'])
    .select(['created_at as createdAt', 'updated_at as updatedAt']);
}

/** Rows that a page goes through for a node: each lies in a page of its own of the database. */
const SOUGHT_ENROLLMENTS = 2_000;

export async function listEnrollments(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    readonly campaignId: Id;
    readonly status?: EnrollmentStatus | undefined;
    readonly nodeId?: string | undefined;
  },
): Promise<Page<EnrollmentSummary>> {
  const { campaignId, status, nodeId } = filter;
  const stretch = stretchOf(
    status === undefined ? { campaign_id: campaignId } : { status },
    page.after,
  );
  const count = nodeId === undefined ? rowsToSeek(page, false) : SOUGHT_ENROLLMENTS;
  if (nodeId !== undefined) await readInOrder(trx);
  const rows = stored(trx, tenantId)
    .where(stretch.where)
    .$if(status !== undefined, (query) => query.where('campaign_id', '=', campaignId))
    .orderBy(stretch.order('contact_campaigns'))
    .limit(sql.lit(count));
  const found = await enrollments(trx, rows)
    .$if(nodeId !== undefined, (query) => query.where('node_id', '=', nodeId ?? ''))
    .orderBy(stretch.order('e'))
    .limit(page.limit + 1)
    .execute();
  return soughtPage(trx, found, page, { rows, count });
}

/** What a contact takes part in, or has taken part in, newest first. */
export async function listContactEnrollments(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: { readonly contactId: Id; readonly status?: EnrollmentStatus | undefined },
): Promise<Page<EnrollmentSummary>> {
  const { after } = page;
  const { contactId, status } = filter;
  // A contact has few. Put into order by themselves, since the planner might go through all of the tenant's
  // in their order instead, until it has found them.
  const rows = stored(trx, tenantId).where('contact_id', '=', contactId).offset(sql.lit(0));
  const found = await enrollments(trx, rows)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'active'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(found, page);
}

/** An enrollment with its state and what lies ahead of it, soonest first. */
export async function findEnrollment(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<EnrollmentDetail | null> {
  const row = await enrollments(trx, stored(trx, tenantId).where('id', '=', id))
    .select((eb) => eb.ref('state').$castTo<EnrollmentState>().as('state'))
    .executeTakeFirst();
  if (row === undefined) return null;
  const pendingActions = await trx
    .selectFrom('scheduled_actions')
    .select(['id', 'type', 'timer', 'node_id as nodeId', 'visit', 'attempt', 'status'])
    .select(['due_at as dueAt', 'run_at as runAt', 'not_after as notAfter'])
    .where('tenant_id', '=', tenantId)
    .where('enrollment_id', '=', id)
    .where('status', 'in', ['pending', 'dispatched'])
    .orderBy('run_at')
    .orderBy('id')
    .execute();
  return { ...row, pendingActions };
}

export async function enrollmentExists(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<boolean> {
  const row = await enrollments(trx, stored(trx, tenantId).where('id', '=', id)).executeTakeFirst();
  return row !== undefined;
}

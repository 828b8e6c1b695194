import { newId, type Channel, type Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** A plan, of which there are numbered versions. */
export interface PlanRecord {
  readonly id: Id;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version without its content. */
export interface PlanVersionSummary {
  readonly id: Id;
  readonly planId: Id;
  /** 1, 2, … */
  readonly version: number;
  /** SHA-256, hexadecimal, of the canonical content. */
  readonly planHash: string;
  readonly createdAt: Date;
}

export interface PlanVersionRecord extends PlanVersionSummary {
  readonly plan: unknown;
}

/** A checked plan on its way into the database. */
export interface PlanContent {
  /** Canonical JSON. */
  readonly json: string;
  readonly hash: string;
}

function plans(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('campaign_plans')
    .select(['id', 'name', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

function versions(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('campaign_plan_versions')
    .select(['id', 'version', 'plan_id as planId', 'plan_hash as planHash'])
    .select('created_at as createdAt')
    .where('tenant_id', '=', tenantId);
}

export async function listPlans(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<PlanRecord>> {
  const { after } = page;
  const rows = await plans(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** A plan with its versions, newest first. */
export async function findPlan(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<(PlanRecord & { readonly versions: readonly PlanVersionSummary[] }) | null> {
  const plan = await plans(trx, tenantId).where('id', '=', id).executeTakeFirst();
  if (plan === undefined) return null;
  const found = await versions(trx, tenantId)
    .where('plan_id', '=', id)
    .orderBy('version', 'desc')
    .execute();
  return { ...plan, versions: found };
}

/** A version by its number, or the newest. */
export async function findPlanVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  planId: Id,
  version: number | 'newest',
): Promise<PlanVersionRecord | null> {
  const row = await versions(trx, tenantId)
    .select('plan')
    .where('plan_id', '=', planId)
    .$if(version !== 'newest', (query) => query.where('version', '=', Number(version)))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** By what a version of a plan sends, or null where the tenant has no such version. */
export async function planVersionChannels(
  trx: Transaction<Schema>,
  tenantId: Id,
  versionId: Id,
): Promise<Channel[] | null> {
  const row = await trx
    .selectFrom('campaign_plan_versions')
    .select('channels')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', versionId)
    .executeTakeFirst();
  return row === undefined ? null : [...new Set(row.channels)];
}

/** Writes a new plan with its first version. @returns the plan's id. */
export async function insertPlan(
  trx: Transaction<Schema>,
  tenantId: Id,
  plan: { readonly name: string; readonly content: PlanContent },
): Promise<Id> {
  const id = newId();
  await trx
    .insertInto('campaign_plans')
    .values({ tenant_id: tenantId, id, name: plan.name })
    .execute();
  await insertVersion(trx, tenantId, { planId: id, version: 1, content: plan.content });
  return id;
}

/**
 * Adds a version to a plan. Content that one of its versions has already is that version, and
 * nothing is written.
 *
 * @returns null where the tenant has no such plan.
 */
export async function addPlanVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  planId: Id,
  content: PlanContent,
): Promise<{ readonly version: PlanVersionSummary; readonly created: boolean } | null> {
  const findSame = () =>
    versions(trx, tenantId)
      .where('plan_id', '=', planId)
      .where('plan_hash', '=', content.hash)
      .executeTakeFirst();
  const known = await findSame();
  if (known !== undefined) return { version: known, created: false };
  // The plan's row is the lock under which versions are numbered.
  const plan = await plans(trx, tenantId).where('id', '=', planId).forUpdate().executeTakeFirst();
  if (plan === undefined) return null;
  const same = await findSame();
  if (same !== undefined) return { version: same, created: false };
  const newest = await trx
    .selectFrom('campaign_plan_versions')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('tenant_id', '=', tenantId)
    .where('plan_id', '=', planId)
    .executeTakeFirst();
  const version = await insertVersion(trx, tenantId, {
    planId,
    version: (newest?.version ?? 0) + 1,
    content,
  });
  return { version, created: true };
}

function insertVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  row: { readonly planId: Id; readonly version: number; readonly content: PlanContent },
): Promise<PlanVersionSummary> {
  return trx
    .insertInto('campaign_plan_versions')
    .values({
      tenant_id: tenantId,
      id: newId(),
      plan_id: row.planId,
      version: row.version,
      plan: row.content.json,
      plan_hash: row.content.hash,
    })
    .returning(['id', 'version', 'plan_id as planId', 'plan_hash as planHash'])
    .returning('created_at as createdAt')
    .executeTakeFirstOrThrow();
}

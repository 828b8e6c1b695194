import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** A company. */
export interface LeadRecord {
  readonly id: Id;
  readonly name: string;
  readonly website: string | null;
  readonly industry: string | null;
  readonly summary: string | null;
  readonly custom: Record<string, unknown>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LeadFields {
  readonly name: string;
  readonly website?: string | null | undefined;
  readonly industry?: string | null | undefined;
  readonly summary?: string | null | undefined;
  readonly custom?: Readonly<Record<string, unknown>> | undefined;
}

function leads(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('leads')
    .select(['id', 'name', 'website', 'industry', 'summary', 'custom'])
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

/** By what a lead's name is one of a kind. */
function keyOf(name: string) {
  return sql<string>`lower(btrim(${name}))`;
}

export async function findLead(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<LeadRecord | null> {
  return (await leads(trx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listLeads(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  { name }: { readonly name?: string | undefined } = {},
): Promise<Page<LeadRecord>> {
  const { after } = page;
  const rows = await leads(trx, tenantId)
    .$if(name !== undefined, (query) => query.where('name_key', '=', keyOf(name ?? '')))
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** @returns the new lead's id, or null where one has that name, whatever its case. */
export async function insertLead(
  trx: Transaction<Schema>,
  tenantId: Id,
  lead: LeadFields,
): Promise<Id | null> {
  const inserted = await trx
    .insertInto('leads')
    .values({
      tenant_id: tenantId,
      id: newId(),
      name: lead.name,
      website: lead.website ?? null,
      industry: lead.industry ?? null,
      summary: lead.summary ?? null,
      custom: JSON.stringify(lead.custom ?? {}),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

/** Changes what is given. @returns what happened; nothing changes where it is not `updated`. */
export async function updateLead(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  changes: Changes<LeadFields>,
): Promise<'updated' | 'not_found' | 'name_taken'> {
  const { custom, name, ...plain } = changes;
  if (name !== undefined) {
    // Asked first, because a violated unique index would end the transaction.
    const taken = await trx
      .selectFrom('leads')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('id', '<>', id)
      .where('name_key', '=', keyOf(name))
      .executeTakeFirst();
    if (taken !== undefined) return 'name_taken';
  }
  const result = await trx
    .updateTable('leads')
    .set({
      ...definedOnly(plain),
      ...(name === undefined ? {} : { name }),
      ...(custom === undefined ? {} : { custom: JSON.stringify(custom) }),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n ? 'updated' : 'not_found';
}

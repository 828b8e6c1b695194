import { newId, type Channel, type Id } from '@cadenza/domain';
import { templateKey, type TemplateContent, type TemplateReference } from '@cadenza/plan';
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from '../store/rows.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** A template, of which there are numbered versions. */
export interface TemplateRecord {
  readonly id: Id;
  /** Of one template of the tenant alone. */
  readonly name: string;
  readonly channel: Channel;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version without its content. */
export interface TemplateVersionSummary {
  /** 1, 2, … */
  readonly version: number;
  /** Paths of the variables that it prints or asks for, sorted. */
  readonly variables: readonly string[];
  readonly createdAt: Date;
}

export interface TemplateVersionRecord extends TemplateVersionSummary {
  readonly content: TemplateContent;
}

/** Checked content on its way into the database. */
export interface NewTemplateVersion {
  readonly content: TemplateContent;
  readonly variables: readonly string[];
}

function templates(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('message_templates')
    .select(['id', 'name', 'channel', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

function versions(trx: Transaction<Schema>, tenantId: Id, templateId: Id) {
  return trx
    .selectFrom('message_template_versions')
    .select(['version', 'variables', 'created_at as createdAt'])
    .where('tenant_id', '=', tenantId)
    .where('template_id', '=', templateId);
}

export async function listTemplates(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  { name }: { readonly name?: string | undefined } = {},
): Promise<Page<TemplateRecord>> {
  const { after } = page;
  const found = await templates(trx, tenantId)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(found, page);
}

/** A template with its versions, newest first. */
export async function findTemplate(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<(TemplateRecord & { readonly versions: readonly TemplateVersionSummary[] }) | null> {
  const template = await templates(trx, tenantId).where('id', '=', id).executeTakeFirst();
  if (template === undefined) return null;
  const found = await versions(trx, tenantId, id).orderBy('version', 'desc').execute();
  return { ...template, versions: found };
}

export async function findTemplateVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  { id, version }: TemplateReference,
): Promise<TemplateVersionRecord | null> {
  const row = await versions(trx, tenantId, id).where('version', '=', version).executeTakeFirst();
  const content = (await templateContents(trx, tenantId, [{ id, version }])).get(
    templateKey({ id, version }),
  );
  return row === undefined || content === undefined ? null : { ...row, content };
}

/** Contents of versions, by `templateKey`; those that the tenant has not are left out. */
export async function templateContents(
  trx: Transaction<Schema>,
  tenantId: Id,
  references: readonly TemplateReference[],
): Promise<ReadonlyMap<string, TemplateContent>> {
  if (references.length === 0) return new Map();
  const wanted = references.filter(({ version }) => version <= MOST_VERSIONS);
  const found = await sql<{
    id: Id;
    version: number;
    channel: Channel;
    subject: string | null;
    body: string;
    text: string | null;
  }>`
    SELECT t.id, v.version, t.channel, v.subject, v.body, v.body_text AS text
    FROM ${rows(
      wanted.map(({ id, version }) => ({ id, version })),
      'r(id uuid, version integer)',
    )}
    JOIN message_templates t ON t.tenant_id = ${tenantId} AND t.id = r.id
    JOIN message_template_versions v ON v.tenant_id = t.tenant_id AND v.template_id = t.id
      AND v.version = r.version`.execute(trx);
  return new Map(
    found.rows.map(({ id, version, channel, subject, body, text }) => [
      templateKey({ id, version }),
      {
        channel,
        ...(subject !== null && { subject }),
        body,
        ...(text !== null && { text }),
      },
    ]),
  );
}

/** The highest number that the column holds. */
const MOST_VERSIONS = 2_147_483_647;

/** Writes a new template with its first version. @returns its id; null where its name is taken. */
export async function insertTemplate(
  trx: Transaction<Schema>,
  tenantId: Id,
  { name, first }: { readonly name: string; readonly first: NewTemplateVersion },
): Promise<Id | null> {
  const id = newId();
  const written = await trx
    .insertInto('message_templates')
    .values({ tenant_id: tenantId, id, name, channel: first.content.channel })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (written === undefined) return null;
  await insertVersion(trx, tenantId, id, 1, first);
  return id;
}

/** Gives a template another name. */
export async function renameTemplate(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  name: string,
): Promise<'renamed' | 'not_found' | 'taken'> {
  const { rows: found } = await sql<{ id: Id; renamed: boolean }>`
    WITH holder AS (
      SELECT t.id FROM message_templates t
      WHERE t.tenant_id = ${tenantId} AND t.name = ${name} AND t.id <> ${id}),
    renamed AS (
      UPDATE message_templates t SET name = ${name}
      WHERE t.tenant_id = ${tenantId} AND t.id = ${id} AND NOT EXISTS (SELECT FROM holder)
      RETURNING t.id)
    SELECT t.id, EXISTS (SELECT FROM renamed) AS renamed FROM message_templates t
    WHERE t.tenant_id = ${tenantId} AND t.id = ${id}`.execute(trx);
  const [row] = found;
  if (row === undefined) return 'not_found';
  return row.renamed ? 'renamed' : 'taken';
}

/**
 * Adds a version to a template. Content that one of its versions has already is that version, and
 * nothing is written.
 *
 * @param version of the template's own channel.
 * @returns null where the tenant has no such template.
 */
export async function addTemplateVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  version: NewTemplateVersion,
): Promise<{ readonly version: TemplateVersionSummary; readonly created: boolean } | null> {
  // The template's row is the lock under which versions are numbered.
  const template = await templates(trx, tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (template === undefined) return null;
  const same = await versions(trx, tenantId, id)
    .where('content_hash', '=', hashOf(version.content))
    .executeTakeFirst();
  if (same !== undefined) return { version: same, created: false };
  const newest = await trx
    .selectFrom('message_template_versions')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('tenant_id', '=', tenantId)
    .where('template_id', '=', id)
    .executeTakeFirst();
  const number = (newest?.version ?? 0) + 1;
  return { version: await insertVersion(trx, tenantId, id, number, version), created: true };
}

function insertVersion(
  trx: Transaction<Schema>,
  tenantId: Id,
  templateId: Id,
  version: number,
  { content, variables }: NewTemplateVersion,
): Promise<TemplateVersionSummary> {
  const { subject, body, text } = content;
  return trx
    .insertInto('message_template_versions')
    .values({
      tenant_id: tenantId,
      template_id: templateId,
      version,
      subject: subject ?? null,
      body,
      body_text: text ?? null,
      content_hash: hashOf(content),
      variables: [...variables],
    })
    .returning(['version', 'variables', 'created_at as createdAt'])
    .executeTakeFirstOrThrow();
}

function hashOf({ subject, body, text }: TemplateContent): Buffer {
  const canonical = JSON.stringify([subject ?? null, body, text ?? null]);
  return createHash('sha256').update(canonical).digest();
}

import { newId, type Id } from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from '../store/rows.ts';

/** One checked row of a list of contacts. */
export interface ImportedContact {
  /** Normalised. */
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly title: string | null;
  readonly timezone: string | null;
  readonly phone: string | null;
  /** Name of the lead, which is made where there is none of that name. */
  readonly company: string | null;
  readonly website: string | null;
  readonly industry: string | null;
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface ImportedChunk {
  readonly imported: number;
  /** Contacts that were there, and now have something that they lacked. */
  readonly updated: number;
  /** Addresses whose row's phone number belongs to another contact, and was left out. */
  readonly phoneTaken: readonly string[];
}

/**
 * Writes some contacts with their leads, set-wise: as many statements for a thousand rows as for
 * one. An address that is there already keeps what it has; with `fill`, what it lacks is filled in.
 *
 * @param contacts with each address once.
 */
export async function importContacts(
  trx: Transaction<Schema>,
  tenantId: Id,
  contacts: readonly ImportedContact[],
  options: { readonly fill: boolean; readonly source: string },
): Promise<ImportedChunk> {
  if (contacts.length === 0) return { imported: 0, updated: 0, phoneTaken: [] };
  // A session keeps the plans of its foreign keys' checks, and one made while tables were small may read
  // all rows of a tenant for each row written: they are made afresh, once for all rows of a statement.
  await sql`DISCARD PLANS`.execute(trx);
  await importLeads(trx, tenantId, contacts, options.fill);
  const imported = await insertNew(trx, tenantId, contacts, options.source);
  const others = contacts.filter(({ email }) => !imported.has(email));
  const updated = options.fill ? await fillExisting(trx, tenantId, others) : new Set<string>();
  const phones = await importPhones(
    trx,
    tenantId,
    options.fill ? contacts : contacts.filter(({ email }) => imported.has(email)),
  );
  for (const email of phones.added) if (!imported.has(email)) updated.add(email);
  return { imported: imported.size, updated: updated.size, phoneTaken: phones.taken };
}

function recordset(list: readonly (ImportedContact & { readonly id?: Id; readonly key?: Id })[]) {
  return rows(
    list.map((row) => ({
      id: row.id,
      channel_id: row.key,
      email: row.email,
      first_name: row.firstName,
      last_name: row.lastName,
      title: row.title,
      timezone: row.timezone,
      phone: row.phone,
      company: row.company,
      website: row.website,
      industry: row.industry,
      custom: row.custom,
    })),
    `r(id uuid, channel_id uuid, email text, first_name text, last_name text, title text,
       timezone text, phone text, company text, website text, industry text, custom jsonb)`,
  );
}

/**
 * Rows with the leads of their companies. Each is looked up by its key: row-level security would have a
 * join compare all of the tenant's with each row, since `lower` might tell of those of others.
 */
function withLeads(tenantId: Id, list: Parameters<typeof recordset>[0]): RawBuilder<unknown> {
  return sql`
    SELECT *, (
      SELECT l.id FROM leads l WHERE l.tenant_id = ${tenantId} AND l.name_key = k.company_key) AS lead_id
    FROM ${recordset(list)}
    CROSS JOIN LATERAL (SELECT lower(btrim(r.company)) OFFSET 0) k(company_key)`;
}

/**
 * Joins rows `r` with the contact `e` that has their address. OFFSET keeps it a look-up by key for each:
 * where the planner does not know how many a tenant has, it would go through all of them.
 */
export function withContact(tenantId: Id): RawBuilder<unknown> {
  return sql`
    CROSS JOIN LATERAL (
      SELECT h.contact_id FROM contact_channels h
      WHERE h.tenant_id = ${tenantId} AND h.channel = 'email' AND h.address = r.email
      OFFSET 0) e`;
}

/** Rows are written in the order of their keys, so that two imports do not wait for each other. */
async function importLeads(
  trx: Transaction<Schema>,
  tenantId: Id,
  contacts: readonly ImportedContact[],
  fill: boolean,
): Promise<void> {
  const withCompany = contacts.filter(({ company }) => company !== null);
  if (withCompany.length === 0) return;
  const onConflict: RawBuilder<unknown> = fill
    ? sql`
        UPDATE SET website = coalesce(l.website, excluded.website),
          industry = coalesce(l.industry, excluded.industry)
        WHERE (l.website IS NULL AND excluded.website IS NOT NULL)
          OR (l.industry IS NULL AND excluded.industry IS NOT NULL)`
    : sql`NOTHING`;
  await sql`
    INSERT INTO leads AS l (tenant_id, id, name, website, industry)
    SELECT ${tenantId}, (array_agg(r.id))[1], (array_agg(btrim(r.company) ORDER BY r.id))[1],
      (array_agg(r.website ORDER BY r.id) FILTER (WHERE r.website IS NOT NULL))[1],
      (array_agg(r.industry ORDER BY r.id) FILTER (WHERE r.industry IS NOT NULL))[1]
    FROM ${recordset(withCompany.map((row) => ({ ...row, id: newId() })))}
    GROUP BY lower(btrim(r.company))
    ORDER BY lower(btrim(r.company))
    ON CONFLICT (tenant_id, name_key) DO ${onConflict}`.execute(trx);
}

/** @returns the addresses that were free, and are contacts now. */
async function insertNew(
  trx: Transaction<Schema>,
  tenantId: Id,
  contacts: readonly ImportedContact[],
  source: string,
): Promise<Set<string>> {
  // The address decides: a contact is written where it was free. Foreign keys are checked at the
  // end of the statement. A hash tells the free rows, where a join would be a loop within a loop.
  const given = contacts.map((row) => ({ ...row, id: newId(), key: newId() }));
  const inserted = await sql<{ email: string }>`
    WITH r AS MATERIALIZED (${withLeads(tenantId, given)}),
    free AS (
      INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      SELECT ${tenantId}, r.channel_id, r.id, 'email', r.email FROM r ORDER BY r.email
      ON CONFLICT (tenant_id, channel, address) DO NOTHING
      RETURNING contact_id, address),
    written AS (
      INSERT INTO contacts (tenant_id, id, lead_id, first_name, last_name, title, timezone, custom,
        source)
      SELECT ${tenantId}, r.id, r.lead_id, r.first_name, r.last_name, r.title, r.timezone, r.custom,
        ${source}
      FROM (SELECT *, id IN (SELECT contact_id FROM free) AS is_free FROM r OFFSET 0) r
      WHERE r.is_free)
    SELECT address AS email FROM free`.execute(trx);
  return new Set(inserted.rows.map(({ email }) => email));
}

/** @returns the addresses whose contact has changed. */
async function fillExisting(
  trx: Transaction<Schema>,
  tenantId: Id,
  contacts: readonly ImportedContact[],
): Promise<Set<string>> {
  if (contacts.length === 0) return new Set();
  const lacks = (row: 'r' | 'excluded') => {
    const given = (column: string) => sql.ref(`${row}.${column}`);
    return sql`(c.first_name IS NULL AND ${given('first_name')} IS NOT NULL)
      OR (c.last_name IS NULL AND ${given('last_name')} IS NOT NULL)
      OR (c.title IS NULL AND ${given('title')} IS NOT NULL)
      OR (c.timezone IS NULL AND ${given('timezone')} IS NOT NULL)
      OR (c.lead_id IS NULL AND ${given('lead_id')} IS NOT NULL)
      OR (${given('custom')} || c.custom) <> c.custom`;
  };
  // None is inserted: all of them are there, and are found by their key, which an UPDATE with a join of
  // rows promises only where the tenant's size is known.
  const filled = await sql<{ email: string }>`
    WITH r AS MATERIALIZED (
      SELECT r.*, e.contact_id
      FROM (${withLeads(tenantId, contacts)}) r ${withContact(tenantId)}),
    filled AS (
      INSERT INTO contacts AS c (tenant_id, id, lead_id, first_name, last_name, title, timezone,
        custom)
      SELECT ${tenantId}, r.contact_id, r.lead_id, r.first_name, r.last_name, r.title, r.timezone,
        r.custom
      FROM r
      WHERE EXISTS (
        SELECT FROM contacts c
        WHERE c.tenant_id = ${tenantId} AND c.id = r.contact_id AND (${lacks('r')})
        OFFSET 0)
      ORDER BY r.contact_id
      ON CONFLICT (tenant_id, id) DO UPDATE
      SET first_name = coalesce(c.first_name, excluded.first_name),
          last_name = coalesce(c.last_name, excluded.last_name),
          title = coalesce(c.title, excluded.title),
          timezone = coalesce(c.timezone, excluded.timezone),
          lead_id = coalesce(c.lead_id, excluded.lead_id),
          custom = excluded.custom || c.custom
      WHERE ${lacks('excluded')}
      RETURNING id)
    SELECT r.email
    FROM (SELECT email, contact_id IN (SELECT id FROM filled) AS is_filled FROM r OFFSET 0) r
    WHERE r.is_filled`.execute(trx);
  return new Set(filled.rows.map(({ email }) => email));
}

async function importPhones(
  trx: Transaction<Schema>,
  tenantId: Id,
  contacts: readonly ImportedContact[],
): Promise<{ readonly added: readonly string[]; readonly taken: readonly string[] }> {
  const withPhone = contacts.filter(({ phone }) => phone !== null);
  if (withPhone.length === 0) return { added: [], taken: [] };
  const list = recordset(withPhone.map((row) => ({ ...row, key: newId() })));
  const reached = sql`SELECT r.*, e.contact_id FROM ${list} ${withContact(tenantId)}`;
  const added = await sql<{ email: string }>`
    WITH r AS MATERIALIZED (${reached}),
    added AS (
      INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      SELECT ${tenantId}, r.channel_id, r.contact_id, 'sms', r.phone FROM r
      ORDER BY r.phone
      ON CONFLICT DO NOTHING
      RETURNING id)
    SELECT r.email
    FROM (SELECT email, channel_id IN (SELECT id FROM added) AS is_added FROM r OFFSET 0) r
    WHERE r.is_added`.execute(trx);
  const taken = await sql<{ email: string }>`
    SELECT r.email FROM (${reached}) r
    WHERE EXISTS (
      SELECT FROM contact_channels p
      WHERE p.tenant_id = ${tenantId} AND p.channel = 'sms' AND p.address = r.phone
        AND p.contact_id <> r.contact_id
      OFFSET 0)`.execute(trx);
  return {
    added: added.rows.map(({ email }) => email),
    taken: taken.rows.map(({ email }) => email),
  };
}

/** The lead of that name, made where there is none. */
export async function ensureLead(
  trx: Transaction<Schema>,
  tenantId: Id,
  name: string,
): Promise<Id> {
  const { rows: found } = await sql<{ id: Id }>`
    INSERT INTO leads AS l (tenant_id, id, name) VALUES (${tenantId}, ${newId()}, ${name})
    ON CONFLICT (tenant_id, name_key) DO UPDATE SET name = l.name
    RETURNING id`.execute(trx);
  const id = found[0]?.id;
  if (id === undefined) throw new Error('a lead was neither there nor written');
  return id;
}

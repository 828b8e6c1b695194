import {
  newId,
  type AddressFlag,
  type AddressKind,
  type AddressValidity,
  type AudienceFilter,
  type Id,
} from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import { audiencePredicate } from '../audience/predicate.ts';
import { soughtContacts } from '../audience/sought-contacts.ts';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { rowsToSeek, soughtPage, stretchOf, type Page, type PageRequest } from './page.ts';

/** A person, with how they are reached and where they work. */
export interface ContactRecord {
  readonly id: Id;
  readonly email: string | null;
  readonly emailValidity: AddressValidity | null;
  /** What is known of the address; null where there is none. */
  readonly emailCheck: EmailCheck | null;
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly title: string | null;
  /** IANA name. */
  readonly timezone: string | null;
  readonly lead: { readonly id: Id; readonly name: string } | null;
  readonly custom: Record<string, unknown>;
  /** Those that hold. */
  readonly consents: readonly ContactConsent[];
  /** Where the contact came from: `api`, `import`, … */
  readonly source: string | null;
  /** When the person was erased: nothing else is known of them; null: they were not. */
  readonly erasedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ContactConsent {
  readonly channel: 'email' | 'sms';
  /** Where it was given. */
  readonly source: string;
  /** ISO 8601, in UTC. */
  readonly givenAt: string;
  /** What the person agreed to, and which version of it. */
  readonly wording: string | null;
  readonly version: string | null;
}

export interface EmailCheck {
  /** Why it is thought to be what it is, as words of a closed list. */
  readonly reasons: readonly string[];
  readonly flags: readonly AddressFlag[];
  /** Of what kinds it is that the tenant's policy blocks: nothing is sent to it. */
  readonly blockedFor: readonly AddressKind[];
  readonly checkedAt: Date | null;
  /** Whether it is to be checked, for the first time or again. */
  readonly pending: boolean;
}

export interface ContactFields {
  /** Normalised. */
  readonly email: string;
  readonly phone?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly timezone?: string | null | undefined;
  /** Of a lead of the tenant. */
  readonly leadId?: Id | null | undefined;
  readonly custom?: Readonly<Record<string, unknown>> | undefined;
}

/** What another contact of the tenant has already. */
export type ContactConflict = 'email_taken' | 'phone_taken';

function stored(trx: Transaction<Schema>, tenantId: Id) {
  return trx.selectFrom('contacts').selectAll().where('tenant_id', '=', tenantId);
}

function contacts(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return (
    trx
      .selectFrom(rows.as('c'))
      .leftJoin('contact_channels as e', (join) =>
        join
          .onRef('e.tenant_id', '=', 'c.tenant_id')
          .onRef('e.contact_id', '=', 'c.id')
          .on('e.channel', '=', 'email'),
      )
      .leftJoin('contact_channels as p', (join) =>
        join
          .onRef('p.tenant_id', '=', 'c.tenant_id')
          .onRef('p.contact_id', '=', 'c.id')
          .on('p.channel', '=', 'sms'),
      )
      .innerJoin('tenants as t', 't.id', 'c.tenant_id')
      .leftJoin('leads as l', (join) =>
        join.onRef('l.tenant_id', '=', 'c.tenant_id').onRef('l.id', '=', 'c.lead_id'),
      )
      .select(['c.id', 'c.title', 'c.timezone', 'c.custom', 'c.source'])
      .select(['c.first_name as firstName', 'c.last_name as lastName'])
      .select(['c.created_at as createdAt', 'c.updated_at as updatedAt', 'c.erased_at as erasedAt'])
      .select(['e.address as email', 'e.validity as emailValidity', 'p.address as phone'])
      .select(['e.flags', 'e.validity_reasons as reasons', 'e.checked_at as checkedAt'])
      .select('t.blocked_addresses as blocked')
      // Not the look that follows when what is known has expired.
      .select(
        sql<boolean>`coalesce(e.check_at < coalesce(e.check_expires_at, 'infinity'), false)`.as(
          'pending',
        ),
      )
      .select(['l.id as leadId', 'l.name as leadName'])
      .select(
        sql<ContactConsent[]>`coalesce((
        SELECT jsonb_agg(jsonb_build_object('channel', g.channel, 'source', g.source,
          'givenAt', to_char(g.given_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'wording', g.wording, 'version', g.version) ORDER BY g.channel)
        FROM contact_consents g
        WHERE g.tenant_id = c.tenant_id AND g.contact_id = c.id AND g.withdrawn_at IS NULL),
        '[]')`.as('consents'),
      )
  );
}

type ContactRow = Awaited<ReturnType<ReturnType<typeof contacts>['execute']>>[number];

function contactRecord(found: ContactRow): ContactRecord {
  const { leadId, leadName, flags, reasons, checkedAt, pending, blocked, ...row } = found;
  const kinds: readonly string[] = [row.emailValidity ?? '', ...(flags ?? [])];
  return {
    ...row,
    emailCheck:
      flags === null || reasons === null
        ? null
        : {
            reasons,
            flags,
            blockedFor: blocked.filter((kind) => kinds.includes(kind)),
            checkedAt,
            pending,
          },
    lead: leadId === null || leadName === null ? null : { id: leadId, name: leadName },
  };
}

export async function findContact(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<ContactRecord | null> {
  const row = await contacts(trx, stored(trx, tenantId).where('id', '=', id)).executeTakeFirst();
  return row === undefined ? null : contactRecord(row);
}

export async function listContacts(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    /** Normalised. */
    readonly email?: string | undefined;
    readonly leadId?: Id | undefined;
    /** Those alone who are of it; nobody who was erased is. */
    readonly audience?: AudienceFilter | undefined;
  } = {},
): Promise<Page<ContactRecord>> {
  const { email, leadId, audience } = filter;
  const stretch = stretchOf(leadId === undefined ? {} : { lead_id: leadId }, page.after);
  const count = audience === undefined ? rowsToSeek(page, false) : soughtContacts(audience);
  const asOf = sql<Date>`campaign_now()`;
  const ofAudience = audience ? audiencePredicate(audience, { contact: 'c', asOf }) : null;
  const rows = stored(trx, tenantId)
    .where(stretch.where)
    .$if(email !== undefined, (query) =>
      query.where('id', '=', (eb) =>
        eb
          .selectFrom('contact_channels as h')
          .select('h.contact_id')
          .where('h.tenant_id', '=', tenantId)
          .where('h.channel', '=', 'email')
          .where('h.address', '=', email ?? ''),
      ),
    )
    .orderBy(stretch.order('contacts'))
    .limit(sql.lit(count));
  const found = await contacts(trx, rows)
    .$if(ofAudience !== null, (query) =>
      query.where('c.erased_at', 'is', null).where(ofAudience ?? sql<boolean>`true`),
    )
    .orderBy(stretch.order('c'))
    .limit(page.limit + 1)
    .execute();
  return soughtPage(trx, found.map(contactRecord), page, { rows, count });
}

/** @returns the new contact's id, or what another contact has already: nothing is written then. */
export async function insertContact(
  trx: Transaction<Schema>,
  tenantId: Id,
  contact: ContactFields & { readonly source: string },
): Promise<{ readonly id: Id } | { readonly conflict: ContactConflict }> {
  const id = newId();
  const phone = contact.phone ?? null;
  if (phone !== null && (await holderOf(trx, tenantId, 'sms', phone)) !== null) {
    return { conflict: 'phone_taken' };
  }
  // The address decides: the contact is written where it was free. Foreign keys are checked at the
  // end of the statement.
  const { rows } = await sql<{ id: Id }>`
    WITH free AS (
      INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      VALUES (${tenantId}, ${newId()}, ${id}, 'email', ${contact.email})
      ON CONFLICT (tenant_id, channel, address) DO NOTHING
      RETURNING contact_id)
    INSERT INTO contacts (tenant_id, id, lead_id, first_name, last_name, title, timezone, custom,
      source)
    SELECT ${tenantId}, free.contact_id, ${contact.leadId ?? null}::uuid,
      ${contact.firstName ?? null}, ${contact.lastName ?? null}, ${contact.title ?? null},
      ${contact.timezone ?? null}, ${JSON.stringify(contact.custom ?? {})}::jsonb,
      ${contact.source}
    FROM free
    RETURNING id`.execute(trx);
  if (rows[0] === undefined) return { conflict: 'email_taken' };
  if (phone !== null) await putChannel(trx, tenantId, id, 'sms', phone);
  return { id };
}

/** Changes what is given. @returns what happened; nothing changes where it is not `updated`. */
export async function updateContact(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  changes: Changes<ContactFields>,
): Promise<'updated' | 'not_found' | ContactConflict> {
  const { email, phone, firstName, lastName, leadId, custom, ...plain } = changes;
  for (const [channel, address, conflict] of [
    ['email', email, 'email_taken'],
    ['sms', phone, 'phone_taken'],
  ] as const) {
    if (address === null || address === undefined) continue;
    const holder = await holderOf(trx, tenantId, channel, address);
    if (holder !== null && holder !== id) return conflict;
  }
  const result = await trx
    .updateTable('contacts')
    .set({
      ...definedOnly({ ...plain, first_name: firstName, last_name: lastName, lead_id: leadId }),
      ...(custom === undefined ? {} : { custom: JSON.stringify(custom) }),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return 'not_found';
  if (email !== undefined) await putChannel(trx, tenantId, id, 'email', email);
  if (phone !== undefined) await putChannel(trx, tenantId, id, 'sms', phone);
  return 'updated';
}

async function holderOf(
  trx: Transaction<Schema>,
  tenantId: Id,
  channel: 'email' | 'sms',
  address: string,
): Promise<Id | null> {
  const row = await trx
    .selectFrom('contact_channels')
    .select('contact_id')
    .where('tenant_id', '=', tenantId)
    .where('channel', '=', channel)
    .where('address', '=', address)
    .executeTakeFirst();
  return row?.contact_id ?? null;
}

/** Sets how a contact is reached by a channel; a new address has not been checked yet. */
async function putChannel(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  channel: 'email' | 'sms',
  address: string | null,
): Promise<void> {
  if (address === null) {
    await trx
      .deleteFrom('contact_channels')
      .where('tenant_id', '=', tenantId)
      .where('contact_id', '=', contactId)
      .where('channel', '=', channel)
      .execute();
    return;
  }
  await sql`
    INSERT INTO contact_channels AS h (tenant_id, id, contact_id, channel, address)
    VALUES (${tenantId}, ${newId()}, ${contactId}, ${channel}, ${address})
    ON CONFLICT (tenant_id, contact_id, channel) DO UPDATE
    SET address = excluded.address, validity = 'unchecked', flags = DEFAULT,
      validity_reasons = DEFAULT, checked_at = NULL, check_expires_at = NULL, check_at = DEFAULT,
      check_tries = DEFAULT, doubted_until = NULL
    WHERE h.address <> excluded.address`.execute(trx);
}

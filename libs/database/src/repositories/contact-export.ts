import type { Id } from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** What is kept of a person, by its kind. */
export const EXPORT_SECTIONS = [
  'contact',
  'channels',
  'consents',
  'enrollments',
  'transitions',
  'messages',
  'attempts',
  'events',
  'inboundMessages',
  'inboundAttachments',
  'smsAnswers',
  'suppressions',
  'optOuts',
  'campaignOptOuts',
  'absences',
  'validationResults',
] as const;
export type ExportSection = (typeof EXPORT_SECTIONS)[number];

/** Rows read at once. */
const PAGE = 500;
/** Columns that say only whose a row is, or how it is found. */
const INTERNAL = [
  'tenant_id',
  'dedupe_key',
  'blob_key',
  'name_key',
  'is_unknown',
  'sms_to',
  'failure',
  'dismissed_by',
  'token',
  'cause_key',
];

/** Rows of a section with a key of text by which they are in order. */
function sectionOf(section: ExportSection, tenantId: Id, contactId: Id): RawBuilder<unknown> {
  const own = (alias: string) =>
    sql`${sql.id(alias)}.tenant_id = ${tenantId} AND ${sql.id(alias)}.contact_id = ${contactId}`;
  const addresses = sql`
    (SELECT h.address FROM contact_channels h WHERE ${own('h')}
     UNION
     SELECT m.to_address FROM contact_campaigns e
     JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
     WHERE ${own('e')} AND NOT EXISTS (
       SELECT FROM contact_channels o
       WHERE o.tenant_id = e.tenant_id AND o.address = m.to_address
         AND o.contact_id <> e.contact_id))`;
  switch (section) {
    case 'contact':
      return sql`
        SELECT c.id::text AS key, to_jsonb(c) || jsonb_build_object('lead', (
          SELECT to_jsonb(l) - ${INTERNAL}::text[] FROM leads l
          WHERE l.tenant_id = c.tenant_id AND l.id = c.lead_id)) AS value
        FROM contacts c WHERE c.tenant_id = ${tenantId} AND c.id = ${contactId}`;
    case 'channels':
      return sql`SELECT h.id::text AS key, to_jsonb(h) AS value FROM contact_channels h
        WHERE ${own('h')}`;
    case 'consents':
      return sql`SELECT g.id::text AS key, to_jsonb(g) AS value FROM contact_consents g
        WHERE ${own('g')}`;
    case 'enrollments':
      return sql`
        SELECT e.id::text AS key, to_jsonb(e) || jsonb_build_object('campaign', c.name) AS value
        FROM contact_campaigns e
        JOIN campaigns c ON c.tenant_id = e.tenant_id AND c.id = e.campaign_id
        WHERE ${own('e')}`;
    case 'transitions':
      return sql`
        SELECT e.id || lpad(t.seq::text, 10, '0') AS key, to_jsonb(t) AS value
        FROM contact_campaigns e
        JOIN campaign_transitions t ON t.tenant_id = e.tenant_id AND t.enrollment_id = e.id
        WHERE ${own('e')}`;
    case 'messages':
      // The body itself is not kept: what it was made from is.
      return sql`
        SELECT m.id::text AS key, to_jsonb(m) || jsonb_build_object('body_template', (
          SELECT n ->> 'body' FROM campaign_plan_versions v
          CROSS JOIN jsonb_array_elements(v.plan -> 'nodes') n
          WHERE v.tenant_id = e.tenant_id AND v.id = e.plan_version_id
            AND n ->> 'id' = m.node_id LIMIT 1)) AS value
        FROM contact_campaigns e
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE ${own('e')}`;
    case 'attempts':
      return sql`
        SELECT f.message_id || lpad(f.attempt::text, 10, '0') || f.token AS key,
          to_jsonb(f) AS value
        FROM contact_campaigns e
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        JOIN message_attempts f ON f.tenant_id = m.tenant_id AND f.message_id = m.id
        WHERE ${own('e')}`;
    case 'events':
      return sql`
        SELECT v.id::text AS key, to_jsonb(v) AS value
        FROM contact_campaigns e
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        JOIN message_events v ON v.tenant_id = m.tenant_id AND v.message_id = m.id
        WHERE ${own('e')}`;
    case 'inboundMessages':
      return sql`
        SELECT i.id::text AS key, to_jsonb(i) AS value FROM inbound_messages i
        WHERE i.tenant_id = ${tenantId}
          AND (i.contact_id = ${contactId} OR i.from_address = ANY (ARRAY${addresses}))`;
    case 'inboundAttachments':
      return sql`
        SELECT a.id::text AS key, to_jsonb(a) AS value FROM inbound_messages i
        JOIN inbound_attachments a ON a.tenant_id = i.tenant_id AND a.inbound_message_id = i.id
        WHERE i.tenant_id = ${tenantId}
          AND (i.contact_id = ${contactId} OR i.from_address = ANY (ARRAY${addresses}))`;
    case 'smsAnswers':
      return sql`
        SELECT a.id::text AS key, to_jsonb(a) AS value FROM sms_answers a
        WHERE a.tenant_id = ${tenantId} AND a.to_address IN ${addresses}`;
    case 'suppressions':
      return sql`
        SELECT s.id::text AS key, to_jsonb(s) - 'domain' AS value FROM communication_suppressions s
        WHERE (s.tenant_id = ${tenantId} OR s.tenant_id IS NULL) AND s.kind = 'address'
          AND s.value IN ${addresses}`;
    case 'optOuts':
      return sql`SELECT o.channel AS key, to_jsonb(o) AS value FROM contact_opt_outs o
        WHERE ${own('o')}`;
    case 'absences':
      return sql`SELECT a.contact_id::text AS key, to_jsonb(a) AS value FROM contact_absences a
        WHERE ${own('a')}`;
    case 'campaignOptOuts':
      return sql`SELECT o.campaign_id::text AS key, to_jsonb(o) AS value FROM campaign_opt_outs o
        WHERE ${own('o')}`;
    case 'validationResults':
      return sql`
        SELECT v.id::text AS key, to_jsonb(v) AS value FROM email_validation_results v
        WHERE v.tenant_id = ${tenantId} AND v.address IN ${addresses}`;
  }
}

interface SectionPage {
  readonly rows: readonly string[];
  /** The key to go on after; null at the end. */
  readonly last: string | null;
}

/** A page of what is kept of a person (GDPR Art. 15), each row as JSON, after a key. */
async function readSection(
  trx: Transaction<Schema>,
  of: {
    readonly tenantId: Id;
    readonly contactId: Id;
    readonly section: ExportSection;
    readonly after: string;
  },
): Promise<SectionPage> {
  const { rows } = await sql<{ key: string; value: string }>`
    SELECT key, (value - ${INTERNAL}::text[])::text AS value
    FROM (${sectionOf(of.section, of.tenantId, of.contactId)}) held
    WHERE key COLLATE "C" > ${of.after}
    ORDER BY key COLLATE "C"
    LIMIT ${PAGE}`.execute(trx);
  return {
    rows: rows.map(({ value }) => value),
    last: rows.length < PAGE ? null : (rows.at(-1)?.key ?? null),
  };
}

/**
 * Everything that is kept of a person, as the text of one JSON object with a list for each section,
 * read some rows at a time.
 */
export async function* exportContact(
  tx: <T>(work: (trx: Transaction<Schema>) => Promise<T>) => Promise<T>,
  tenantId: Id,
  contactId: Id,
): AsyncGenerator<string> {
  yield '{';
  for (const [index, section] of EXPORT_SECTIONS.entries()) {
    yield `${index === 0 ? '' : ','}\n"${section}":[`;
    let separator = '\n';
    for (let after: string | null = ''; after !== null;) {
      const from: string = after;
      const page: SectionPage = await tx((trx) =>
        readSection(trx, { tenantId, contactId, section, after: from }),
      );
      if (page.rows.length > 0) yield separator + page.rows.join(',\n');
      if (page.rows.length > 0) separator = ',\n';
      after = page.last;
    }
    yield ']';
  }
  yield '\n}\n';
}

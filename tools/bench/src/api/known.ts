import type { Pipeline } from '../send/pipeline.ts';
import { sql } from 'kysely';
import { DEEP_TABLES, type DeepTable, type Known } from './requests.ts';

/** Rows of a kind that are asked for in turns. */
const SOME = 200;

/** Finds what requests of a tenant ask for. */
export async function knownOf({ db }: Pick<Pipeline, 'db'>, tenantId: string): Promise<Known> {
  const texts = async (column: string, table: string, rest = '') => {
    const { rows } = await sql<{ value: string }>`
      SELECT ${sql.raw(column)}::text AS value FROM ${sql.table(table)}
      WHERE tenant_id = ${tenantId} ${sql.raw(rest)}
      ORDER BY md5(${sql.raw(column)}::text) LIMIT ${SOME}`.execute(db);
    if (rows.length === 0) throw new Error(`${table}: nothing is there to be asked for`);
    return rows.map(({ value }) => value);
  };
  const first = async (table: string, rest = '', column = 'id') =>
    (await texts(column, table, rest))[0] ?? '';
  const middle = await Promise.all(
    DEEP_TABLES.map(async (table) => [table, await middleOf({ db }, table, tenantId)] as const),
  );
  const { rows: campaigns } = await sql<{ id: string }>`
    SELECT campaign_id AS id FROM enrollment_counts WHERE tenant_id = ${tenantId}
    GROUP BY campaign_id ORDER BY sum(count) DESC`.execute(db);
  const { rows: leads } = await sql<{ id: string }>`
    SELECT lead_id AS id FROM contacts WHERE tenant_id = ${tenantId} AND lead_id IS NOT NULL
    GROUP BY lead_id ORDER BY count(*) DESC LIMIT 1`.execute(db);
  const most = campaigns[0]?.id ?? '';
  return {
    contacts: await texts('id', 'contacts'),
    emails: await texts('address', 'contact_channels'),
    leads: await texts('id', 'leads'),
    enrollments: await texts('enrollment_id', 'message_events'),
    messages: await texts('message_id', 'message_events'),
    suppressions: await texts('id', 'communication_suppressions'),
    inbound: await texts('id', 'inbound_messages'),
    events: await texts('id', 'feed_events'),
    // Not the fewest: those of the engine's own example.
    campaigns: { most, few: campaigns.at(-3)?.id ?? most },
    middle: Object.fromEntries(middle) as Record<DeepTable, string>,
    busiestLead: leads[0]?.id ?? '',
    audience: await first('campaign_audiences'),
    endpoint: await first('webhook_endpoints'),
    versionedPlan: await first('campaign_plan_versions', '', 'plan_id'),
    sender: await first('email_sender_identities', "AND channel = 'email'"),
    smsSender: await first('email_sender_identities', "AND channel = 'sms'"),
    template: await first('message_templates'),
    erasure: await first('erasures'),
    key: await first('api_keys'),
    user: await first('users'),
  };
}

/** The cursor in the middle of what a tenant has in a table: an id, as lists have them. */
async function middleOf(
  { db }: Pick<Pipeline, 'db'>,
  table: DeepTable,
  tenantId: string,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${sql.table(table)} WHERE tenant_id = ${tenantId} ORDER BY id DESC
    OFFSET (SELECT count(*) / 2 FROM ${sql.table(table)} WHERE tenant_id = ${tenantId})
    LIMIT 1`.execute(db);
  const id = rows[0]?.id ?? '';
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

import { personPattern, type ErasedAddress, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Where what is kept of others may mention a person, by the type of the columns. */
export const MENTIONS = [
  { table: 'contacts', text: ['title', 'source'], jsonb: ['custom'] },
  { table: 'leads', text: ['name', 'website', 'industry', 'summary'], jsonb: ['custom'] },
  {
    table: 'inbound_messages',
    text: ['from_address', 'subject', 'body_text', 'body_html', 'reply_text', 'message_id_header'],
    jsonb: ['headers', 'details'],
    'text[]': ['recipients'],
  },
  { table: 'campaign_audiences', text: [], jsonb: ['filter'] },
  { table: 'audit_log', text: ['entity_id'], jsonb: ['before', 'after'] },
] as const;

/** @param page.last the end of the page; null: that of the table. */
export async function replaceIn(
  trx: Transaction<Schema>,
  page: { readonly tenantId: Id; readonly afterId: Id; readonly last: Id | null },
  { table, ...byType }: (typeof MENTIONS)[number],
  { address, standIn }: ErasedAddress,
): Promise<void> {
  const pattern = personPattern(address);
  const columns = Object.entries<readonly string[]>(byType).flatMap(([type, names]) =>
    names.map((name) => ({ name, type })),
  );
  const sets = columns.map(
    ({ name, type }) => sql`${sql.id(name)} = regexp_replace(${sql.id(name)}::text, ${pattern},
      ${standIn}, 'gi')::${sql.raw(type)}`,
  );
  const words = columns.map(({ name }) => sql`${sql.id(name)}::text`);
  const end = page.last === null ? sql`` : sql`AND id <= ${page.last}::uuid`;
  await sql`
    UPDATE ${sql.table(table)} SET ${sql.join(sets)}
    WHERE tenant_id = ${page.tenantId} AND id > ${page.afterId}::uuid ${end}
      AND concat_ws(' ', ${sql.join(words)}) ~* ${pattern}`.execute(trx);
}

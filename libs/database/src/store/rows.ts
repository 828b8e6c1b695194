import { sql, type RawBuilder } from 'kysely';

/**
 * Rows of a statement as one parameter: `FROM ${rows(list, 'r(id uuid, n integer)')}`. The text of
 * the statement is the same for one row and for a thousand, so that it is prepared once.
 */
export function rows(list: readonly object[], definition: string): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS ${sql.raw(definition)}`;
}

/** References as rows, each once: a join with them must not multiply. */
export function distinct(refs: readonly { readonly tenantId: string; readonly id: string }[]) {
  return [
    ...new Map(
      refs.map(({ tenantId, id }) => [`${tenantId} ${id}`, { tenant_id: tenantId, id }]),
    ).values(),
  ];
}

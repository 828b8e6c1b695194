import { sql, type RawBuilder } from 'kysely';

/** Before every id: where a walk by id begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Rows of a statement as one parameter: `FROM ${rows(list, 'r(id uuid, n integer)')}`. The text of
 * the statement is the same for one row and for a thousand, so that it is prepared once.
 */
export function rows(list: readonly object[], definition: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(list)}::json) AS ${sql.raw(definition)}`;
}

/** References as rows, each once: a join with them must not multiply. */
export function distinct(refs: readonly { readonly tenantId: string; readonly id: string }[]) {
  return [
    ...new Map(
      refs.map(({ tenantId, id }) => [`${tenantId} ${id}`, { tenant_id: tenantId, id }]),
    ).values(),
  ];
}

/**
 * Whether a row that is found by its key has one of these statuses. Written so that no index on the
 * status can serve: the planner takes the list of all that is under way for a short one, and would
 * go through the whole of it for each row.
 *
 * @param column such as `a.status`.
 */
export function isIn(column: string, ...statuses: readonly string[]): RawBuilder<boolean> {
  const list = statuses.map((status) => `'${status}'`).join(', ');
  return sql.raw(`${column} || '' IN (${list})`);
}

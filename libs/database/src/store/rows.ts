import { sql, type RawBuilder } from 'kysely';
import { arrayParameter, isColumnType, type ColumnType } from './array-parameter.ts';

/** Before every id: where a walk by id begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Rows of a statement, each column one parameter: `FROM ${rows(list, 'r(id uuid, n integer)')}`. The
 * text of the statement is the same for one row and for a thousand, so that it is prepared once.
 * Where no object of the list has a column, it is null.
 *
 * JSON goes over as text, and becomes `jsonb` row by row: as an array of `jsonb` the server reads all
 * of it while it binds the parameters, and keeps what that took until the statement ends.
 */
export function rows(list: readonly object[], definition: string): RawBuilder<unknown> {
  const { alias, columns } = read(definition);
  const parameters = columns.map(({ name, type, isJson }) => {
    const values = (list as readonly Readonly<Record<string, unknown>>[]).map((row) => row[name]);
    return sql`${arrayParameter(type, isJson ? values.map(asJson) : values)}::${sql.raw(type)}[]`;
  });
  const names = columns.map(({ name }) => name).join(', ');
  const made = columns.map(({ name, isJson }) => (isJson ? `${name}::jsonb` : name)).join(', ');
  return columns.some(({ isJson }) => isJson)
    ? sql`(SELECT ${sql.raw(made)} FROM unnest(${sql.join(parameters)}) AS ${sql.raw(`given(${names})`)}) AS ${sql.raw(`${alias}(${names})`)}`
    : sql`unnest(${sql.join(parameters)}) AS ${sql.raw(`${alias}(${names})`)}`;
}

function asJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

interface Column {
  readonly name: string;
  /** What it goes over as. */
  readonly type: ColumnType;
  readonly isJson: boolean;
}

interface Definition {
  readonly alias: string;
  readonly columns: readonly Column[];
}

/** Definitions are part of the code, so that there are some tens of them. */
const definitions = new Map<string, Definition>();

function read(text: string): Definition {
  const known = definitions.get(text);
  if (known !== undefined) return known;
  const [, alias = '', list = ''] = /^(\w+)\(([^)]+)\)$/.exec(text) ?? [];
  const columns = list.split(',').map((column) => {
    const [name = '', ...words] = column.trim().split(/\s+/);
    const type = words.join(' ');
    if (type === 'jsonb') return { name, type: 'text', isJson: true } as const;
    if (!isColumnType(type)) throw new Error(`no column of rows: ${column}`);
    return { name, type, isJson: false };
  });
  const definition = { alias, columns };
  definitions.set(text, definition);
  return definition;
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

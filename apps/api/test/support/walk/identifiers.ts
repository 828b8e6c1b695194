import type { Query, TenantTable } from '@cadenza/testing';

/** A value by which a row of one tenant is told from all others. */
export interface Identifier {
  /** `table.column` where it was found first. */
  readonly of: string;
  readonly value: string;
  /** A value of the same form, and in the same order among others, that nobody has. */
  readonly twin: string;
}

export interface Identifiers {
  readonly ids: readonly Identifier[];
  /** Texts that must be unique in the tenant. */
  readonly texts: readonly Identifier[];
}

interface Column {
  readonly name: string;
  readonly column: string;
  readonly type: string;
}

/** Every id in the rows of a tenant, and every text of a unique key, that another has not. */
export async function identifiersOf(
  query: Query,
  tables: readonly TenantTable[],
  tenantId: string,
  otherId: string,
): Promise<Identifiers> {
  const columns = await query<Column>(
    `SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relname = ANY ($1) AND c.relnamespace = 'public'::regnamespace
       AND a.attnum > 0 AND NOT a.attisdropped
       AND (a.atttypid = 'uuid'::regtype OR a.atttypid = 'text'::regtype AND EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)))
     ORDER BY 1, 2`,
    [tables.map(({ name }) => name)],
  );
  const owners = new Map(tables.map(({ name, owner }) => [name, owner]));
  const ids = new Map<string, Identifier>();
  const texts = new Map<string, Identifier>();
  for (const { name, column, type } of columns) {
    const read = (owner: string) =>
      query<{ value: string }>(
        `SELECT DISTINCT ${column}::text AS value FROM ${name}
         WHERE ${owners.get(name)} = $1 AND ${column} IS NOT NULL`,
        [owner],
      );
    const others = new Set((await read(otherId)).map(({ value }) => value));
    for (const { value } of await read(tenantId)) {
      const found = type === 'uuid' || isUuid(value) ? ids : texts;
      if (others.has(value) || found.has(value)) continue;
      found.set(value, { of: `${name}.${column}`, value, twin: twinOf(value) });
    }
  }
  return { ids: [...ids.values()], texts: [...texts.values()] };
}

function isUuid(value: string): boolean {
  return /^[0-9a-f-]{36}$/.test(value);
}

function twinOf(value: string): string {
  const twin = value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 5) % 10));
  if (twin === value) throw new Error(`a value without a digit has no twin: ${value}`);
  return twin;
}

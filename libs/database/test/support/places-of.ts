import type { World } from './world.ts';

/**
 * Columns of any table, partitions included, in which a word stands, whatever the case: as text, in
 * JSON, in lists and in bytes.
 */
export async function placesOf(
  world: Pick<World, 'rows'>,
  word: string,
  where: { readonly tenantId?: string } = {},
): Promise<string[]> {
  const columns = await world.rows<{
    table: string;
    column: string;
    bytes: boolean;
    owned: boolean;
  }>(`
    SELECT c.oid::regclass::text AS table, a.atttypid = 'bytea'::regtype AS bytes, quote_ident(a.attname) AS column, EXISTS (
      SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id') AS owned
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
      AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'json'::regtype,
        'bytea'::regtype, 'text[]'::regtype)
    ORDER BY 1, 2`);
  const found: string[] = [];
  for (const { table, column, bytes, owned } of columns) {
    const { tenantId } = where;
    if (tenantId !== undefined && !owned) continue;
    const [row] = await world.rows<{ n: number }>(
      `SELECT count(*)::integer AS n FROM ${table}
       WHERE position(lower(?) IN lower(${bytes ? `encode(${column}, 'escape')` : `${column}::text`})) > 0
       ${tenantId === undefined ? '' : `AND tenant_id = '${tenantId}'`}`,
      word,
    );
    if ((row?.n ?? 0) > 0) found.push(`${table}.${column}`);
  }
  return found;
}

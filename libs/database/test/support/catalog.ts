import { withClient } from '@cadenza/testing';

/** What a schema consists of, by kind: the parts of a dump that two databases can be compared by. */
const CATALOG: Readonly<Record<string, string>> = {
  tables: `
    SELECT c.relname || ' ' || c.relkind::text || ' rls=' || c.relrowsecurity || ' force=' || c.relforcerowsecurity
      || coalesce(' ' || pg_get_partkeydef(c.oid), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`,
  columns: `
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || ' notnull=' || a.attnotnull || ' generated=' || a.attgenerated::text
      || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
  constraints: `
    SELECT r.conrelid::regclass::text || ' ' || r.conname || ' ' || pg_get_constraintdef(r.oid)
    FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace
    WHERE n.nspname = 'public' AND r.conrelid <> 0`,
  indexes: `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`,
  policies: `
    SELECT tablename || ' ' || policyname || ' ' || permissive || ' ' || roles::text || ' ' || cmd
      || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '')
    FROM pg_policies WHERE schemaname = 'public'`,
  triggers: `
    SELECT t.tgrelid::regclass::text || ' ' || pg_get_triggerdef(t.oid) FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND NOT t.tgisinternal`,
  functions: `
    SELECT p.oid::regprocedure::text || ' owner=' || (CASE WHEN r.rolname LIKE 'cadenza%' THEN r.rolname ELSE 'owner' END)
      || ' acl=' || coalesce(array(SELECT a::text FROM unnest(p.proacl) a ORDER BY 1)::text, '')
      || ' ' || md5(pg_get_functiondef(p.oid))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
    WHERE n.nspname = 'public' AND p.prokind = 'f'`,
  grants: `
    SELECT table_name || ' ' || grantee || ' ' || privilege_type
    FROM information_schema.table_privileges WHERE table_schema = 'public'`,
  columnGrants: `
    SELECT table_name || '.' || column_name || ' ' || grantee || ' ' || privilege_type
    FROM information_schema.column_privileges WHERE table_schema = 'public' AND grantee LIKE 'cadenza%'`,
  schema: `
    SELECT a::text FROM pg_namespace n CROSS JOIN unnest(n.nspacl) a WHERE n.nspname = 'public'`,
};

/** The migrator's own tables are no part of the product's schema. */
const OWN = /kysely_migration/;

/** The catalog of the schema `public`, in an order of its own. */
export function catalogOf(url: string): Promise<Record<string, string[]>> {
  return withClient(url, async (client) => {
    const found: Record<string, string[]> = {};
    for (const [kind, query] of Object.entries(CATALOG)) {
      const { rows } = await client.query<Record<string, string>>(query);
      found[kind] = rows
        .flatMap((row) => Object.values(row))
        .filter((line) => !OWN.test(line))
        .sort();
    }
    return found;
  });
}

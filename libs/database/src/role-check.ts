import { sql } from 'kysely';
import type { Database } from './connection.ts';

/** The group roles that the migrations make. */
export type AppRole = 'cadenza_api' | 'cadenza_worker';

/**
 * Refuses a connection that row-level security would not bind, or that lacks the role's rights.
 *
 * @throws Error saying which role the connection has, and what is wrong with it.
 */
export async function assertAppRole(db: Database, role: AppRole): Promise<void> {
  const { rows } = await sql<{
    name: string;
    superuser: boolean;
    bypass: boolean;
    migrated: boolean;
    owner: boolean;
    member: boolean;
    claimer: boolean;
  }>`
    SELECT session_user AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypass,
      to_regclass('public.contact_campaigns') IS NOT NULL AS migrated,
      EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'public' AND c.relname = 'contact_campaigns'
                AND pg_has_role(session_user, c.relowner, 'MEMBER')) AS owner,
      EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'cadenza_claimer'
              AND pg_has_role(session_user, g.oid, 'MEMBER')) AS claimer,
      EXISTS (SELECT FROM pg_roles g
              WHERE g.rolname = ${role} AND pg_has_role(current_user, g.oid, 'USAGE')) AS member
    FROM pg_roles r WHERE r.rolname = session_user`.execute(db);
  const found = rows[0];
  if (found === undefined) throw new Error('DATABASE_URL: the server does not know its own role');
  const refuse = (problem: string, remedy: string): never => {
    throw new Error(`DATABASE_URL connects as "${found.name}", ${problem}. ${remedy}`);
  };
  const login = `Use a login that is a plain member of ${role}: cadenza login create --role ${role.slice('cadenza_'.length)}.`;
  if (found.superuser) refuse('a superuser, whom row-level security does not bind', login);
  if (found.bypass) refuse('which has BYPASSRLS', login);
  if (!found.migrated) {
    refuse('but the database has no tables of Cadenza', 'Run: cadenza migrate up.');
  }
  if (found.owner) refuse('which owns the tables', login);
  if (found.claimer) refuse('which can become cadenza_claimer, who sees every tenant', login);
  if (!found.member) refuse(`which is no member of ${role}`, login);
}

import pg from 'pg';
import { networkProblem } from './network-problem.ts';

const EXPECTED = 'expected postgres://user:password@host:port/database';
const DEFAULT_PORT = '5432';
const TIMEOUT_MS = 10_000;
/** The oldest major version on which the migrations run. */
const OLDEST = 15;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REFUSED_LOGIN = ['28P01', '28000'];
const NO_SUCH_DATABASE = '3D000';

/**
 * What keeps a server from being a stack's: it cannot be reached, or its role cannot create databases
 * and roles.
 *
 * @returns a sentence for the person who set the URL, without its password; null where all is well.
 */
export async function postgresProblem(url: string): Promise<string | null> {
  const parsed = URL.parse(url);
  if (parsed === null) return `this is no URL; ${EXPECTED}`;
  if (!['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    return `the URL begins with ${parsed.protocol}; ${EXPECTED}`;
  }
  const host = parsed.searchParams.get('host') ?? (parsed.hostname || 'localhost');
  const place = `${host}:${parsed.port || DEFAULT_PORT}`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  // A connection that breaks is told by the call that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Role>(`
      SELECT rolname AS name, rolsuper OR rolcreatedb AS databases, rolsuper OR rolcreaterole AS roles,
        current_setting('server_version_num')::integer / 10000 AS version
      FROM pg_roles WHERE rolname = current_user`);
    return rows[0] === undefined ? null : roleProblem(rows[0], place);
  } catch (error) {
    return connectionProblem(error, parsed, place);
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Role {
  readonly name: string;
  readonly databases: boolean;
  readonly roles: boolean;
  readonly version: number;
}

function roleProblem({ name, databases, roles, version }: Role, place: string): string | null {
  if (version < OLDEST) return `${place} is PostgreSQL ${version}; ${OLDEST} or newer is needed`;
  const lacking = [...(databases ? [] : ['CREATEDB']), ...(roles ? [] : ['CREATEROLE'])];
  if (lacking.length === 0) return null;
  const user = pg.escapeIdentifier(name);
  return (
    `${name} at ${place} may not create databases and roles, which a stack of its own needs; ` +
    `a superuser can allow it: ALTER ROLE ${user} ${lacking.join(' ')}`
  );
}

function connectionProblem(error: unknown, url: URL, place: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (typeof code === 'string' && REFUSED_LOGIN.includes(code)) {
    const who = url.username === '' ? 'the login' : `the login ${decodeURIComponent(url.username)}`;
    return `${place} refuses ${who}: ${message}`;
  }
  if (code === NO_SUCH_DATABASE) return `${place} answers, but ${message}`;
  return `${networkProblem(error, place)}; expected a PostgreSQL there`;
}

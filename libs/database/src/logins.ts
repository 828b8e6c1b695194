import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { AppRole } from './role-check.ts';

export interface NewLogin {
  readonly role: AppRole;
  /** Name of the login role; made up where it is not given. */
  readonly name?: string;
  /** Made up where it is not given. */
  readonly password?: string;
}

/**
 * Makes a login that is a plain member of an app's role, as the owner, or gives an existing one
 * a new password.
 *
 * @returns the URL with which the app connects.
 */
export async function createLogin(ownerUrl: string, login: NewLogin): Promise<string> {
  const name = login.name ?? `${login.role}_${randomBytes(5).toString('hex')}`;
  const password = login.password ?? randomBytes(24).toString('base64url');
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const user = pg.escapeIdentifier(name);
    const secret = pg.escapeLiteral(password);
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    await client.query(
      `${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${user} LOGIN PASSWORD ${secret}`,
    );
    await client.query(`GRANT ${pg.escapeIdentifier(login.role)} TO ${user}`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(name);
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Removes logins made by {@link createLogin}, as the owner; unknown ones are ignored. */
export async function dropLogins(ownerUrl: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const name of names) {
      await client.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}

import {
  beginSession,
  createSessionToken,
  digestOfPassword,
  inTenants,
  insertUser,
  NOBODYS_PASSWORD,
  type UserReference,
} from '@cadenza/database';
import { newId, type UserRole } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import type { Tenant, World } from './world.ts';

/** What a browser keeps of a site, and sends along. */
export interface Browser {
  /** The value of the cookie by which the site knows who has signed in; null: none. */
  readonly session: () => string | null;
  readonly cookies: Map<string, string>;
  fetch(method: string, path: string, body?: unknown, headers?: Headers): Promise<Shown>;
}

type Headers = Readonly<Record<string, string>>;

/** An answer as a page sees it; a redirection is not followed. */
export interface Shown {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A browser on a page of ours, as `Origin` says. */
export function createBrowser(world: Pick<World, 'baseUrl' | 'deps'>): Browser {
  const cookies = new Map<string, string>();
  const { origin } = new URL(world.deps.settings.publicUrl);
  return {
    cookies,
    session: () => cookies.get('cadenza') ?? cookies.get('__Host-cadenza') ?? null,
    async fetch(method, path, body, headers = { origin }) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(new URL(path, world.baseUrl), {
        method,
        redirect: 'manual',
        headers: {
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/Max-Age=0/.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await answer.text();
      const json = answer.headers.get('content-type')?.includes('json') === true;
      const shown = json ? (JSON.parse(text) as Shown['body']) : {};
      return { status: answer.status, headers: answer.headers, text, body: shown };
    },
  };
}

/** A user of a tenant, as the database has one. */
export async function newUser(
  world: Pick<World, 'db'>,
  { id: tenantId }: Pick<Tenant, 'id'>,
  role: UserRole = 'owner',
  email = `${newId()}@people.example`,
): Promise<UserReference & { readonly email: string }> {
  const user = await inTenants(world.db, [tenantId], (trx) =>
    insertUser(trx, tenantId, { email, role }),
  );
  return { tenantId, userId: user?.id ?? '', email };
}

/** A browser in which a new user has signed in, without the work that a password makes. */
export async function signedIn(
  world: Pick<World, 'db' | 'baseUrl' | 'deps' | 'adminUrl'>,
  tenant: Pick<Tenant, 'id'>,
  role: UserRole = 'owner',
  email?: string,
): Promise<{ readonly browser: Browser; readonly user: UserReference & { email: string } }> {
  const user = await newUser(world, tenant, role, email);
  return { user, browser: await sessionOf(world, user) };
}

/** A browser in which somebody has signed in by a password. */
export async function sessionOf(
  world: Pick<World, 'db' | 'baseUrl' | 'deps' | 'adminUrl'>,
  user: UserReference,
): Promise<Browser> {
  const { token, hash } = createSessionToken();
  const passwordDigest = digestOfPassword(await passwordOf(world, user));
  await inTenants(world.db, [user.tenantId], (trx) =>
    beginSession(trx, user, { hash, proof: { by: 'password', passwordDigest } }),
  );
  const browser = createBrowser(world);
  browser.cookies.set('cadenza', token);
  return browser;
}

/** What is stored of a user's password, or of one that nobody knows where there was none. */
function passwordOf({ adminUrl }: Pick<World, 'adminUrl'>, { userId }: UserReference) {
  return withClient(adminUrl, async (client) => {
    await client.query(
      `INSERT INTO passwords (email, password_hash) SELECT email, $2 FROM users WHERE id = $1
       ON CONFLICT DO NOTHING`,
      [userId, NOBODYS_PASSWORD],
    );
    const { rows } = await client.query<{ password_hash: string }>(
      'SELECT p.password_hash FROM passwords p JOIN users u ON u.email = p.email WHERE u.id = $1',
      [userId],
    );
    return rows[0]?.password_hash ?? '';
  });
}

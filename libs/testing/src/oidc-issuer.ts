import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The parts of `oidc-provider`, which has no types, that are made use of. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
  ): Promise<void>;
}
const { default: ProviderClass } = createRequire(import.meta.url)('oidc-provider') as {
  default: new (issuer: string, configuration: object) => Provider;
};

/** What an issuer says of somebody. */
export interface Account {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
}

/** An issuer of OpenID Connect, on 127.0.0.1, which signs in whoever the test says. */
export interface Issuer {
  readonly url: string;
  /** Who sits before the browser; null: somebody who says no. */
  account: Account | null;
  /** Changes the claims of the next ID tokens, and how they are signed. */
  tamper: Tamper | null;
  /** Whether it answers at all. */
  isAway: boolean;
  /** Requests of its token endpoint. */
  tokenRequests: number;
  /** Comes before its next answer of the UserInfo endpoint. */
  beforeUserInfo: (() => Promise<void>) | null;
  /** Goes where a browser that was sent here would go. @returns where it is sent back to. */
  visit(location: string): Promise<string>;
  close(): Promise<void>;
}

export interface Tamper {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signature?: 'foreign' | 'none' | 'missing token';
}

/** What the issuer hands out, for longer than any test or run takes. */
const LIVING = ['AuthorizationCode', 'Interaction', 'Grant', 'Session', 'AccessToken', 'IdToken'];
const LIVES_SECONDS = 3_600;

interface ClientFacts {
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
  readonly redirectUri: string;
}

/** Starts `oidc-provider` behind a server that can change what it says. */
export async function createIssuer(client: ClientFacts): Promise<Issuer> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const front = createServer();
  const back = createServer();
  const [url, inner] = [await listening(front), await listening(back)];
  const issuer: Issuer = {
    url,
    account: null,
    tamper: null,
    isAway: false,
    tokenRequests: 0,
    beforeUserInfo: null,
    visit,
    async close() {
      await Promise.all([front, back].map(closed));
    },
  };
  const provider = new ProviderClass(url, {
    clients: [
      {
        client_id: client.clientId,
        redirect_uris: [client.redirectUri],
        ...(client.clientSecret === null
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: client.clientSecret }),
      },
    ],
    jwks: {
      keys: [{ ...keys.privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...issuer.account, sub }),
    }),
    async loadExistingGrant(context: {
      oidc: {
        client: { clientId: string };
        session: { accountId: string };
        provider: {
          Grant: new (facts: object) => {
            addOIDCScope(scope: string): void;
            save(): Promise<string>;
          };
        };
      };
    }) {
      const { provider: of, client: asking, session } = context.oidc;
      const grant = new of.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
    cookies: { keys: [randomUUID()] },
    ttl: Object.fromEntries(LIVING.map((what) => [what, LIVES_SECONDS])),
  });
  const answer = provider.callback();
  back.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/interaction/') !== true) return answer(request, response);
    const result =
      issuer.account === null
        ? { error: 'access_denied' }
        : { login: { accountId: issuer.account.sub } };
    void provider.interactionFinished(request, response, result);
  });

  front.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void pass(request, response);
  });
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (issuer.isAway) {
      request.socket.destroy();
      return;
    }
    const isToken = request.url === '/token';
    if (isToken) issuer.tokenRequests += 1;
    if (request.url === '/me') {
      const before = issuer.beforeUserInfo;
      issuer.beforeUserInfo = null;
      await before?.();
    }
    const body = request.method === 'POST' ? await text(request) : undefined;
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(?:connection|content-length|transfer-encoding)$/.test(name),
    );
    const passed = await fetch(`${inner}${request.url ?? ''}`, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(body === undefined ? {} : { body }),
    });
    const shown = await passed.text();
    response.statusCode = passed.status;
    for (const [name, value] of passed.headers) {
      if (
        !/^(?:set-cookie|content-length|content-encoding|connection|transfer-encoding)$/.test(name)
      ) {
        response.setHeader(name, value.replaceAll(inner, url));
      }
    }
    response.setHeader('set-cookie', passed.headers.getSetCookie());
    const { tamper } = issuer;
    const changed =
      isToken && passed.ok && tamper !== null ? tampered(shown, tamper, keys.privateKey) : shown;
    response.end(changed.replaceAll(inner, url));
  }
  return issuer;
}

/** Follows an issuer's own redirections with its cookies, until it sends somewhere else. */
async function visit(location: string): Promise<string> {
  const { origin } = new URL(location);
  const cookies = new Map<string, string>();
  let at = location;
  for (let step = 0; step < 10; step += 1) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`the issuer shows a page: ${await answer.text()}`);
    at = new URL(next, at).href;
    if (new URL(at).origin !== origin) return at;
  }
  throw new Error('the issuer sends to and fro');
}

/** A token response with another ID token. */
function tampered(body: string, { claims = {}, signature }: Tamper, key: KeyObject): string {
  const answer = JSON.parse(body) as { id_token: string };
  const [, payload = ''] = answer.id_token.split('.');
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  if (signature === 'missing token') return JSON.stringify({ ...answer, id_token: undefined });
  const alg = signature === 'none' ? 'none' : 'RS256';
  const head = `${part({ alg, kid: 'k1' })}.${part({ ...said, ...claims })}`;
  const signer =
    signature === 'foreign' ? generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey : key;
  const mark =
    signature === 'none' ? '' : sign('sha256', Buffer.from(head), signer).toString('base64url');
  return JSON.stringify({ ...answer, id_token: `${head}.${mark}` });
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

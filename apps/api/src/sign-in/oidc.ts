import type { Identity } from '@cadenza/database';
import { isEmailAddress, normalizeEmail } from '@cadenza/domain';
import * as client from 'openid-client';
import { HttpProblem } from '../http/problem.ts';

export interface OidcOptions {
  /** Its identifier, under which its configuration is found (OpenID Connect Discovery §4). */
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** Where people come back to. */
  readonly redirectUri: string;
}

/** What the browser keeps in the meantime, so that only it can come back with an answer to it. */
export interface OidcTransaction {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who has signed in at the issuer. */
export interface OidcPerson {
  readonly identity: Identity;
  /** Normalised; null where the issuer does not say that it has verified it. */
  readonly email: string | null;
}

/** Signing in at an issuer of OpenID Connect: by a code, with PKCE, a state and a nonce. */
export interface OidcSignIn {
  /** @throws HttpProblem where the issuer cannot be asked. */
  begin(): Promise<{ readonly location: string; readonly transaction: OidcTransaction }>;
  /**
   * @param answer the query with which somebody has come back.
   * @throws HttpProblem where it is no answer to the transaction, or the issuer says no.
   */
  finish(answer: URLSearchParams, transaction: OidcTransaction): Promise<OidcPerson>;
}

const SCOPE = 'openid email';
/** Seconds for one request of the issuer. */
const TIMEOUT_SECONDS = 10;
/** Real milliseconds for which the issuer's configuration is believed; its keys are looked at apart. */
const BELIEVED_MS = 3_600_000;

/** Opens nothing: the issuer is asked when somebody signs in. */
export function createOidcSignIn(options: OidcOptions): OidcSignIn {
  const { issuer, redirectUri } = options;
  let known: { readonly config: Promise<client.Configuration>; readonly until: number } | null =
    null;

  async function configuration(): Promise<client.Configuration> {
    if (known === null || performance.now() > known.until) {
      known = { config: discover(options), until: performance.now() + BELIEVED_MS };
    }
    try {
      return await known.config;
    } catch (error) {
      known = null;
      throw failed(error, issuer);
    }
  }

  return {
    async begin() {
      const config = await configuration();
      const verifier = client.randomPKCECodeVerifier();
      const transaction = { verifier, state: client.randomState(), nonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { location: url.href, transaction };
    },

    async finish(answer, { state, nonce, verifier }) {
      if (answer.get('state') !== state) throw notBegun();
      const config = await configuration();
      if (!isAnswerOf(answer, config.serverMetadata())) throw notBegun();
      try {
        const tokens = await client.authorizationCodeGrant(
          config,
          new URL(`${redirectUri}?${answer.toString()}`),
          { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
        );
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('the issuer has given no ID token');
        // With a code, the address may come from the UserInfo endpoint alone (OpenID Connect Core §5.4).
        const { email, email_verified: isVerified } =
          claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined
            ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
            : claims;
        const address = typeof email === 'string' ? normalizeEmail(email) : '';
        return {
          identity: { issuer: claims.iss, subject: claims.sub },
          email: isVerified === true && isEmailAddress(address) ? address : null,
        };
      } catch (error) {
        throw refused(error) ?? failed(error, issuer);
      }
    },
  };
}

async function discover({
  issuer,
  clientId,
  clientSecret,
}: OidcOptions): Promise<client.Configuration> {
  const url = new URL(issuer);
  // Settings allow http for this machine alone.
  const insecure = url.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  const found = await client.discovery(url, clientId, {}, client.None(), {
    timeout: TIMEOUT_SECONDS,
    execute: insecure,
  });
  const server = found.serverMetadata();
  const config = new client.Configuration(
    server,
    clientId,
    {},
    authentication(server, clientSecret),
  );
  config.timeout = TIMEOUT_SECONDS;
  for (const set of insecure) set(config);
  // The signature of ID tokens is verified although they come from the issuer itself, by TLS.
  client.enableNonRepudiationChecks(config);
  return config;
}

/** As the issuer wants it: Basic where it says nothing (OpenID Connect Discovery §3). */
function authentication(
  { token_endpoint_auth_methods_supported: methods }: client.ServerMetadata,
  secret: string | null,
): client.ClientAuth {
  if (secret === null) return client.None();
  const isBasic = methods === undefined || methods.includes('client_secret_basic');
  return isBasic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}

/**
 * Whether a query has the form of an issuer's answer by a code (RFC 6749 §4.1.2, RFC 9207 §2.4): whoever
 * comes with another has not been sent by it.
 */
function isAnswerOf(answer: URLSearchParams, server: client.ServerMetadata): boolean {
  const names = [...answer.keys()];
  const says = (name: string) => (answer.get(name) ?? '') !== '';
  const isItsOwn = says('iss')
    ? answer.get('iss') === server.issuer
    : server.authorization_response_iss_parameter_supported !== true;
  return (
    isItsOwn &&
    new Set(names).size === names.length &&
    !['response', 'id_token', 'token'].some(says) &&
    (says('code') || says('error'))
  );
}

function notBegun(): HttpProblem {
  return new HttpProblem(
    'invalid-request',
    'This is no answer to a sign-in that was begun in this browser, or an old one: begin again at /v1/sign-in.',
  );
}

/** What the issuer, or whoever pretends to be it, has answered, and is nobody's fault here; else null. */
function refused(error: unknown): HttpProblem | null {
  if (error instanceof client.AuthorizationResponseError) {
    return new HttpProblem(
      'forbidden',
      `The identity provider has said no: ${codeOf(error.error)}.`,
    );
  }
  // A code that was used, has expired, or is another browser's.
  if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') {
    return notBegun();
  }
  // One that was used twice: the issuer takes back what it gave for it (RFC 6749 §4.1.2, RFC 6750 §3.1).
  if (
    error instanceof client.WWWAuthenticateChallengeError &&
    error.cause.some(({ parameters }) => parameters.error === 'invalid_token')
  ) {
    return notBegun();
  }
  return null;
}

/** @returns a problem with a code, and nothing of what the issuer says of people. */
function failed(error: unknown, issuer: string): HttpProblem {
  const code =
    error instanceof client.ResponseBodyError
      ? error.error
      : error instanceof Error && 'code' in error && typeof error.code === 'string'
        ? error.code
        : 'no answer';
  return new HttpProblem(
    'issuer-failed',
    `The identity provider ${new URL(issuer).host} did not answer as it should: ${codeOf(code)}. Nobody was signed in.`,
  );
}

/** Codes of OAuth are words (RFC 6749 §5.2): anything else is none. */
function codeOf(text: string): string {
  return /^[A-Za-z0-9_ .-]{1,60}$/.test(text) ? text : 'another code';
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  InvalidInputError,
  isId,
  PUBLIC_URL_EXPECTED,
  publicUrlOf,
  showValue,
  type Id,
  type Problem,
} from '@cadenza/domain';

/** Who unsubscribes from what. Identifiers only, so that a link tells nothing about a person. */
export interface UnsubscribeClaim {
  readonly tenantId: Id;
  readonly contactId: Id;
  /** What the person leaves, such as `all` or `campaign-<id>`: 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly scope: string;
  /** The key that signs: 1 to 32 of `A-Z a-z 0-9 _ -`. */
  readonly keyId: string;
}

export type TokenResult =
  | { readonly ok: true; readonly claim: UnsubscribeClaim }
  | { readonly ok: false; readonly reason: 'malformed' | 'unknown_key' | 'forged' };

/** Before the token of every unsubscribe link. */
export const UNSUBSCRIBE_PATH = '/u/';

const CAMPAIGN_SCOPE = 'campaign-';

const VERSION = '1';
const MIN_SECRET_BYTES = 32;
const TOKEN =
  /^1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/**
 * A token for unsubscribe links: `1.<key id>.<scope>.<ids>.<HMAC-SHA-256>`, all of URL-safe
 * characters. The same input always gives the same token, and it never expires: a link in an old
 * mail must go on working (CASL asks for 60 days).
 *
 * @throws InvalidInputError for ids, scope or key id out of form, or a secret under 32 bytes.
 */
export function createUnsubscribeToken(claim: UnsubscribeClaim, secret: string): string {
  const problems = [
    ...(isId(claim.tenantId) ? [] : [problem('tenantId', claim.tenantId, 'a UUID')]),
    ...(isId(claim.contactId) ? [] : [problem('contactId', claim.contactId, 'a UUID')]),
    ...wordProblems('scope', claim.scope, 64),
    ...wordProblems('keyId', claim.keyId, 32),
    ...(Buffer.byteLength(secret) >= MIN_SECRET_BYTES
      ? []
      : [{ path: 'secret', code: 'secret_too_short', message: 'expected at least 32 bytes' }]),
  ];
  if (problems.length > 0) throw new InvalidInputError('invalid unsubscribe token', problems);
  const ids = idsOf(claim.tenantId, claim.contactId);
  const signed = `${VERSION}.${claim.keyId}.${claim.scope}.${ids}`;
  return `${signed}.${sign(signed, secret)}`;
}

/**
 * Reads a token. The signature is compared as text in constant time, so that no other spelling
 * of the same bytes passes.
 *
 * @param keys secrets by key id; old ones stay while their links are to work.
 */
export function verifyUnsubscribeToken(
  token: string,
  keys: Readonly<Record<string, string>>,
): TokenResult {
  const match = TOKEN.exec(token);
  const [, keyId = '', scope = '', ids = '', signature = ''] = match ?? [];
  if (match === null) return { ok: false, reason: 'malformed' };
  const secret = Object.hasOwn(keys, keyId) ? keys[keyId] : undefined;
  if (secret === undefined) return { ok: false, reason: 'unknown_key' };
  const expected = sign(`${VERSION}.${keyId}.${scope}.${ids}`, secret);
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) {
    return { ok: false, reason: 'forged' };
  }
  const hex = Buffer.from(ids, 'base64url').toString('hex');
  const claim = { tenantId: uuid(hex.slice(0, 32)), contactId: uuid(hex.slice(32)), scope, keyId };
  return { ok: true, claim };
}

/** The scope of a link that stands in a campaign's mail: who follows it can leave that alone. */
export function campaignScope(campaignId: Id): string {
  return `${CAMPAIGN_SCOPE}${campaignId}`;
}

/** The campaign that a scope names, or null where it names none (`all`). */
export function campaignOfScope(scope: string): Id | null {
  const id = scope.startsWith(CAMPAIGN_SCOPE) ? scope.slice(CAMPAIGN_SCOPE.length) : '';
  return isId(id) ? id : null;
}

/**
 * The address of the unsubscribe page: `<publicUrl>/u/<token>`.
 *
 * @throws InvalidInputError unless `publicUrlOf` takes the URL.
 */
export function unsubscribeUrl(publicUrl: string, token: string): string {
  const base = publicUrlOf(publicUrl);
  if (base === null) {
    throw new InvalidInputError('invalid public URL', [
      problem('publicUrl', publicUrl, PUBLIC_URL_EXPECTED),
    ]);
  }
  return `${base}${UNSUBSCRIBE_PATH}${token}`;
}

/**
 * Whether a URL leads to the unsubscribe page of this person, by whatever installation's name and
 * key. It proves nothing: what it can be trusted for is to be no other link of the person's mail.
 */
export function isUnsubscribeUrl(
  url: string,
  { tenantId, contactId }: Pick<UnsubscribeClaim, 'tenantId' | 'contactId'>,
): boolean {
  const token = URL.parse(url)?.pathname.split(UNSUBSCRIBE_PATH).at(-1) ?? '';
  return TOKEN.exec(token)?.[3] === idsOf(tenantId, contactId);
}

function idsOf(tenantId: Id, contactId: Id): string {
  return Buffer.from((tenantId + contactId).replaceAll('-', ''), 'hex').toString('base64url');
}

function sign(signed: string, secret: string): string {
  // The label keeps these signatures apart from any other use of the same secret.
  return createHmac('sha256', secret).update(`cadenza-unsubscribe:${signed}`).digest('base64url');
}

function uuid(hex: string): Id {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function wordProblems(path: string, value: string, max: number): readonly Problem[] {
  const fits = value.length <= max && /^[A-Za-z0-9_-]+$/.test(value);
  return fits ? [] : [problem(path, value, `1 to ${max} of A-Z a-z 0-9 _ -`)];
}

function problem(path: string, value: string, expected: string): Problem {
  return { path, code: 'invalid', message: `expected ${expected}, got ${showValue(value)}` };
}

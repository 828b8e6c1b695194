import type { AccessTokens } from './access-tokens.ts';

/** The codes of RFC 6749 §5.2 that apply to client credentials. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

export type TokenVerdict =
  { readonly ok: true } | { readonly ok: false; readonly error: TokenError; readonly why: string };

export interface TokenRequest {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

const FORM = /^application\/x-www-form-urlencoded *(?:;|$)/i;
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * Judges a request for a token by client credentials (RFC 6749 §4.4), with them in HTTP Basic or in
 * the form (§2.3.1).
 */
export function judgeTokenRequest(request: TokenRequest, tokens: AccessTokens): TokenVerdict {
  const refuse = (error: TokenError, why: string): TokenVerdict => ({ ok: false, error, why });
  if (!FORM.test(request.contentType ?? '')) {
    return refuse('invalid_request', 'expected a body of application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(request.body.toString());
  const names = [...form.keys()];
  if (new Set(names).size < names.length) {
    return refuse('invalid_request', 'expected each parameter once');
  }
  // A parameter without a value is none (§3.2).
  const grant = form.get('grant_type') || null;
  if (grant === null) return refuse('invalid_request', 'expected grant_type');
  const id = form.get('client_id') || null;
  const secret = form.get('client_secret') || null;
  const { authorization } = request;
  if (authorization !== undefined && secret !== null) {
    return refuse('invalid_request', 'expected one way of authentication, not two');
  }
  const known =
    authorization === undefined
      ? tokens.isClient(id ?? '', secret ?? '')
      : isBasicClient(authorization, tokens);
  if (!known) return refuse('invalid_client', 'expected the client id and its secret');
  if (grant !== 'client_credentials') {
    return refuse('unsupported_grant_type', 'expected client_credentials');
  }
  return { ok: true };
}

/** In Basic both are form-encoded first (§2.3.1), which many clients leave out: either serves. */
function isBasicClient(authorization: string, tokens: AccessTokens): boolean {
  const [, encoded = ''] = BASIC.exec(authorization) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  const id = pair.slice(0, Math.max(colon, 0));
  const secret = pair.slice(colon + 1);
  const asWritten = tokens.isClient(id, secret);
  const asDecoded = tokens.isClient(formDecoded(id), formDecoded(secret));
  return asWritten || asDecoded;
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

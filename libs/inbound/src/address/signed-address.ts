import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidInputError, isEmailAddress, isId, showValue, type Id } from '@cadenza/domain';
import { base32Of, bytesOfBase32 } from './base32.ts';

/** What an address is for: the prefix of its local part, and the label of its signatures. */
export interface AddressUse {
  readonly prefix: 'r-' | 'u-';
  readonly label: string;
}

/** What a signed address says. */
export interface AddressClaim {
  readonly tenantId: Id;
  /** The message that is answered, or the contact that unsubscribes. */
  readonly id: Id;
  readonly keyId: string;
}

export type AddressFailure = 'malformed' | 'unknown_key' | 'forged';

export type AddressResult =
  | { readonly ok: true; readonly id: Id; readonly keyId: string }
  | { readonly ok: false; readonly reason: AddressFailure };

const MIN_SECRET_BYTES = 32;
const KEY_MARK_LENGTH = 2;
const TENANT_MARK_LENGTH = 6;
/** 80 bits. */
const TAG_LENGTH = 16;

const ID_LENGTH = 26;
const SIGNED_LENGTH = ID_LENGTH + KEY_MARK_LENGTH + TENANT_MARK_LENGTH;
const CODE = /^[a-z2-7]+$/;

/**
 * `<prefix><id><key's mark><tenant's mark><tag>`, 52 characters before the `@` (RFC 5321 §4.5.3.1.1
 * allows 64), all of an alphabet without case, since some systems write addresses in lower case. Both
 * ids and a tag would not fit: the tenant is found by the id, and its mark tells whether it is the one.
 */
export function createSignedAddress(
  use: AddressUse,
  claim: AddressClaim,
  secret: string,
  domain: string,
): string {
  const problems = [
    ...(isId(claim.tenantId) ? [] : [problem('tenantId', claim.tenantId, 'a UUID')]),
    ...(isId(claim.id) ? [] : [problem('id', claim.id, 'a UUID')]),
    ...(/^[A-Za-z0-9_-]{1,32}$/.test(claim.keyId)
      ? []
      : [problem('keyId', claim.keyId, '1 to 32 of A-Z a-z 0-9 _ -')]),
    ...(Buffer.byteLength(secret) >= MIN_SECRET_BYTES
      ? []
      : [{ path: 'secret', code: 'secret_too_short', message: 'expected at least 32 bytes' }]),
    ...(isEmailAddress(`x@${domain}`) ? [] : [problem('domain', domain, 'a domain, lower case')]),
  ];
  if (problems.length > 0) throw new InvalidInputError('invalid signed address', problems);
  const id = base32Of(Buffer.from(claim.id.replaceAll('-', ''), 'hex'));
  const mark = tenantMark(use, id, claim.tenantId, secret);
  const signed = `${id}${keyMark(claim.keyId)}${mark}`;
  return `${use.prefix}${signed}${tagOf(use, signed, secret)}@${domain}`;
}

/**
 * Reads what `createSignedAddress` made, in whatever case. Tags are compared in constant time.
 *
 * @param tenantId the tenant that the id was found in: another one's address counts as forged.
 */
export function readSignedAddress(
  use: AddressUse,
  address: string,
  keys: Readonly<Record<string, string>>,
  tenantId: Id | null,
): AddressResult {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  const code = local.slice(use.prefix.length);
  const idText = code.slice(0, ID_LENGTH);
  const id = CODE.test(code) && local.startsWith(use.prefix) ? bytesOfBase32(idText) : null;
  if (id === null || code.length !== SIGNED_LENGTH + TAG_LENGTH) {
    return { ok: false, reason: 'malformed' };
  }
  const signed = code.slice(0, SIGNED_LENGTH);
  const tag = code.slice(SIGNED_LENGTH);
  const mark = signed.slice(ID_LENGTH, ID_LENGTH + KEY_MARK_LENGTH);
  // Marks of key ids may coincide: then the tag tells which of them it was.
  const candidates = Object.entries(keys).filter(([keyId]) => keyMark(keyId) === mark);
  if (candidates.length === 0) return { ok: false, reason: 'unknown_key' };
  const key = candidates.find(([, secret]) => equal(tag, tagOf(use, signed, secret)));
  if (key === undefined) return { ok: false, reason: 'forged' };
  const [keyId, secret] = key;
  const ofTenant = signed.slice(ID_LENGTH + KEY_MARK_LENGTH);
  if (tenantId !== null && !equal(ofTenant, tenantMark(use, idText, tenantId, secret))) {
    return { ok: false, reason: 'forged' };
  }
  return { ok: true, id: uuid(Buffer.from(id).toString('hex')), keyId };
}

function tagOf(use: AddressUse, signed: string, secret: string): string {
  return mac(secret, `${use.label}:${signed}`).slice(0, TAG_LENGTH);
}

function tenantMark(use: AddressUse, id: string, tenantId: Id, secret: string): string {
  return mac(secret, `${use.label}-tenant:${id}:${tenantId.toLowerCase()}`).slice(
    0,
    TENANT_MARK_LENGTH,
  );
}

/** Tells which key to try, and is no secret: hence a fixed key. */
function keyMark(keyId: string): string {
  return mac('cadenza-key-mark', keyId).slice(0, KEY_MARK_LENGTH);
}

function mac(secret: string, text: string): string {
  return base32Of(createHmac('sha256', secret).update(text).digest());
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function uuid(hex: string): Id {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function problem(path: string, value: unknown, expected: string) {
  return { path, code: 'invalid', message: `expected ${expected}, got ${showValue(value)}` };
}

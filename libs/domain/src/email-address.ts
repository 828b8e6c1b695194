/**
 * An address that SendGrid and real mail servers take: one `@`, a dot-atom local part of at most
 * 64 characters and a domain of at least two labels (RFC 5321 §4.5.3.1; quoted local parts and
 * address literals are refused on purpose).
 */
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** What a domain beyond ASCII may consist of, so that it is no more than a domain to a URL. */
const INTERNATIONAL = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;

/**
 * The address in the form in which addresses are compared: trimmed, lower case, an international
 * domain as DNS and mail servers have it (`xn--…`). What is behind a plus sign stays.
 */
export function normalizeEmail(value: string): string {
  const address = value.trim().toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || !isBeyondAscii(domain) || !INTERNATIONAL.test(domain)) return address;
  const host = URL.parse(`http://${domain}`)?.hostname;
  return host === undefined ? address : `${address.slice(0, at + 1)}${host}`;
}

function isBeyondAscii(text: string): boolean {
  return /[^\0-\x7f]/.test(text);
}

/** Whether a normalised address can be written to at all, by its form. */
export function isEmailAddress(value: string): boolean {
  const at = value.lastIndexOf('@');
  return value.length <= 254 && at > 0 && at <= 64 && ADDRESS.test(value);
}

/** The part after the `@` of an address, lower case. */
export function emailDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether a text, lower case, is a domain that addresses can have. */
export function isEmailDomain(value: string): boolean {
  return isEmailAddress(`a@${value}`);
}

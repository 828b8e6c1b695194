/**
 * An address that SendGrid and real mail servers take: one `@`, a dot-atom local part of at most
 * 64 characters and a domain of at least two labels (RFC 5321 §4.5.3.1; quoted local parts and
 * address literals are refused on purpose).
 */
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** The address in the form in which addresses are compared: trimmed, lower case. */
export function normalizeEmail(value: string): string {
  return value.trim().toLowerCase();
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

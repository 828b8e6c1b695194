import type { ErasedAddress } from './erased-address.ts';

/**
 * What may stand before an address without being a part of a longer one: anything but the letters of
 * a local part, and those where they belong to an escape (`\n` of JSON, `%3A` of a URL).
 */
const BEFORE = String.raw`(?:(?<=\\[nrtbf])|(?<=\\u[0-9a-f]{4})|(?<=%[0-9a-f]{2})|(?<![a-z0-9._%+-]))`;
/** Bounces go to addresses that hold the recipient's, with `=` for `@` (VERP). */
const BEFORE_VERP = '(?<![a-z0-9._+])';
/** `ada@example.com` is no part of `ada@example.com.au`; a full stop behind it may end a sentence. */
const AFTER = '(?![a-z0-9-]|[.][a-z0-9])';
const AT = String.raw`(?:@|%40|%2540|\\u0040|&#64;)`;

/**
 * A regular expression, for JavaScript and PostgreSQL alike, that finds an address in a text: as it
 * stands, in URLs, in JSON, in HTML and in bounce addresses; to be used without regard to case.
 *
 * @param address normalised, or a phone number.
 */
export function personPattern(address: string): string {
  const at = address.lastIndexOf('@');
  if (at === -1) return `(?<![0-9])${escaped(address)}(?![0-9])`;
  const local = escaped(address.slice(0, at));
  const domain = escaped(address.slice(at + 1));
  return `(?:${BEFORE}${local}${AT}|${BEFORE_VERP}${local}=)${domain}${AFTER}`;
}

/** A text with stand-ins where it names these addresses. */
export function withoutPerson(text: string, addresses: readonly ErasedAddress[]): string {
  return addresses.reduce(
    (rest, { address, standIn }) => rest.replace(new RegExp(personPattern(address), 'gi'), standIn),
    text,
  );
}

function escaped(text: string): string {
  return text
    .replace(/[^A-Za-z0-9\u0080-\uffff]/g, (char) => `\\${char}`)
    .replaceAll(String.raw`\+`, String.raw`(?:\+|%2B|\\u002b)`);
}

/** A host that names the machine itself: localhost, 127.0.0.0/8 or [::1], as `URL` writes them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Printable ASCII, without what could leave the brackets of a header or look like a second address. */
const IN_HEADER = /^[!#-+\--;=?-[\]-~]+$/;
/** With a token behind it, a header line holds at most 998 characters (RFC 5322 §2.1.1). */
const MAX_LENGTH = 500;

/** What a public URL must be; completes the sentence "expected …". */
export const PUBLIC_URL_EXPECTED =
  `a URL of at most ${MAX_LENGTH} characters that begins with https:// (http:// only for ` +
  'localhost, 127.0.0.0/8 and [::1]), without a user, a query, a fragment and commas';

/**
 * Whether a URL can stand in `List-Unsubscribe`: https (RFC 8058 §3.1), or http where nobody but
 * this machine can follow it; in characters that a header can hold; and without a user's name or
 * password, which every recipient would read.
 */
export function isMailLink(value: string): boolean {
  const url = IN_HEADER.test(value) ? URL.parse(value) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/**
 * The address of an installation in the form that links begin with: in ASCII, as `URL` writes it,
 * without slashes at its end. Null where links that begin with it could not stand in a mail.
 */
export function publicUrlOf(text: string): string | null {
  const base = URL.parse(text)?.href.replace(/\/+$/, '') ?? '';
  return base.length <= MAX_LENGTH && !/[?#]/.test(base) && isMailLink(base) ? base : null;
}

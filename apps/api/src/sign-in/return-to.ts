/** Where people are sent who come without a place to return to. */
export const HOME = '/';

/**
 * A path of this origin to which somebody is sent after signing in, as it was written; null where it
 * leads elsewhere, or could: `//host`, `/\host`, and what browsers drop from an address before they
 * follow it (URL Standard, "basic URL parser").
 */
export function returnPath(text: string, publicUrl: string): string | null {
  // Printable ASCII, without a backslash.
  if (!/^\/[!-[\]-~]*$/.test(text) || text.length > 2_000) return null;
  const { origin } = new URL(publicUrl);
  const url = URL.parse(text, origin);
  return url?.origin === origin && !text.startsWith('//') ? text : null;
}

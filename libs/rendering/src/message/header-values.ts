/** The longest line of a message, without its CR LF (RFC 5322 §2.1.1). */
export const MAX_HEADER_LINE = 998;

/**
 * The first character that could end or break a header line: control characters (C0, DEL, C1),
 * the Unicode line separators, and halves of surrogate pairs, which have no encoding.
 */
export function controlCharacter(value: string): { offset: number; name: string } | null {
  const offset = value.search(/[\p{Cc}\u2028\u2029\p{Cs}]/u);
  if (offset < 0) return null;
  const code = value.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return { offset, name: `the character U+${code}` };
}

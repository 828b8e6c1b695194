const ALLOWED = new Set(['http', 'https', 'mailto', 'tel']);

/** The named references that can stand for a character of a scheme, its colon or its delimiters. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  colon: ':',
  Tab: '\t',
  NewLine: '\n',
  nbsp: ' ',
  sol: '/',
  quest: '?',
  num: '#',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * The scheme for which the value of a URL attribute is refused, or null when it is allowed:
 * http, https, mailto, tel, or none. The value is as it stands in the HTML. Browsers drop tabs
 * and line breaks in URLs and blanks around them, so these are dropped here before looking
 * (WHATWG URL §4.4). Whatever else stands before the first colon is taken for a scheme: refusing
 * an odd relative address is better than missing a trick.
 */
export function refusedScheme(attributeValue: string): string | null {
  const url = decodeReferences(attributeValue).replace(/[\s\p{Cc}\u200b-\u200f\ufeff]/gu, '');
  const scheme = /^([^/?#:]*):/.exec(url)?.[1];
  if (scheme === undefined) return null;
  return ALLOWED.has(scheme.toLowerCase()) ? null : scheme;
}

function decodeReferences(value: string): string {
  return value
    .replace(/&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?/g, (_, hex: string, decimal: string) => {
      const code = hex === undefined ? parseInt(decimal, 10) : parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    })
    .replace(/&([A-Za-z]+);?/g, (reference, name: string) => NAMED[name] ?? reference);
}

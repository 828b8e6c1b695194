/** What a scan found wrong with one element of a JSON array. */
export type ElementFlaw = 'too_deep' | 'duplicate_key';

export interface ElementSpan {
  /** The element's text is `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly flaw: ElementFlaw | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Goes once through the text of a JSON array that `JSON.parse` has accepted, and says where each
 * element stands and whether it nests deeper than `maxDepth` or names a key twice. `JSON.parse`
 * itself lets the last of two equal keys win, silently, where another reader takes the first.
 */
export function scanElements(text: string, maxDepth: number): ElementSpan[] {
  const spans: ElementSpan[] = [];
  /** The keys seen of each open object; `null` for an open array. */
  const open: (Set<string> | null)[] = [];
  let flaw: ElementFlaw | null = null;
  let start = -1;
  let expectKey = false;

  const closeElement = (end: number): void => {
    if (start >= 0) spans.push({ start, end, flaw });
    start = -1;
    flaw = null;
  };

  for (let i = text.indexOf('[') + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20) continue;
    if (open.length === 0) {
      if (code === COMMA || code === CLOSE_BRACKET) {
        closeElement(i);
        if (code === CLOSE_BRACKET) break;
        continue;
      }
      if (start < 0) start = i;
    }
    if (code === QUOTE) {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (expectKey && keys) {
        const key = keyOf(text.slice(i, end + 1));
        if (keys.has(key)) flaw ??= 'duplicate_key';
        keys.add(key);
      }
      i = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      // What is too deep is refused whatever its keys are: to keep them would cost a set a level.
      const tooDeep = open.length >= maxDepth;
      if (tooDeep) flaw ??= 'too_deep';
      open.push(code === OPEN_BRACE && !tooDeep ? new Set() : null);
      expectKey = code === OPEN_BRACE;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      open.pop();
      expectKey = false;
    } else if (code === COMMA) {
      expectKey = open.at(-1) !== null;
    } else if (code === COLON) {
      expectKey = false;
    }
  }
  return spans;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** A key as it reads: `"\u0061"` and `"a"` are one. */
function keyOf(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

import { createHmac } from 'node:crypto';
import { isId } from '@cadenza/domain';

/**
 * Keys under which a text may be logged as it is (addresses and credentials in it aside). Texts
 * under any other key are replaced by their length: names, subjects and bodies are personal.
 */
const TEXT_KEYS: ReadonlySet<string> = new Set([
  ...['app', 'code', 'component', 'event', 'host', 'jobId', 'kind', 'level', 'method', 'name'],
  ...['outcome', 'path', 'queue', 'reason', 'requestId', 'route', 'scope', 'signal', 'source'],
  ...['state', 'status', 'type', 'version', 'zone'],
]);

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_TEXT = 4_000;

const LOCAL_PART = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN_PART = /[\p{L}\p{N}.-]/u;
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^\s/@]{1,512}@/g, '$1[credentials]@'],
  [/\bSG\.[\w-]{3,}(?:\.[\w-]+)?/g, '[api key]'],
  [/\bcdz_[\w-]{8,}/g, '[api key]'],
  [/\bwhsec_[\w+/=-]{8,}/g, '[secret]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [credentials]'],
];

/** Takes personal data and credentials out of what is about to be logged. */
export interface Scrubber {
  text(text: string): string;
  fields(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/**
 * Addresses become `[email:<hash>]`: the same address gives the same hash under one key, so that
 * lines about one person can be found together, and without the key it cannot be guessed back.
 */
export function createScrubber(hashKey: string | Buffer): Scrubber {
  const hash = (address: string) =>
    createHmac('sha256', hashKey).update(address.toLowerCase()).digest('hex').slice(0, 12);

  /** Looks outwards from each at-sign, so the time taken grows with the text and no faster. */
  function hideAddresses(text: string): string {
    if (!text.includes('@') && !text.includes('%40')) return text;
    let shown = '';
    let from = 0;
    for (const match of text.matchAll(/@|%40/g)) {
      let start = match.index;
      while (start > from && LOCAL_PART.test(text[start - 1] ?? '')) start -= 1;
      const domainStart = match.index + match[0].length;
      let end = domainStart;
      while (end < text.length && DOMAIN_PART.test(text[end] ?? '')) end += 1;
      while (end > domainStart && /[.-]/.test(text[end - 1] ?? '')) end -= 1;
      if (start === match.index || end === domainStart) continue;
      const address = `${text.slice(start, match.index)}@${text.slice(domainStart, end)}`;
      shown += `${text.slice(from, start)}[email:${hash(address)}]`;
      from = end;
    }
    return shown + text.slice(from);
  }

  function text(value: string): string {
    const short = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
    const safe = CREDENTIALS.reduce(
      (current, [pattern, instead]) => current.replace(pattern, instead),
      short,
    );
    return hideAddresses(safe);
  }

  /** Only what every error has, and its code: drivers put rows and requests into other fields. */
  function error(value: Error, depth: number): Record<string, unknown> {
    const code = 'code' in value ? value.code : undefined;
    return {
      type: value.name,
      message: text(value.message),
      ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
      ...(value.stack === undefined ? {} : { stack: text(value.stack) }),
      ...(value.cause === undefined || depth >= MAX_DEPTH
        ? {}
        : { cause: any('cause', value.cause, depth + 1) }),
    };
  }

  function any(key: string, value: unknown, depth: number): unknown {
    if (typeof value === 'string') {
      const harmless: boolean = TEXT_KEYS.has(key) || isId(value);
      return harmless ? text(value) : `[text of ${value.length} characters]`;
    }
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Error) return error(value, depth);
    if (value instanceof Date) return value;
    if (depth >= MAX_DEPTH) return '[too deep]';
    if (Array.isArray(value)) {
      const items = value.slice(0, MAX_ITEMS).map((item) => any(key, item, depth + 1));
      return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
    }
    if (
      Object.getPrototypeOf(value) === Object.prototype ||
      Object.getPrototypeOf(value) === null
    ) {
      return object(value as Record<string, unknown>, depth + 1);
    }
    // Requests, buffers, connections and the like: nothing of them belongs into a log.
    return `[${value.constructor.name}]`;
  }

  function object(fields: Readonly<Record<string, unknown>>, depth: number) {
    return Object.fromEntries(
      Object.entries(fields)
        .slice(0, MAX_ITEMS)
        // A key can carry an address as well as a value can.
        .map(([key, value]) => [text(key), any(key, value, depth)]),
    );
  }

  return { text, fields: (fields) => object(fields, 0) };
}

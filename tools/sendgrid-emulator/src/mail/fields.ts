import type { EpochMs } from '@cadenza/domain';
import { type Findings, isObject } from './findings.ts';

/** Headers that SendGrid sets itself (its documentation of `headers`). */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);
/** SendGrid's reference says 10,000; its page of errors has said 50,000. The stricter one holds. */
const CUSTOM_ARGS_BYTES = 10_000;
const CATEGORY_LIMIT = 10;
const CATEGORY_LENGTH = 255;
const SEND_AHEAD_MS = 72 * 3_600_000;

const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({});

function readStrings(
  value: unknown,
  field: string,
  anchor: string,
  notStrings: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return NO_STRINGS;
  if (!isObject(value) || Object.values(value).some((item) => typeof item !== 'string')) {
    findings.add(field, notStrings, anchor);
    return NO_STRINGS;
  }
  return value as Readonly<Record<string, string>>;
}

export function readHeaders(
  value: unknown,
  field: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  const anchor = field === 'headers' ? 'message.headers' : 'message.personalizations.headers';
  const headers = readStrings(value, field, anchor, 'The header values must be strings.', findings);
  for (const key of Object.keys(headers)) {
    if (!/^[!-9;-~]+$/.test(key)) {
      findings.add(
        field,
        'Header keys cannot contain non-ASCII characters and empty spaces.',
        anchor,
      );
    } else if (RESERVED_HEADERS.has(key.toLowerCase())) {
      findings.add(field, 'Header can not be one of the reserved keys.', anchor);
    }
  }
  return headers;
}

export function readCustomArgs(
  value: unknown,
  field: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  return readStrings(
    value,
    field,
    field === 'custom_args' ? 'message.custom_args' : 'message.personalizations.custom_args',
    'All values of custom arguments object must be strings',
    findings,
  );
}

/** Common and personal custom arguments together must stay within the limit. */
export function mergeCustomArgs(
  common: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  field: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  const merged = own === NO_STRINGS ? common : { ...common, ...own };
  if (merged !== NO_STRINGS && Buffer.byteLength(JSON.stringify(merged)) > CUSTOM_ARGS_BYTES) {
    findings.add(
      field,
      'The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization.',
      'message.personalizations.custom_args',
    );
  }
  return merged;
}

export function readCategories(value: unknown, findings: Findings): readonly string[] {
  if (value === undefined || value === null) return [];
  const anchor = 'message.categories';
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    findings.add('categories', 'Categories must be an array of strings.', anchor);
    return [];
  }
  const categories = value as string[];
  if (categories.length > CATEGORY_LIMIT) {
    findings.add(
      'categories',
      `There is a limit of 10 categories for each email that is sent. You provided ${categories.length} categories.`,
      anchor,
    );
  }
  const seen = new Set<string>();
  for (const [index, category] of categories.entries()) {
    if (category.length > CATEGORY_LENGTH) {
      findings.add(
        `categories.${index}`,
        `Each category must not be longer than 255 characters. ${category} exceeds this limit.`,
        anchor,
      );
    }
    if (seen.has(category)) {
      findings.add(
        'categories',
        `The categories must be a unique list, and you have included ${category} more than once.`,
        anchor,
      );
    }
    seen.add(category);
  }
  return categories;
}

/** `send_at` in epoch seconds; a time in the past means at once. */
export function readSendAt(
  value: unknown,
  field: string,
  now: EpochMs,
  findings: Findings,
): EpochMs | null {
  if (value === undefined || value === null || value === 0) return null;
  const anchor = field === 'send_at' ? 'message.send_at' : 'message.personalizations.send_at';
  if (!Number.isInteger(value)) {
    findings.add(
      field,
      'The send_at parameter is expecting a UNIX timestamp as an integer. We will send immediately if you include a send_at timestamp that is in the past.',
      anchor,
    );
    return null;
  }
  const at = Number(value) * 1_000;
  if (at - now > SEND_AHEAD_MS) {
    findings.add(field, 'Scheduling more than 72 hours in advance is forbidden.', anchor);
  }
  return at > now ? at : null;
}

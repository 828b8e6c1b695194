import {
  isEmailAddress,
  isMailLink,
  normalizeEmail,
  showValue,
  type Problem,
} from '@cadenza/domain';
import { controlCharacter, MAX_HEADER_LINE } from './header-values.ts';

/** Headers that SendGrid sets itself and refuses from callers (Mail Send, "headers"). */
const RESERVED = new Set([
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
const UNSUBSCRIBE = ['list-unsubscribe', 'list-unsubscribe-post'];
/** Printable ASCII without the colon (RFC 5322 §2.2). */
const FIELD_NAME = /^[!-9;-~]+$/;

export interface MessageHeadersInput {
  /** Takes a POST without cookies; https, or http on the loopback host for local trials. */
  readonly unsubscribeUrl: string;
  /** An address that takes unsubscribe mails, as a second way. */
  readonly unsubscribeEmail?: string;
  /** Further headers, in ASCII (encode other text by RFC 2047 first). */
  readonly extra?: Readonly<Record<string, string>>;
}

export type MessageHeadersResult =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The headers of a message: one-click unsubscribing (RFC 8058, RFC 2369) and the extra ones. */
export function messageHeaders(input: MessageHeadersInput): MessageHeadersResult {
  const { unsubscribeUrl, unsubscribeEmail, extra = {} } = input;
  const problems: Problem[] = [];
  problems.push(...unsubscribeUrlProblems(unsubscribeUrl));
  if (unsubscribeEmail !== undefined) {
    problems.push(...addressProblems('unsubscribeEmail', unsubscribeEmail));
  }
  const mailto = unsubscribeEmail === undefined ? '' : `, <mailto:${unsubscribeEmail}>`;
  const link = `<${unsubscribeUrl}>${mailto}`;
  if (problems.length === 0) {
    problems.push(...headerProblems('headers.List-Unsubscribe', 'List-Unsubscribe', link));
  }
  const headers: [string, string][] = [
    ['List-Unsubscribe', link],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
  ];
  const taken = new Set(UNSUBSCRIBE);
  for (const [name, value] of Object.entries(extra)) {
    problems.push(...extraHeaderProblems(name, value, taken));
    taken.add(name.toLowerCase());
    headers.push([name, value]);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, headers: Object.fromEntries(headers) };
}

/** What is wrong with a rendered value that becomes, or stands in, a header line. */
export function headerProblems(path: string, name: string, value: string): readonly Problem[] {
  const found = controlCharacter(value);
  if (found !== null) {
    const message = `expected no control characters, got ${found.name} at position ${found.offset + 1}`;
    return [{ path, code: 'control_character', message }];
  }
  const length = name.length + 2 + value.length;
  if (length > MAX_HEADER_LINE) {
    const message = `expected a header line of at most ${MAX_HEADER_LINE} characters, got ${length}`;
    return [{ path, code: 'header_too_long', message }];
  }
  return [];
}

/** What is wrong with an address of a message. */
export function addressProblems(path: string, email: string): readonly Problem[] {
  const found = controlCharacter(email);
  if (found !== null) {
    const message = `expected no control characters, got ${found.name}`;
    return [{ path, code: 'control_character', message }];
  }
  if (email === email.trim() && isEmailAddress(normalizeEmail(email))) return [];
  const message = `expected an e-mail address, got ${showValue(email)}`;
  return [{ path, code: 'invalid_address', message }];
}

function extraHeaderProblems(
  name: string,
  value: string,
  taken: ReadonlySet<string>,
): readonly Problem[] {
  const path = `headers.${controlCharacter(name) === null ? name : showValue(escapeControls(name))}`;
  if (!FIELD_NAME.test(name)) {
    const message = 'expected a header name of printable ASCII characters without a colon';
    return [{ path, code: 'invalid_header_name', message }];
  }
  if (RESERVED.has(name.toLowerCase())) {
    return [{ path, code: 'reserved_header', message: `the header ${name} is the provider's own` }];
  }
  if (taken.has(name.toLowerCase())) {
    return [{ path, code: 'duplicate_header', message: `the header ${name} is set already` }];
  }
  const problems = headerProblems(path, name, value);
  if (problems.length > 0 || /^[ -~]*$/.test(value)) return problems;
  const message = 'expected ASCII: encode other text first (RFC 2047)';
  return [{ path, code: 'not_ascii', message }];
}

function unsubscribeUrlProblems(value: string): readonly Problem[] {
  if (isMailLink(value)) return [];
  const message = `expected an https URL (RFC 8058 §3.1) in ASCII, without a user and commas, got ${showValue(escapeControls(value))}`;
  return [{ path: 'unsubscribeUrl', code: 'invalid_unsubscribe_url', message }];
}

function escapeControls(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
}

import { isEmailAddress, normalizeEmail } from '@cadenza/domain';
import { type Findings, isObject } from './findings.ts';
import type { Party } from './mail.ts';

const EXAMPLE =
  'e.g. {"email": "example@example.com"} or {"email": "example@example.com", "name": "Example Recipient"}';
const FROM_REQUIRED =
  'The from object must be provided for every email send. It is an object that requires the email ' +
  'parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or ' +
  '{"email" : "example@example.com", "name" : "Example Recipient"}.';
const TO_REQUIRED =
  'The to array is required for all personalization objects, and must have at least one email ' +
  'object with a valid email address.';
const INVALID_ADDRESS = 'Does not contain a valid address.';
const NAME_CHARACTERS = "The name parameter cannot contain ';' or ','.";

const valid = (value: unknown): value is string =>
  typeof value === 'string' && isEmailAddress(normalizeEmail(value));

/** Reads one `{email, name}`; null (and a finding) when it cannot be written to. */
export function readParty(
  value: unknown,
  field: string,
  anchor: string,
  findings: Findings,
): Party | null {
  if (!isObject(value) || value['email'] === undefined) {
    findings.add(
      field,
      `Each recipient object must at least have an email address and may also contain a name. ${EXAMPLE}`,
      anchor,
    );
    return null;
  }
  const { email, name } = value;
  if (!valid(email)) {
    findings.add(`${field}.email`, INVALID_ADDRESS, anchor);
    return null;
  }
  if (name === undefined || name === null) return { email };
  if (typeof name !== 'string') {
    findings.add(`${field}.name`, 'The name parameter must be a string.', anchor);
    return null;
  }
  if (/[;,]/.test(name)) {
    findings.add(`${field}.name`, NAME_CHARACTERS, anchor);
    return null;
  }
  return { email, name };
}

export function readFrom(value: unknown, findings: Findings): Party | null {
  if (!isObject(value) || value['email'] === undefined || value['email'] === '') {
    findings.add('from.email', FROM_REQUIRED, 'message.from');
    return null;
  }
  const { email, name } = value;
  if (!valid(email)) {
    findings.add('from.email', INVALID_ADDRESS, 'message.from');
    return null;
  }
  // The recipients' rule on `;` and `,` does not bind the sender's name.
  return typeof name === 'string' ? { email, name } : { email };
}

/** Reads `to`, `cc` or `bcc` of a personalization. */
export function readParties(
  value: unknown,
  kind: 'to' | 'cc' | 'bcc',
  field: string,
  findings: Findings,
): Party[] {
  const anchor = `message.personalizations.${kind}`;
  if (kind === 'to' && (!Array.isArray(value) || value.length === 0)) {
    findings.add(field, TO_REQUIRED, anchor);
    return [];
  }
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length === 0) {
    findings.add(
      field,
      `The ${kind} array, when used, must at least have an email parameter with a valid email address and it may also contain a name parameter. ${EXAMPLE}`,
      anchor,
    );
    return [];
  }
  const parties: Party[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const party = readParty(value[index], `${field}.${index}`, anchor, findings);
    if (party !== null) parties.push(party);
  }
  return parties;
}

/** No address may stand twice in one personalization. */
export function checkUnique(
  lists: Readonly<Record<'to' | 'cc' | 'bcc', readonly Party[]>>,
  field: string,
  findings: Findings,
): void {
  const seen = new Set<string>();
  for (const kind of ['to', 'cc', 'bcc'] as const) {
    for (const { email } of lists[kind]) {
      const address = normalizeEmail(email);
      if (seen.has(address)) {
        findings.add(
          field,
          `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${address}] in the ${field}.${kind} field.`,
          'message.recipient-errors',
        );
        return;
      }
      seen.add(address);
    }
  }
}

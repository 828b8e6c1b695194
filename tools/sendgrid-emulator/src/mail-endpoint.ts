import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@cadenza/domain';
import type { Account } from './account.ts';
import {
  BAD_JSON,
  CREDITS_EXCEEDED,
  errorAnswer,
  INVALID_GRANT,
  TOO_LARGE,
  UNVERIFIED_SENDER,
  WRONG_CONTENT_TYPE,
  type ApiAnswer,
} from './api-error.ts';
import type { FaultTarget } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { isObject, type JsonObject } from './mail/findings.ts';
import { validateMail } from './mail/validate.ts';
import type { Mailroom } from './mailroom.ts';

/** SendGrid takes less than 30 MB. */
export const MAIL_LIMIT_BYTES = 30 * 1024 * 1024;

/** A body of `/v3/mail/send` that has been read: parsed once, for faults and for sending. */
export interface MailInput {
  readonly headers: IncomingHttpHeaders;
  /** Too large, not JSON, or the value. */
  readonly body: { readonly value: unknown } | 'too large' | 'not JSON';
}

export function mailInput(headers: IncomingHttpHeaders, raw: Buffer | null): MailInput {
  if (raw === null) return { headers, body: 'too large' };
  try {
    return { headers, body: { value: JSON.parse(raw.toString('utf8')) as unknown } };
  } catch {
    return { headers, body: 'not JSON' };
  }
}

/** `POST /v3/mail/send`. */
export interface MailEndpoint {
  /** Validates and accepts, or refuses; both go into the ledger. */
  send(input: MailInput): ApiAnswer;
  /** Enters an answer that a fault gave (`status` null: none) instead of `send`. */
  refused(input: MailInput, status: number | null, reason: string): void;
}

export function createMailEndpoint(parts: {
  readonly account: Account;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly mailroom: Mailroom;
}): MailEndpoint {
  const { account, clock, ledger, mailroom } = parts;

  function answer({ headers, body }: MailInput): ApiAnswer {
    if (!account.authorizes(headers.authorization)) return errorAnswer(401, INVALID_GRANT);
    const type = headers['content-type'] ?? '';
    if (type !== 'application/json' && !/^application\/json\s*(;|$)/i.test(type)) {
      return errorAnswer(415, WRONG_CONTENT_TYPE);
    }
    if (body === 'too large') return errorAnswer(413, TOO_LARGE);
    if (body === 'not JSON') return errorAnswer(400, BAD_JSON);
    const result = validateMail(body.value, clock.now());
    if (!result.ok) return { status: 400, body: { errors: result.errors } };
    const { mail } = result;
    if (!account.maySendFrom(mail.from.email)) return errorAnswer(403, UNVERIFIED_SENDER, 'from');
    if (mail.sandbox) return { status: 200 };
    const recipients = mail.parts.reduce(
      (sum, part) => sum + part.to.length + part.cc.length + part.bcc.length,
      0,
    );
    if (account.credits !== null) {
      if (account.credits < recipients) return errorAnswer(401, CREDITS_EXCEEDED);
      account.credits -= recipients;
    }
    return {
      status: 202,
      headers: { 'X-Message-Id': mailroom.accept(mail, headers.authorization?.slice(-4) ?? '') },
    };
  }

  function refused(input: MailInput, status: number | null, reason: string): void {
    const { recipients, customArgs } = glimpse(input);
    ledger.refuse({ at: clock.now(), status, reason, to: recipients, customArgs });
  }

  return {
    send(input) {
      const given = answer(input);
      if (given.status >= 400) refused(input, given.status, firstMessage(given));
      return given;
    },
    refused,
  };
}

function firstMessage({ body }: ApiAnswer): string {
  const errors = isObject(body) ? body['errors'] : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return isObject(first) ? String(first['message']) : '';
}

/** What can be seen of a mail that may well be invalid: whom it was for, and its arguments. */
function glimpse({ body }: MailInput): {
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly customArgs: Readonly<Record<string, string>>;
} {
  const mail: JsonObject = typeof body === 'object' && isObject(body.value) ? body.value : {};
  const recipients: string[] = [];
  const customArgs: Record<string, string> = {};
  const note = (args: unknown): void => {
    for (const [key, value] of Object.entries(isObject(args) ? args : {})) {
      if (typeof value === 'string') customArgs[key] = value;
    }
  };
  note(mail['custom_args']);
  const parts: readonly unknown[] = Array.isArray(mail['personalizations'])
    ? mail['personalizations']
    : [];
  let subject = mail['subject'];
  for (const part of parts) {
    if (!isObject(part)) continue;
    note(part['custom_args']);
    subject = part['subject'] ?? subject;
    const to: readonly unknown[] = Array.isArray(part['to']) ? part['to'] : [];
    for (const party of to) {
      if (isObject(party) && typeof party['email'] === 'string') {
        recipients.push(party['email'].trim().toLowerCase());
      }
    }
  }
  return { recipients, subject: typeof subject === 'string' ? subject : '', customArgs };
}

export function faultTarget(path: string, input: MailInput): FaultTarget {
  const { recipients, subject } = glimpse(input);
  return { path, recipients, subject };
}

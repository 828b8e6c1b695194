import type { EpochMs } from '@cadenza/domain';
import type { ApiErrorItem } from '../api-error.ts';
import { readContent } from './content.ts';
import {
  mergeCustomArgs,
  readCategories,
  readCustomArgs,
  readHeaders,
  readSendAt,
} from './fields.ts';
import { Findings, isObject, type JsonObject } from './findings.ts';
import type { AcceptedPart, MailRequest } from './mail.ts';
import { checkUnique, readFrom, readParties, readParty } from './parties.ts';

const PERSONALIZATION_LIMIT = 1_000;
const RECIPIENT_LIMIT = 1_000;
const SUBJECT_REQUIRED =
  'The subject is required. You can get around this requirement if you use a template with a ' +
  'subject defined or if every personalization has a subject defined.';
const SUBJECT_STRING =
  'The subject of your email must be a string at least one character in length.';

/**
 * Checks a body of `/v3/mail/send` by SendGrid's rules, with its messages
 * (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors). It is written by hand
 * because benches send thousands of messages a second through it.
 */
export function validateMail(
  body: unknown,
  now: EpochMs,
):
  | { readonly ok: true; readonly mail: MailRequest }
  | { readonly ok: false; readonly errors: readonly ApiErrorItem[] } {
  const findings = new Findings();
  const input: JsonObject = isObject(body) ? body : {};
  const from = readFrom(input['from'], findings);
  if (input['reply_to'] !== undefined) {
    readParty(input['reply_to'], 'reply_to', 'message.reply_to', findings);
  }
  const parts = readParts(input, now, findings);
  const content = readContent(input, findings);
  const categories = readCategories(input['categories'], findings);
  const batchId = input['batch_id'];
  if (batchId !== undefined && typeof batchId !== 'string') {
    findings.add('batch_id', 'The batch_id must be a string.', 'message.batch_id');
  }
  const groupId = isObject(input['asm']) ? input['asm']['group_id'] : undefined;
  if (groupId !== undefined && !Number.isInteger(groupId)) {
    findings.add('asm.group_id', 'The ASM group ID must be an integer.', 'message.asm');
  }
  const settings = input['mail_settings'];
  const tracking = input['tracking_settings'];
  const mail = {
    parts,
    content,
    categories,
    batchId: typeof batchId === 'string' ? batchId : null,
    asmGroupId: typeof groupId === 'number' ? groupId : null,
    sandbox: enabled(settings, 'mail_settings', 'sandbox_mode', false, findings),
    bypassLists: enabled(settings, 'mail_settings', 'bypass_list_management', false, findings),
    openTracking: enabled(tracking, 'tracking_settings', 'open_tracking', true, findings),
    clickTracking: enabled(tracking, 'tracking_settings', 'click_tracking', true, findings),
  };
  if (findings.items.length > 0 || from === null) return { ok: false, errors: findings.items };
  return { ok: true, mail: { from, ...mail } };
}

function enabled(
  settings: unknown,
  group: string,
  name: string,
  otherwise: boolean,
  findings: Findings,
): boolean {
  const setting = isObject(settings) ? settings[name] : undefined;
  const value = isObject(setting) ? setting['enable'] : undefined;
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  findings.add(
    `${group}.${name}.enable`,
    `The ${name.replaceAll('_', ' ')} enable param should be a boolean value.`,
    `message.${group}.${name}.enable`,
  );
  return otherwise;
}

function readParts(input: JsonObject, now: EpochMs, findings: Findings): AcceptedPart[] {
  const list = input['personalizations'];
  if (!Array.isArray(list) || list.length === 0) {
    findings.add(
      'personalizations',
      'The personalizations field is required and must have at least one personalization.',
      '-Personalizations-Errors',
    );
    return [];
  }
  if (list.length > PERSONALIZATION_LIMIT) {
    findings.add(
      'personalizations',
      `The personalization block is limited to 1000 personalizations per API request. You have provided ${list.length} personalizations. Please consider splitting this into multiple requests and resending your request.`,
      'message.personalizations',
    );
    return [];
  }
  const common = {
    subject: readSubject(input['subject'], 'subject', findings),
    headers: readHeaders(input['headers'], 'headers', findings),
    customArgs: readCustomArgs(input['custom_args'], 'custom_args', findings),
    sendAt: readSendAt(input['send_at'], 'send_at', now, findings),
    templated: typeof input['template_id'] === 'string',
  };
  const parts: AcceptedPart[] = [];
  let recipients = 0;
  let subjectMissing = false;
  for (let index = 0; index < list.length; index += 1) {
    const item: unknown = list[index];
    const own: JsonObject = isObject(item) ? item : {};
    const field = `personalizations.${index}`;
    const to = readParties(own['to'], 'to', `${field}.to`, findings);
    const cc = readParties(own['cc'], 'cc', `${field}.cc`, findings);
    const bcc = readParties(own['bcc'], 'bcc', `${field}.bcc`, findings);
    checkUnique({ to, cc, bcc }, field, findings);
    recipients += to.length + cc.length + bcc.length;
    const ownSubject = readSubject(own['subject'], `${field}.subject`, findings);
    const ownHeaders = readHeaders(own['headers'], `${field}.headers`, findings);
    const ownArgs = readCustomArgs(own['custom_args'], `${field}.custom_args`, findings);
    const sendAt = readSendAt(own['send_at'], `${field}.send_at`, now, findings);
    const subject = ownSubject ?? common.subject;
    if (subject === null && !common.templated && input['subject'] === undefined) {
      subjectMissing = true;
    }
    parts.push({
      index,
      to,
      cc,
      bcc,
      subject: subject ?? '',
      headers: { ...common.headers, ...ownHeaders },
      customArgs: mergeCustomArgs(common.customArgs, ownArgs, `${field}.custom_args`, findings),
      sendAt: sendAt ?? common.sendAt,
    });
  }
  if (subjectMissing) findings.add('subject', SUBJECT_REQUIRED, 'message.subject');
  if (recipients > RECIPIENT_LIMIT) {
    findings.add(
      'personalizations',
      'There is a limit of 1000 total recipients (to + cc + bcc) per request.',
      'message.recipient-errors',
    );
  }
  return parts;
}

function readSubject(value: unknown, field: string, findings: Findings): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length > 0) return value;
  findings.add(field, SUBJECT_STRING, 'message.subject');
  return null;
}

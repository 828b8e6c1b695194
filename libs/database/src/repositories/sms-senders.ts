import type { Id } from '@cadenza/domain';
import type { SmsAnswerTexts } from '@cadenza/engine';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Changes } from './changes.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import {
  insertSender,
  sendersOf,
  updateSender,
  withSpacing,
  type SenderFields,
  type SenderRecord,
} from './senders.ts';

/** A number or a name that text messages are sent from. */
export interface SmsSenderRecord extends SenderRecord {
  /** A number (E.164), a short code, or up to 11 letters and digits. */
  readonly from: string;
  /** Where people find help, as answers to HELP say; null: they do not. */
  readonly helpContact: string | null;
  /** What is answered to words instead of what Cadenza would say. */
  readonly answers: SmsAnswerTexts;
}

export interface SmsSenderFields extends SenderFields {
  readonly helpContact?: string | null | undefined;
  readonly answers?: SmsAnswerTexts | undefined;
}

function smsSenders(trx: Transaction<Schema>, tenantId: Id) {
  return sendersOf(trx, tenantId, 'sms')
    .select(['sms_from as from', 'help_contact as helpContact', 'answer_texts as answers'])
    .$narrowType<{ from: string }>();
}

export async function findSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<SmsSenderRecord | null> {
  const row = await smsSenders(trx, tenantId).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : withSpacing(row);
}

export async function listSmsSenders(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
): Promise<Page<SmsSenderRecord>> {
  const { after } = page;
  const rows = await smsSenders(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(withSpacing), page);
}

/** @returns the new sender's id, or null where one has that number or name. */
export function insertSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  { from, helpContact, answers, ...fields }: SmsSenderFields & { readonly from: string },
): Promise<Id | null> {
  return insertSender(trx, tenantId, fields, {
    channel: 'sms',
    sms_from: from,
    help_contact: helpContact ?? null,
    answer_texts: JSON.stringify(answers ?? {}),
  });
}

export function updateSmsSender(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { helpContact, answers, ...fields }: Changes<SmsSenderFields>,
): Promise<boolean> {
  return updateSender(trx, { tenantId, id, channel: 'sms' }, fields, {
    help_contact: helpContact,
    answer_texts: answers && JSON.stringify(answers),
  });
}

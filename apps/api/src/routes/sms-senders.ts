import {
  findSmsSender,
  insertSmsSender,
  listSmsSenders,
  setSenderVerification,
  storeWithin,
  updateSmsSender,
  type Schema,
} from '@cadenza/database';
import {
  isSmsSenderId,
  MOST_SMS_SEGMENTS,
  normalizePhone,
  smsLength,
  type Id,
} from '@cadenza/domain';
import { pauseSender, resumeSender } from '@cadenza/engine';
import type { SmsDev } from '@cadenza/sms-dev';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import {
  CLEAN_TEXT_EXPECTED,
  id,
  instant,
  isCleanText,
  LENGTHS,
  line,
  reason,
} from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, notFound, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { spacing } from './sender-identities.ts';

/** A name or a short code stays as it is written: it is what people see. */
function senderOf(value: string): string | null {
  const text = value.trim();
  return isSmsSenderId(text) ? text : normalizePhone(text);
}

const from = z
  .string()
  .max(40)
  .refine((value) => senderOf(value) !== null, {
    error:
      'a phone number with its country code such as +49 30 1234567, a short code of 3 to 8 digits, or a name of up to 11 letters and digits',
    params: { code: 'invalid_sender' },
  })
  .transform((value) => senderOf(value) ?? value);

const text = z
  .string()
  .trim()
  .min(1)
  .refine(isCleanText, CLEAN_TEXT_EXPECTED)
  .refine((value) => smsLength(value).segments <= MOST_SMS_SEGMENTS, {
    error: `a text of up to ${MOST_SMS_SEGMENTS} segments`,
    params: { code: 'too_long' },
  });

/** What is answered to words, where it is not what Cadenza would say. */
const answers = z.strictObject({
  help: text.optional(),
  stop: text.optional(),
  start: text.optional(),
});
/** Where people find help: a number, an address or a page. */
const helpContact = line(200);

const smsSender = z
  .strictObject({
    id,
    from: z.string(),
    name: z.string(),
    verification: z.enum(['pending', 'verified', 'unverified']),
    verificationDetail: z.string().nullable(),
    verifiedAt: instant.nullable(),
    pausedAt: instant.nullable(),
    pauseReason: z.string().nullable(),
    spacing: spacing.nullable(),
    helpContact: z.string().nullable(),
    answers: z.object({ help: z.string(), stop: z.string(), start: z.string() }).partial(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'SmsSender' });

const WHAT = 'SMS sender';
const tag = 'SMS senders';
const params = z.strictObject({ id });
const fields = {
  spacing: spacing.nullable().optional(),
  helpContact: helpContact.nullable().optional(),
  answers: answers.optional(),
};

/** Whom text messages come from: in the manner of sender identities. */
export function smsSenderRoutes(deps: Pick<ApiDeps, 'smsVerification'>): readonly Route[] {
  async function ask(sender: string): ReturnType<SmsDev['senderVerification']> {
    if (deps.smsVerification === null) {
      throw new HttpProblem(
        'unavailable',
        'This installation has no provider of text messages: set SMS_BASE_URL.',
      );
    }
    try {
      return await deps.smsVerification.senderVerification(sender);
    } catch (error) {
      const message = error instanceof Error ? error.message : 'no answer';
      throw new HttpProblem('upstream-failed', message);
    }
  }

  async function read(trx: Transaction<Schema>, tenantId: Id, senderId: Id) {
    return found(await findSmsSender(trx, tenantId, senderId), WHAT, senderId);
  }

  return [
    route({
      method: 'POST',
      path: '/sms-senders',
      operation: 'createSmsSender',
      answersIn: 'transaction',
      tag,
      summary: 'Create an SMS sender, to be verified',
      body: z.strictObject({ from, name: line(LENGTHS.name), ...fields }),
      status: 201,
      response: smsSender,
      handle: ({ tenantId, body, tx }) =>
        tx(async (trx) => {
          const created = await insertSmsSender(trx, tenantId, body);
          if (created === null) throw taken('from', 'Another SMS sender has this number or name.');
          return read(trx, tenantId, created);
        }),
    }),
    route({
      method: 'GET',
      path: '/sms-senders',
      operation: 'listSmsSenders',
      tag,
      summary: 'List SMS senders, newest first',
      query: z.strictObject(pageQuery),
      response: pageSchema(smsSender),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listSmsSenders(trx, tenantId, pageRequest(query)))),
    }),
    route({
      method: 'GET',
      path: '/sms-senders/:id',
      operation: 'getSmsSender',
      tagged: { row: 'email_sender_identities' },
      tag,
      summary: 'Read an SMS sender',
      params,
      response: smsSender,
      handle: ({ tenantId, params: { id: senderId }, tx }) =>
        tx((trx) => read(trx, tenantId, senderId)),
    }),
    route({
      method: 'PATCH',
      path: '/sms-senders/:id',
      operation: 'updateSmsSender',
      tag,
      summary: 'Change an SMS sender, but for its number or name',
      params,
      body: z.strictObject({ name: line(LENGTHS.name).optional(), ...fields }),
      response: smsSender,
      handle: ({ tenantId, params: { id: senderId }, body, tx }) =>
        tx(async (trx) => {
          const changed = await updateSmsSender(trx, tenantId, senderId, body);
          if (!changed) throw notFound(WHAT, senderId);
          return read(trx, tenantId, senderId);
        }),
    }),
    route({
      method: 'POST',
      path: '/sms-senders/:id/verify',
      operation: 'verifySmsSender',
      answersIn: 'transaction',
      tag,
      summary: 'Ask the provider whether the account may send from it, and keep the answer',
      params,
      response: smsSender,
      async handle({ tenantId, params: { id: senderId }, tx }) {
        const sender = await tx((trx) => read(trx, tenantId, senderId));
        // Between two transactions: none stays open while somebody else's server is asked.
        const { status, reason: detail } = await ask(sender.from);
        return tx(async (trx) => {
          await setSenderVerification(trx, tenantId, senderId, { status, detail });
          return read(trx, tenantId, senderId);
        });
      },
    }),
    route({
      method: 'POST',
      path: '/sms-senders/:id/pause',
      operation: 'pauseSmsSender',
      tag,
      summary: 'Stop everything that this sender would send, until it is resumed',
      params,
      body: z.strictObject({ reason: reason.optional() }).optional(),
      response: smsSender,
      auditsItself: true,
      answersIn: 'transaction',
      handle: ({ tenantId, actor, params: { id: senderId }, body, tx }) =>
        tx(async (trx) => {
          await read(trx, tenantId, senderId);
          const why = body?.reason ?? 'paused by an operator';
          await pauseSender(storeWithin(trx), { tenantId, id: senderId }, why, actor);
          return read(trx, tenantId, senderId);
        }),
    }),
    route({
      method: 'POST',
      path: '/sms-senders/:id/resume',
      operation: 'resumeSmsSender',
      auditsItself: true,
      answersIn: 'transaction',
      tag,
      summary: 'Let a paused sender send again',
      params,
      response: smsSender,
      handle: ({ tenantId, actor, params: { id: senderId }, tx }) =>
        tx(async (trx) => {
          await read(trx, tenantId, senderId);
          const sender = { tenantId, id: senderId };
          await resumeSender(storeWithin(trx), sender, actor);
          return read(trx, tenantId, senderId);
        }),
    }),
  ];
}

import {
  dismissFailure,
  findMessage,
  listMessages,
  storeWithin,
  type Schema,
} from '@cadenza/database';
import { MESSAGE_STATUSES, type Id } from '@cadenza/domain';
import {
  resendMessage,
  resolveUnknown,
  UNKNOWN_RESOLUTIONS,
  type OperatorOptions,
  type ResendRefusal,
  type ResolveRefusal,
} from '@cadenza/engine';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant, reason } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const message = z
  .strictObject({
    id,
    enrollmentId: id,
    campaignId: id,
    contactId: id,
    nodeId: z.string(),
    visit: z.int(),
    attempt: z.int(),
    senderIdentityId: id,
    status: z.enum(MESSAGE_STATUSES),
    to: z.string().nullable(),
    subject: z.string().nullable(),
    begunAt: instant.nullable(),
    acceptedAt: instant.nullable(),
    providerMessageId: z.string().nullable(),
    detail: z.string().nullable(),
    lookUps: z.int().meta({ description: 'How often the fate of an unknown one was looked up.' }),
    absentAt: instant
      .nullable()
      .meta({ description: 'When SendGrid showed nothing of an unknown one last.' }),
    dismissal: z
      .strictObject({
        attempt: z.int().meta({ description: 'The attempt that had failed.' }),
        at: instant,
        by: z.string().meta({ description: 'As the audit log names them.' }),
        reason: z
          .string()
          .nullable()
          .meta({ description: 'Null where the person has been erased since.' }),
      })
      .nullable()
      .meta({ description: 'Who has said of a failed attempt that nothing is left to do.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'MessageSummary' });

const messageEvent = z
  .strictObject({
    id,
    type: z.string(),
    at: instant,
    attempt: z.int(),
    actor: z.string(),
    url: z.string().nullable(),
    synthetic: z.boolean(),
    data: z.unknown(),
  })
  .meta({ id: 'MessageEvent' });

const formerAttempt = z
  .strictObject({
    attempt: z.int(),
    status: z
      .string()
      .meta({ description: '`released`: nothing of it left, and its number was used again.' }),
    to: z.string(),
    begunAt: instant,
    acceptedAt: instant.nullable(),
    providerMessageId: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'FormerAttempt' });

const messageDetail = message
  .extend({ events: z.array(messageEvent), formerAttempts: z.array(formerAttempt) })
  .meta({ id: 'Message' });

const tag = 'Messages';
const WHAT = 'message';
const params = z.strictObject({ id });

const UNRESOLVED: Readonly<Record<Exclude<ResolveRefusal, 'not_found'>, string>> = {
  not_unknown: 'The fate of this message is known.',
  moved_on:
    'Its enrollment has ended, or gone on without it, so it is not sent again. It can be `accepted` or `failed`.',
};

const REFUSALS: Readonly<Record<Exclude<ResendRefusal, 'not_found'>, string>> = {
  not_failed: 'It is under way, or it has arrived.',
  moved_on: 'Its failure did not end the enrollment, or something else has since.',
  enrolled_again: 'The contact takes part in the campaign again.',
  not_reachable: 'The contact has no address that may be written to.',
};

export function messageRoutes(deps: ApiDeps): readonly Route[] {
  const within = (trx: Transaction<Schema>): OperatorOptions => ({
    store: storeWithin(trx),
    plans: deps.plans,
    now: () => deps.clock.now(),
    graceMs: deps.settings.graceMs,
  });
  const read = async (trx: Transaction<Schema>, tenantId: Id, messageId: Id) =>
    found(await findMessage(trx, tenantId, messageId), WHAT, messageId);
  return [
    route({
      method: 'GET',
      path: '/messages',
      operation: 'listMessages',
      tag,
      summary: 'List messages, newest first; `status=unknown` are those whose fate is not known',
      query: z.strictObject({
        ...pageQuery,
        campaignId: id.optional(),
        status: z.enum(MESSAGE_STATUSES).optional().meta({
          description:
            '`failed`, `bounced`, `blocked` and `dropped` find those that nobody has dismissed, unless `dismissed` is `true`.',
        }),
        dismissed: z
          .enum(['true', 'false'])
          .optional()
          .meta({ description: 'Those alone whose last attempt was dismissed, or was not.' }),
      }),
      response: pageSchema(message),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(
          await tx((trx) =>
            listMessages(trx, tenantId, pageRequest(query), {
              ...query,
              dismissed: query.dismissed === undefined ? undefined : query.dismissed === 'true',
            }),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/messages/:id',
      operation: 'getMessage',
      tag,
      summary: 'Read a message with its events and its attempts before the current one',
      params,
      response: messageDetail,
      handle: ({ tenantId, params: { id: messageId }, tx }) =>
        tx((trx) => read(trx, tenantId, messageId)),
    }),
    route({
      method: 'POST',
      path: '/messages/:id/resolve',
      operation: 'resolveMessage',
      tag,
      summary:
        'Decide about an unknown message: it was `accepted`, it was `lost` and is sent again, or it is given up as `failed`',
      params,
      body: z.strictObject({ as: z.enum(UNKNOWN_RESOLUTIONS) }),
      response: messageDetail,
      answersIn: 'transaction',
      handle: ({ tenantId, params: { id: messageId }, body, tx }) =>
        tx(async (trx) => {
          const ref = { tenantId, id: messageId };
          const refusal = await resolveUnknown(ref, body.as, within(trx));
          if (refusal !== null && refusal !== 'not_found') {
            throw new HttpProblem('conflict', UNRESOLVED[refusal]);
          }
          return read(trx, tenantId, messageId);
        }),
    }),
    route({
      method: 'POST',
      path: '/messages/:id/resend',
      operation: 'resendMessage',
      tag,
      summary: 'Send a message that has failed again, as its next attempt',
      params,
      response: messageDetail,
      answersIn: 'transaction',
      handle: ({ tenantId, params: { id: messageId }, tx }) =>
        tx(async (trx) => {
          const refusal = await resendMessage({ tenantId, id: messageId }, within(trx));
          if (refusal !== null && refusal !== 'not_found') {
            throw new HttpProblem('conflict', REFUSALS[refusal]);
          }
          return read(trx, tenantId, messageId);
        }),
    }),
    route({
      method: 'POST',
      path: '/messages/:id/dismiss',
      operation: 'dismissMessage',
      tag,
      summary:
        'Say of a message that has failed that nothing is left to do: it is found no more among what has failed, and can still be sent again',
      params,
      body: z.strictObject({ reason }),
      response: messageDetail,
      answersIn: 'transaction',
      handle: ({ tenantId, actor, params: { id: messageId }, body, tx }) =>
        tx(async (trx) => {
          const said = { by: actor, reason: body.reason };
          const outcome = await dismissFailure(trx, { tenantId, id: messageId }, said);
          if (outcome === 'not_failed') throw new HttpProblem('conflict', REFUSALS.not_failed);
          return read(trx, tenantId, messageId);
        }),
    }),
  ];
}

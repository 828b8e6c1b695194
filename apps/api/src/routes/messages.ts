import { findMessage, listMessages } from '@cadenza/database';
import { MESSAGE_STATUSES } from '@cadenza/domain';
import { z } from 'zod';
import { id, instant } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found } from '../http/problem.ts';
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

const tag = 'Messages';

export const messageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/messages',
    operation: 'listMessages',
    tag,
    summary: 'List messages, newest first; `status=unknown` are those whose fate is not known',
    query: z.strictObject({
      ...pageQuery,
      campaignId: id.optional(),
      status: z.enum(MESSAGE_STATUSES).optional(),
    }),
    response: pageSchema(message),
    handle: async ({ tenantId, query, tx }) =>
      pageBody(await tx((trx) => listMessages(trx, tenantId, pageRequest(query), query))),
  }),
  route({
    method: 'GET',
    path: '/messages/:id',
    operation: 'getMessage',
    tag,
    summary: 'Read a message with its events',
    params: z.strictObject({ id }),
    response: message.extend({ events: z.array(messageEvent) }).meta({ id: 'Message' }),
    handle: async ({ tenantId, params, tx }) =>
      found(await tx((trx) => findMessage(trx, tenantId, params.id)), 'message', params.id),
  }),
];

import {
  findSenderIdentity,
  insertSenderIdentity,
  listSenderIdentities,
  setSenderVerification,
  storeWithin,
  updateSenderIdentity,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { pauseSender, resumeSender } from '@cadenza/engine';
import { SendGridApiError, type SenderVerification } from '@cadenza/sendgrid';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email, id, instant, ipPool, LENGTHS, line, lines, reason } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, notFound, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { warmUp } from './warm-up.ts';

const seconds = z.int().min(1).max(86_400);
export const spacing = z
  .strictObject({ minSeconds: seconds, maxSeconds: seconds })
  .refine(({ minSeconds, maxSeconds }) => minSeconds <= maxSeconds, {
    path: ['maxSeconds'],
    error: 'at least minSeconds',
  })
  .meta({
    id: 'Spacing',
    description: 'Bounds of the time between two messages of the identity, drawn for each.',
  });

const senderIdentity = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string(),
    replyTo: z.string().nullable(),
    signature: z.string().nullable(),
    verification: z.enum(['pending', 'verified', 'unverified']),
    verificationDetail: z.string().nullable(),
    verifiedAt: instant.nullable(),
    pausedAt: instant.nullable(),
    pauseReason: z.string().nullable(),
    ipPool: z.string().nullable(),
    spacing: spacing.nullable(),
    warmUp: warmUp.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'SenderIdentity' });

const fields = {
  replyTo: email.nullable().optional(),
  signature: lines(LENGTHS.signature).nullable().optional(),
  ipPool: ipPool.nullable().optional(),
  spacing: spacing.nullable().optional(),
};
const WHAT = 'sender identity';
const tag = 'Sender identities';
const params = z.strictObject({ id });

export function senderIdentityRoutes(deps: Pick<ApiDeps, 'sendGrid'>): readonly Route[] {
  async function ask(tenantId: Id, address: string): Promise<SenderVerification> {
    const sendGrid = await deps.sendGrid(tenantId);
    if (sendGrid === null) {
      throw new HttpProblem(
        'unavailable',
        'This installation has no key for SendGrid: set SENDGRID_API_KEY.',
      );
    }
    try {
      return await sendGrid.senderVerification(address);
    } catch (error) {
      if (!(error instanceof SendGridApiError)) throw error;
      // Another try comes to nothing until there is another key.
      const isRefused = error.statusCode === 401 || error.statusCode === 403;
      throw isRefused
        ? new HttpProblem(
            'unprocessable',
            `SendGrid does not let the key do this that the tenant sends with: ${error.message}`,
          )
        : new HttpProblem('upstream-failed', error.message);
    }
  }

  return [
    route({
      method: 'POST',
      path: '/sender-identities',
      operation: 'createSenderIdentity',
      answersIn: 'transaction',
      tag,
      summary: 'Create a sender identity, to be verified',
      body: z.strictObject({ email, name: line(LENGTHS.name), ...fields }),
      status: 201,
      response: senderIdentity,
      handle: ({ tenantId, body, tx }) =>
        tx(async (trx) => {
          const created = await insertSenderIdentity(trx, tenantId, body);
          if (created === null) throw taken('email', 'Another sender identity has this address.');
          return found(await findSenderIdentity(trx, tenantId, created), WHAT, created);
        }),
    }),
    route({
      method: 'GET',
      path: '/sender-identities',
      operation: 'listSenderIdentities',
      tag,
      summary: 'List sender identities, newest first',
      query: z.strictObject({
        ...pageQuery,
        email: email.optional().meta({ description: 'The one with this address.' }),
      }),
      response: pageSchema(senderIdentity),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listSenderIdentities(trx, tenantId, pageRequest(query), query))),
    }),
    route({
      method: 'GET',
      path: '/sender-identities/:id',
      operation: 'getSenderIdentity',
      tagged: { row: 'email_sender_identities', besides: ['warmUp.today'] },
      tag,
      summary: 'Read a sender identity',
      params,
      response: senderIdentity,
      handle: async ({ tenantId, params: { id: senderId }, tx }) =>
        found(await tx((trx) => findSenderIdentity(trx, tenantId, senderId)), WHAT, senderId),
    }),
    route({
      method: 'PATCH',
      path: '/sender-identities/:id',
      operation: 'updateSenderIdentity',
      tag,
      summary: 'Change a sender identity, but for its address',
      params,
      body: z.strictObject({ name: line(LENGTHS.name).optional(), ...fields }),
      response: senderIdentity,
      handle: ({ tenantId, params: { id: senderId }, body, tx }) =>
        tx(async (trx) => {
          const changed = await updateSenderIdentity(trx, tenantId, senderId, body);
          if (!changed) throw notFound(WHAT, senderId);
          return found(await findSenderIdentity(trx, tenantId, senderId), WHAT, senderId);
        }),
    }),
    route({
      method: 'POST',
      path: '/sender-identities/:id/verify',
      operation: 'verifySenderIdentity',
      answersIn: 'transaction',
      tag,
      summary: 'Ask SendGrid whether it takes mail from this address, and keep the answer',
      params,
      response: senderIdentity,
      async handle({ tenantId, params: { id: senderId }, tx }) {
        const identity = found(
          await tx((trx) => findSenderIdentity(trx, tenantId, senderId)),
          WHAT,
          senderId,
        );
        // Between two transactions: none stays open while somebody else's server is asked.
        const { status, reason: detail } = await ask(tenantId, identity.email);
        return tx(async (trx) => {
          await setSenderVerification(trx, tenantId, senderId, { status, detail });
          return found(await findSenderIdentity(trx, tenantId, senderId), WHAT, senderId);
        });
      },
    }),
    route({
      method: 'POST',
      path: '/sender-identities/:id/pause',
      operation: 'pauseSenderIdentity',
      tag,
      summary: 'Stop everything that this identity would send, until it is resumed',
      params,
      body: z.strictObject({ reason: reason.optional() }).optional(),
      response: senderIdentity,
      auditsItself: true,
      answersIn: 'transaction',
      handle: ({ tenantId, actor, params: { id: senderId }, body, tx }) =>
        tx(async (trx) => {
          found(await findSenderIdentity(trx, tenantId, senderId), WHAT, senderId);
          const why = body?.reason ?? 'paused by an operator';
          await pauseSender(storeWithin(trx), { tenantId, id: senderId }, why, actor);
          return found(await findSenderIdentity(trx, tenantId, senderId), WHAT, senderId);
        }),
    }),
    route({
      method: 'POST',
      path: '/sender-identities/:id/resume',
      operation: 'resumeSenderIdentity',
      auditsItself: true,
      answersIn: 'transaction',
      tag,
      summary: 'Let a paused identity send again',
      params,
      response: senderIdentity,
      handle: ({ tenantId, actor, params: { id: senderId }, tx }) =>
        tx(async (trx) => {
          const sender = { tenantId, id: senderId };
          await resumeSender(storeWithin(trx), sender, actor);
          return found(await findSenderIdentity(trx, tenantId, senderId), WHAT, senderId);
        }),
    }),
  ];
}

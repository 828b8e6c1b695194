import { createInboundToken, deleteInboundToken, listInboundTokens } from '@cadenza/database';
import { z } from 'zod';
import { id, instant, LENGTHS, line } from '../http/fields.ts';
import { found } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { INBOUND_PATH } from './inbound.ts';

const facts = {
  id,
  name: z.string().meta({ description: 'What people call it.' }),
  createdAt: instant,
};
const token = z.strictObject(facts).meta({
  id: 'InboundToken',
  description:
    'A secret in the address that SendGrid posts this tenant’s own inbound mail to. Any of them serves.',
});
const newToken = z
  .strictObject({
    ...facts,
    token: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
    path: z.string().meta({
      description: 'What follows PUBLIC_URL in the address for SendGrid, the token with it.',
    }),
  })
  .meta({ id: 'NewInboundToken' });

const tag = 'Inbound tokens';
const scope = 'admin';

export const inboundTokenRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/inbound-tokens',
    operation: 'listInboundTokens',
    tag,
    scope,
    summary: 'List the secrets for the address of inbound mail',
    response: z.strictObject({ items: z.array(token) }),
    handle: async ({ tenantId, tx }) => ({
      items: await tx((trx) => listInboundTokens(trx, tenantId)),
    }),
  }),
  route({
    method: 'POST',
    path: '/inbound-tokens',
    operation: 'createInboundToken',
    auditsItself: true,
    answersIn: 'transaction',
    shownOnce: true,
    tag,
    scope,
    summary:
      'Make a secret for the address of inbound mail; to change it, make one, then delete the old',
    body: z.strictObject({ name: line(LENGTHS.name) }),
    status: 201,
    response: newToken,
    handle: ({ tenantId, actor, body, tx }) =>
      tx(async (trx) => {
        const made = await createInboundToken(trx, tenantId, { ...body, actor });
        return { ...made, path: `${INBOUND_PATH}/${tenantId}?token=${made.token}` };
      }),
  }),
  route({
    method: 'DELETE',
    path: '/inbound-tokens/:id',
    operation: 'deleteInboundToken',
    auditsItself: true,
    tag,
    scope,
    summary: 'Believe no mail any more that comes with a secret',
    params: z.strictObject({ id }),
    response: token,
    handle: async ({ tenantId, actor, params, tx }) =>
      found(
        await tx((trx) => deleteInboundToken(trx, tenantId, { id: params.id, actor })),
        'inbound token',
        params.id,
      ),
  }),
];

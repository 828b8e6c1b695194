import { findTenantStatus, storeWithin, type Schema } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { pauseTenant, resumeTenant } from '@cadenza/engine';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { reason } from '../http/fields.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const tenant = z
  .strictObject({
    status: z.enum(['active', 'paused']),
    pauseReason: z.string().nullable(),
    ownPause: z.boolean().meta({
      description:
        'Paused by one of its own keys, any of which resumes it. What an operator, a guard or SendGrid has paused an operator resumes.',
    }),
    postalAddress: z.string().nullable(),
  })
  .meta({ id: 'Tenant' });

const tag = 'Tenant';

async function read(trx: Transaction<Schema>, tenantId: Id) {
  return found(await findTenantStatus(trx, tenantId), 'tenant', tenantId);
}

export const tenantRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/tenant',
    operation: 'getTenant',
    tag,
    summary: 'Read whether the tenant sends',
    response: tenant,
    handle: ({ tenantId, tx }) => tx((trx) => read(trx, tenantId)),
  }),
  route({
    method: 'POST',
    path: '/tenant/pause',
    operation: 'pauseTenant',
    tag,
    summary: 'Stop everything that the tenant would send, until it is resumed',
    body: z.strictObject({ reason: reason.optional() }).optional(),
    response: tenant,
    auditsItself: true,
    answersIn: 'transaction',
    handle: ({ tenantId, actor, body, tx }) =>
      tx(async (trx) => {
        const why = body?.reason ?? 'paused by an operator';
        await pauseTenant(storeWithin(trx), tenantId, why, { by: actor, own: true });
        return read(trx, tenantId);
      }),
  }),
  route({
    method: 'POST',
    path: '/tenant/resume',
    operation: 'resumeTenant',
    tag,
    summary: 'Let the tenant send again, where one of its own keys has paused it',
    response: tenant,
    auditsItself: true,
    answersIn: 'transaction',
    handle: ({ tenantId, actor, tx }) =>
      tx(async (trx) => {
        const result = await resumeTenant(storeWithin(trx), tenantId, { by: actor, own: true });
        const row = await read(trx, tenantId);
        if (result !== 'not_own') return row;
        const message = `The tenant was paused by somebody else (${row.pauseReason ?? ''}): an operator resumes it (cadenza tenant resume).`;
        throw new HttpProblem('conflict', message, [
          { path: 'status', code: 'wrong_state', message },
        ]);
      }),
  }),
];

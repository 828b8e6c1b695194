import { findTenantStatus } from '@cadenza/database';
import { pauseTenant, resumeTenant } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { reason } from '../http/fields.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route, type RouteContext } from '../http/route.ts';

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

export function tenantRoutes(deps: Pick<ApiDeps, 'store'>): readonly Route[] {
  async function read({
    tenantId,
    tx,
  }: Pick<RouteContext<unknown, unknown, unknown>, 'tenantId' | 'tx'>) {
    return found(await tx((trx) => findTenantStatus(trx, tenantId)), 'tenant', tenantId);
  }

  return [
    route({
      method: 'GET',
      path: '/tenant',
      operation: 'getTenant',
      tag,
      summary: 'Read whether the tenant sends',
      response: tenant,
      handle: read,
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
      async handle({ tenantId, keyId, body, tx }) {
        const why = body?.reason ?? 'paused by an operator';
        await pauseTenant(deps.store, tenantId, why, { by: `api_key:${keyId}`, own: true });
        return read({ tenantId, tx });
      },
    }),
    route({
      method: 'POST',
      path: '/tenant/resume',
      operation: 'resumeTenant',
      tag,
      summary: 'Let the tenant send again, where one of its own keys has paused it',
      response: tenant,
      auditsItself: true,
      async handle({ tenantId, keyId, tx }) {
        const result = await resumeTenant(deps.store, tenantId, {
          by: `api_key:${keyId}`,
          own: true,
        });
        const row = await read({ tenantId, tx });
        if (result !== 'not_own') return row;
        const message = `The tenant was paused by somebody else (${row.pauseReason ?? ''}): an operator resumes it (cadenza tenant resume).`;
        throw new HttpProblem('conflict', message, [
          { path: 'status', code: 'wrong_state', message },
        ]);
      },
    }),
  ];
}

import { findContactByEmail, findErasure, liftErasedAddress } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { requestErasure } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email, id, instant, LENGTHS, line, pointInTime } from '../http/fields.ts';
import { found, HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const erasure = z
  .strictObject({
    id,
    contactId: id,
    status: z.enum(['requested', 'running', 'done', 'failed']).meta({
      description:
        'From `requested` on nothing is sent and the address is refused. `failed`: it is tried again.',
    }),
    error: z.string().nullable(),
    requestedAt: instant,
    doneAt: instant.nullable(),
  })
  .meta({ id: 'Erasure' });

/** Erasing people (GDPR Art. 17), and taking that back where they have consented since. */
export function erasureRoutes({
  store,
  plans,
  clock,
  standIn,
  settings,
}: Pick<ApiDeps, 'store' | 'plans' | 'clock' | 'standIn' | 'settings'>): readonly Route[] {
  const erase = (tenantId: Id, contactId: Id, keyId: Id) =>
    requestErasure(
      { tenantId, contactId, actor: `api_key:${keyId}` },
      { store, plans, now: () => clock.now(), graceMs: settings.graceMs, standIn },
    );
  return [
    route({
      method: 'POST',
      path: '/contacts/:id/erasure',
      operation: 'eraseContact',
      tag: 'Data protection',
      summary: 'Erase a person: nothing is sent from now on; saying it again changes nothing',
      params: z.strictObject({ id }),
      response: erasure,
      handle: async ({ tenantId, keyId, params, tx }) => {
        const erasureId = await erase(tenantId, params.id, keyId);
        if (erasureId === null) throw notFound('contact', params.id);
        return found(
          await tx((trx) => findErasure(trx, tenantId, erasureId)),
          'erasure',
          erasureId,
        );
      },
    }),
    route({
      method: 'POST',
      path: '/erasures',
      operation: 'eraseByAddress',
      tag: 'Data protection',
      summary: 'Erase the person of an e-mail address',
      body: z.strictObject({ email }),
      response: erasure,
      handle: async ({ tenantId, keyId, body, tx }) => {
        const contactId = await tx((trx) => findContactByEmail(trx, tenantId, body.email));
        const erasureId = contactId === null ? null : await erase(tenantId, contactId, keyId);
        if (erasureId === null) {
          throw new HttpProblem('not-found', 'There is no contact with this address.');
        }
        return found(
          await tx((trx) => findErasure(trx, tenantId, erasureId)),
          'erasure',
          erasureId,
        );
      },
    }),
    route({
      method: 'GET',
      path: '/erasures/:id',
      operation: 'getErasure',
      tag: 'Data protection',
      summary: 'Read how far an erasure is',
      params: z.strictObject({ id }),
      response: erasure,
      handle: async ({ tenantId, params, tx }) =>
        found(await tx((trx) => findErasure(trx, tenantId, params.id)), 'erasure', params.id),
    }),
    route({
      method: 'POST',
      path: '/erasures/lift',
      operation: 'liftErasure',
      tag: 'Data protection',
      summary: 'Let an erased address be added again, since its person has consented since then',
      body: z.strictObject({
        email,
        consentSource: line(LENGTHS.name).meta({ description: 'Where the person said so.' }),
        consentAt: pointInTime,
      }),
      response: z.strictObject({ lifted: z.boolean() }),
      handle: ({ tenantId, keyId, body, tx }) =>
        tx(async (trx) => ({
          lifted: await liftErasedAddress(trx, tenantId, {
            address: body.email,
            standIn,
            source: body.consentSource,
            givenAt: body.consentAt,
            actor: `api_key:${keyId}`,
          }),
        })),
    }),
  ];
}

import {
  findContactByEmail,
  findErasure,
  liftErasedAddress,
  storeWithin,
  type Schema,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { requestErasure } from '@cadenza/engine';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email, id, instant, LENGTHS, line, pointInTime } from '../http/fields.ts';
import { found, HttpProblem } from '../http/problem.ts';
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
  plans,
  clock,
  standIn,
  settings,
}: Pick<ApiDeps, 'plans' | 'clock' | 'standIn' | 'settings'>): readonly Route[] {
  async function erase(
    trx: Transaction<Schema>,
    request: { readonly tenantId: Id; readonly contactId: Id; readonly actor: string },
  ) {
    const erasureId = await requestErasure(request, {
      store: storeWithin(trx),
      plans,
      now: () => clock.now(),
      graceMs: settings.graceMs,
      standIn,
    });
    return erasureId === null ? null : findErasure(trx, request.tenantId, erasureId);
  }
  return [
    route({
      method: 'POST',
      path: '/contacts/:id/erasure',
      operation: 'eraseContact',
      auditsItself: true,
      answersIn: 'transaction',
      tag: 'Data protection',
      summary: 'Erase a person: nothing is sent from now on; saying it again changes nothing',
      params: z.strictObject({ id }),
      response: erasure,
      handle: ({ tenantId, actor, params, tx }) =>
        tx(async (trx) => {
          const request = { tenantId, contactId: params.id, actor };
          return found(await erase(trx, request), 'contact', params.id);
        }),
    }),
    route({
      method: 'POST',
      path: '/erasures',
      operation: 'eraseByAddress',
      auditsItself: true,
      answersIn: 'transaction',
      tag: 'Data protection',
      summary: 'Erase the person of an e-mail address',
      body: z.strictObject({ email }),
      response: erasure,
      handle: ({ tenantId, actor, body, tx }) =>
        tx(async (trx) => {
          const contactId = await findContactByEmail(trx, tenantId, body.email);
          const request = { tenantId, actor };
          const erased = contactId === null ? null : await erase(trx, { ...request, contactId });
          if (erased === null) {
            throw new HttpProblem('not-found', 'There is no contact with this address.');
          }
          return erased;
        }),
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
      auditsItself: true,
      answersIn: 'transaction',
      tag: 'Data protection',
      summary: 'Let an erased address be added again, since its person has consented since then',
      body: z.strictObject({
        email,
        consentSource: line(LENGTHS.name).meta({ description: 'Where the person said so.' }),
        consentAt: pointInTime,
      }),
      response: z.strictObject({ lifted: z.boolean() }),
      handle: ({ tenantId, actor, body, tx }) =>
        tx(async (trx) => ({
          lifted: await liftErasedAddress(trx, tenantId, {
            address: body.email,
            standIn,
            source: body.consentSource,
            givenAt: body.consentAt,
            actor,
          }),
        })),
    }),
  ];
}

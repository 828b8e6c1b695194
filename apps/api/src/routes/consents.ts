import {
  exportContact,
  EXPORT_SECTIONS,
  findContact,
  recordAudit,
  recordConsent,
  storeWithin,
} from '@cadenza/database';
import { CHANNELS } from '@cadenza/domain';
import { withdrawConsent } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, LENGTHS, line, lines, pointInTime } from '../http/fields.ts';
import { found, HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const contactId = z.strictObject({ id });

/** What people have consented to, and what is kept of them (GDPR Art. 7 and 15). */
export function consentRoutes({
  plans,
  clock,
  settings,
}: Pick<ApiDeps, 'plans' | 'clock' | 'settings'>): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/contacts/:id/consents',
      operation: 'recordConsent',
      auditsItself: true,
      answersIn: 'transaction',
      tag: 'Data protection',
      summary: 'Record that a person has consented to be written to on a channel',
      params: contactId,
      body: z.strictObject({
        channel: z.enum(CHANNELS),
        source: line(LENGTHS.name).meta({ description: 'Where it was given.' }),
        givenAt: pointInTime,
        wording: lines(LENGTHS.summary).optional().meta({ description: 'What they agreed to.' }),
        version: line(100).optional().meta({ description: 'Which version of it.' }),
      }),
      status: 201,
      response: z.strictObject({ recorded: z.boolean() }),
      handle: ({ tenantId, actor, params, body, tx }) =>
        tx(async (trx) => {
          found(await findContact(trx, tenantId, params.id), 'contact', params.id);
          if (body.givenAt.getTime() > clock.now()) {
            throw new HttpProblem('unprocessable', 'A consent cannot be given in the future.', [
              {
                path: 'givenAt',
                code: 'in_the_future',
                message: `${body.givenAt.toISOString()}: expected an instant in the past`,
              },
            ]);
          }
          const { wording: text = null, version = null, ...rest } = body;
          const consent = { ...rest, wording: text, version };
          if (!(await recordConsent(trx, tenantId, params.id, consent))) {
            throw new HttpProblem('conflict', 'The person was erased.');
          }
          await recordAudit(trx, tenantId, {
            actor,
            action: 'consent.recorded',
            entity: 'contact',
            entityId: params.id,
            before: null,
            after: { channel: body.channel, source: body.source },
          });
          return { recorded: true };
        }),
    }),
    route({
      method: 'POST',
      path: '/contacts/:id/consents/withdraw',
      operation: 'withdrawConsent',
      auditsItself: true,
      answersIn: 'transaction',
      tag: 'Data protection',
      summary:
        'Withdraw a person’s consent: nothing is sent there any more, as if they had unsubscribed',
      params: contactId,
      body: z.strictObject({ channel: z.enum(CHANNELS) }),
      response: z.strictObject({
        withdrawn: z.boolean().meta({ description: 'Whether a consent held until now.' }),
      }),
      handle: ({ tenantId, actor, params, body, tx }) =>
        tx(async (trx) => {
          const { channel } = body;
          const store = storeWithin(trx);
          const withdrawn = await withdrawConsent(
            { tenantId, contactId: params.id, channel, actor },
            { store, plans, now: () => clock.now(), graceMs: settings.graceMs },
          );
          if (withdrawn === null) throw notFound('contact', params.id);
          if (withdrawn) {
            await recordAudit(trx, tenantId, {
              actor,
              action: 'consent.withdrawn',
              entity: 'contact',
              entityId: params.id,
              before: null,
              after: { channel },
            });
          }
          return { withdrawn };
        }),
    }),
    route({
      method: 'GET',
      path: '/contacts/:id/export',
      operation: 'exportContact',
      tag: 'Data protection',
      summary: 'Export everything that is kept of a person',
      params: contactId,
      response: z
        .strictObject(
          Object.fromEntries(
            EXPORT_SECTIONS.map((name) => [name, z.array(z.record(z.string(), z.unknown()))]),
          ),
        )
        .meta({ id: 'ContactExport' }),
      produces: 'application/json',
      handle: async ({ tenantId, actor, params, tx }) => {
        await tx(async (trx) => {
          found(await findContact(trx, tenantId, params.id), 'contact', params.id);
          await recordAudit(trx, tenantId, {
            actor,
            action: 'contact.exported',
            entity: 'contact',
            entityId: params.id,
            before: null,
            after: null,
          });
        });
        return exportContact(tx, tenantId, params.id);
      },
    }),
  ];
}

import { z } from 'zod';
import { errorAnswer } from '../api-error.ts';
import type { ScheduledSends } from '../scheduled-sends.ts';
import type { Route } from './route.ts';

const statusSchema = z.enum(['pause', 'cancel']);
const scheduledSchema = z.object({ batch_id: z.string(), status: statusSchema });
const changeSchema = z.object({ status: statusSchema });

const SCOPES = [
  'mail.send',
  'mail.batch.create',
  'messages.read',
  'suppression.read',
  'suppression.bounces.read',
  'suppression.bounces.delete',
  'user.scheduled_sends.create',
  'user.scheduled_sends.read',
  'whitelabel.read',
  'validations.email.create',
];

/** Batches, scheduled sends and scopes. */
export function sendingRoutes(sends: ScheduledSends): readonly Route[] {
  const path = '/v3/user/scheduled_sends';
  const one = `${path}/:batch`;
  return [
    {
      method: 'GET',
      path: '/v3/scopes',
      handle: () => ({ status: 200, body: { scopes: SCOPES } }),
    },
    {
      method: 'POST',
      path: '/v3/mail/batch',
      handle: () => ({ status: 201, body: { batch_id: sends.newBatch() } }),
    },
    {
      method: 'GET',
      path: '/v3/mail/batch/:batch',
      handle({ params }) {
        const batch_id = params['batch'] ?? '';
        return sends.knows(batch_id)
          ? { status: 200, body: { batch_id } }
          : errorAnswer(400, 'invalid batch id');
      },
    },
    {
      method: 'POST',
      path,
      handle({ body }) {
        const parsed = scheduledSchema.safeParse(body);
        if (!parsed.success) return errorAnswer(400, 'status must be pause or cancel', 'status');
        const { batch_id, status } = parsed.data;
        if (!sends.knows(batch_id)) return errorAnswer(400, 'invalid batch id', 'batch_id');
        if (sends.statusOf(batch_id) !== undefined) {
          return errorAnswer(
            400,
            'a status for this batch id exists, try PATCH to update the status',
          );
        }
        sends.set(batch_id, status);
        return { status: 201, body: { batch_id, status } };
      },
    },
    { method: 'GET', path, handle: () => ({ status: 200, body: sends.statuses() }) },
    {
      method: 'GET',
      path: one,
      handle: ({ params }) => ({
        status: 200,
        body: sends.statuses().filter(({ batch_id }) => batch_id === params['batch']),
      }),
    },
    {
      method: 'PATCH',
      path: one,
      handle({ params, body }) {
        const parsed = changeSchema.safeParse(body);
        if (!parsed.success) return errorAnswer(400, 'status must be pause or cancel', 'status');
        const batch = params['batch'] ?? '';
        if (sends.statusOf(batch) === undefined) return errorAnswer(404, 'batch id not found');
        sends.set(batch, parsed.data.status);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: ({ params }) =>
        sends.clear(params['batch'] ?? '')
          ? { status: 204 }
          : errorAnswer(404, 'batch id not found'),
    },
  ];
}

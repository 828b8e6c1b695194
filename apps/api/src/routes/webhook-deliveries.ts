import {
  DELIVERY_STATUSES,
  findEndpointDelivery,
  findWebhookEndpoint,
  listEndpointDeliveries,
  redeliver,
  type Redelivery,
  type Schema,
} from '@cadenza/database';
import { FEED_EVENT_TYPES, type Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { id, instant, pointInTime } from '../http/fields.ts';
import {
  limit,
  pageRequest,
  pageSchema,
  positionCursor,
  positionCursorOf,
} from '../http/paging.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { WEBHOOK_ENDPOINT } from './webhook-endpoints.ts';

const facts = {
  eventId: id.meta({ description: 'The `webhook-id` of all its attempts.' }),
  sequence: z.int().meta({ description: 'Its place among all events of the tenant.' }),
  type: z.enum(FEED_EVENT_TYPES),
  occurredAt: instant,
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  nextAttemptAt: instant.nullable(),
};
const delivery = z.strictObject(facts).meta({ id: 'WebhookDelivery' });
const deliveryDetail = z
  .strictObject({
    ...facts,
    log: z.array(
      z.strictObject({
        attempt: z.int(),
        outcome: z.enum(['delivered', 'refused', 'timeout', 'unreachable', 'forbidden_address']),
        status: z
          .int()
          .nullable()
          .meta({ description: 'Of the answer; what it said is not kept.' }),
        detail: z.string().nullable(),
        latencyMs: z.int(),
        attemptedAt: instant,
      }),
    ),
  })
  .meta({ id: 'WebhookDeliveryDetail' });
const redelivered = z.strictObject({ events: z.int() }).meta({ id: 'Redelivered' });

const tag = 'Webhooks out';
const scope = 'admin';
const params = z.strictObject({ id });
const ofEvent = z.strictObject({ id, eventId: id });

async function demandEndpoint(trx: Transaction<Schema>, tenantId: Id, endpointId: Id) {
  found(await findWebhookEndpoint(trx, tenantId, endpointId), WEBHOOK_ENDPOINT, endpointId);
}

export const webhookDeliveryRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/webhook-endpoints/:id/deliveries',
    operation: 'listWebhookDeliveries',
    tag,
    scope,
    summary: 'What became of each event at an endpoint, newest first',
    params,
    query: z.strictObject({
      limit,
      cursor: positionCursor,
      status: z.enum(DELIVERY_STATUSES).optional(),
    }),
    response: pageSchema(delivery),
    handle: ({ tenantId, params: { id: endpointId }, query, tx }) =>
      tx(async (trx) => {
        await demandEndpoint(trx, tenantId, endpointId);
        const { limit: size } = pageRequest({ limit: query.limit });
        const { items, next } = await listEndpointDeliveries(trx, tenantId, endpointId, {
          limit: size,
          before: query.cursor?.at ?? null,
          status: query.status,
        });
        return {
          items,
          nextCursor: positionCursorOf(next === null ? null : { at: next, rank: 0, key: '' }),
        };
      }),
  }),
  route({
    method: 'GET',
    path: '/webhook-endpoints/:id/deliveries/:eventId',
    operation: 'getWebhookDelivery',
    tag,
    scope,
    summary: 'What became of one event at an endpoint, attempt by attempt',
    params: ofEvent,
    response: deliveryDetail,
    handle: async ({ tenantId, params: { id: endpointId, eventId }, tx }) =>
      found(
        await tx((trx) => findEndpointDelivery(trx, tenantId, endpointId, eventId)),
        'webhook delivery',
        eventId,
      ),
  }),
  route({
    method: 'POST',
    path: '/webhook-endpoints/:id/deliveries/:eventId/redeliver',
    operation: 'redeliverWebhook',
    answersIn: 'transaction',
    changesBeside: true,
    tag,
    scope,
    summary: 'Send one event to an endpoint again, whatever became of it',
    params: ofEvent,
    response: redelivered,
    handle: ({ tenantId, params: { id: endpointId, eventId }, tx }) =>
      tx((trx) =>
        again(trx, tenantId, endpointId, { eventId, from: null, until: null, delivered: true }),
      ),
  }),
  route({
    method: 'POST',
    path: '/webhook-endpoints/:id/redeliver',
    operation: 'redeliverWebhooks',
    answersIn: 'transaction',
    changesBeside: true,
    tag,
    scope,
    summary: 'Send the events of a time to an endpoint again, as far back as they are kept',
    params,
    body: z
      .strictObject({
        from: pointInTime.meta({ description: 'When they were recorded, by the wall clock.' }),
        until: pointInTime.optional().meta({ description: 'Left out; without, up to now.' }),
        delivered: z.boolean().optional().meta({
          description:
            'Also those that have arrived. Without, those that failed or were never tried.',
        }),
      })
      .refine(({ from, until }) => until === undefined || from < until, {
        error: 'an instant after from',
        path: ['until'],
      }),
    response: redelivered,
    handle: ({ tenantId, params: { id: endpointId }, body, tx }) =>
      tx((trx) =>
        again(trx, tenantId, endpointId, {
          eventId: null,
          from: body.from,
          until: body.until ?? null,
          delivered: body.delivered ?? false,
        }),
      ),
  }),
];

async function again(
  trx: Transaction<Schema>,
  tenantId: Id,
  endpointId: Id,
  redelivery: Redelivery,
): Promise<{ events: number }> {
  const endpoint = found(
    await findWebhookEndpoint(trx, tenantId, endpointId),
    WEBHOOK_ENDPOINT,
    endpointId,
  );
  if (!endpoint.enabled) {
    throw new HttpProblem('conflict', 'The webhook endpoint is disabled: enable it first.');
  }
  const events = await redeliver(trx, tenantId, endpointId, redelivery);
  const { eventId } = redelivery;
  if (eventId !== null && events === 0) {
    // It waits already, or there is none.
    found(
      await findEndpointDelivery(trx, tenantId, endpointId, eventId),
      'webhook delivery',
      eventId,
    );
  }
  return { events };
}

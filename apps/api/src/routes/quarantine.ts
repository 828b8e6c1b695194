import {
  dropQuarantined,
  listQuarantined,
  lockRow,
  MOST_PARTS,
  quarantinedParts,
  quarantineEntry,
  recordAudit,
  retryEvents,
  retryInbound,
  type QuarantinedDelivery,
  type Schema,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { id, instant } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found } from '../http/problem.ts';
import { route, type Route, type RouteContext } from '../http/route.ts';

/** Parts of one delivery that are shown. */
const PARTS_SHOWN = 100;

const facts = {
  id,
  kind: z
    .enum(['events', 'inbound'])
    .meta({ description: 'A webhook of events, or mail that came in.' }),
  parts: z
    .int()
    .nullable()
    .meta({
      description: `Events of it that were put aside, ${MOST_PARTS} for so many or more; null: the whole delivery was.`,
    }),
  reason: z.string().meta({ description: 'Of the whole, or of its first part.' }),
  attempts: z.int(),
  receivedAt: instant,
};
const delivery = z.strictObject(facts).meta({
  id: 'QuarantinedDelivery',
  description: 'What came to the tenant’s own address and could not be used, or not all of it.',
});
const detail = z
  .strictObject({
    ...facts,
    reasons: z
      .array(
        z.strictObject({
          position: z.int().meta({ description: 'In the delivery, from 0.' }),
          reason: z.string(),
        }),
      )
      .meta({ description: `Of its first ${PARTS_SHOWN} parts; empty where all of it was.` }),
  })
  .meta({ id: 'QuarantinedDeliveryDetail' });

const tag = 'Quarantine';
const scope = 'admin';
const params = z.strictObject({ id });

/** Without its owner, who asks. */
function shown({ tenantId: _, ...rest }: QuarantinedDelivery) {
  return rest;
}

async function read(
  trx: Transaction<Schema>,
  tenantId: Id,
  deliveryId: Id,
): Promise<QuarantinedDelivery> {
  const query = { ids: [deliveryId], ownerId: tenantId };
  const { items } = await listQuarantined(trx, query, { after: null, limit: 1 });
  return found(items[0] ?? null, 'delivery in quarantine', deliveryId);
}

type Context = Pick<
  RouteContext<z.output<typeof params>, unknown, unknown>,
  'tenantId' | 'actor' | 'params' | 'tx'
>;

/** Takes a delivery out of quarantine in one of two ways, once, and answers with what it was. */
function takeOut(
  { tenantId, actor, params: { id: deliveryId }, tx }: Context,
  action: 'retried' | 'dropped',
) {
  return tx(async (trx) => {
    for (const table of ['webhook_deliveries', 'inbound_deliveries'] as const) {
      await lockRow(trx, tenantId, table, deliveryId);
    }
    const aside = await read(trx, tenantId, deliveryId);
    if (action === 'dropped') await dropQuarantined(trx, [deliveryId]);
    else if (aside.kind === 'events') await retryEvents(trx, [deliveryId]);
    else await retryInbound(trx, [deliveryId]);
    await recordAudit(trx, tenantId, quarantineEntry(aside, action, actor));
    return shown(aside);
  });
}

export const quarantineRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/quarantine',
    operation: 'listQuarantine',
    tag,
    scope,
    summary: 'List what came to the tenant’s own addresses and could not be used, newest first',
    query: z.strictObject(pageQuery),
    response: pageSchema(delivery),
    handle: async ({ tenantId, query, tx }) => {
      const page = await tx((trx) =>
        listQuarantined(trx, { ownerId: tenantId }, pageRequest(query)),
      );
      return pageBody({ ...page, items: page.items.map(shown) });
    },
  }),
  route({
    method: 'GET',
    path: '/quarantine/:id',
    operation: 'getQuarantined',
    tag,
    scope,
    summary: 'Read why a delivery, or each of its parts, was put aside',
    params,
    response: detail,
    handle: ({ tenantId, params: { id: deliveryId }, tx }) =>
      tx(async (trx) => {
        const aside = await read(trx, tenantId, deliveryId);
        const reasons =
          aside.parts === null
            ? []
            : await quarantinedParts(trx, tenantId, deliveryId, PARTS_SHOWN);
        return { ...shown(aside), reasons };
      }),
  }),
  route({
    method: 'POST',
    path: '/quarantine/:id/retry',
    operation: 'retryQuarantined',
    auditsItself: true,
    answersIn: 'transaction',
    tag,
    scope,
    summary: 'Have a delivery processed again: what still cannot be used is put aside anew',
    params,
    response: delivery,
    handle: (context) => takeOut(context, 'retried'),
  }),
  route({
    method: 'POST',
    path: '/quarantine/:id/drop',
    operation: 'dropQuarantined',
    auditsItself: true,
    answersIn: 'transaction',
    tag,
    scope,
    summary: 'Take a delivery out of quarantine without using it; what came is kept',
    params,
    response: delivery,
    handle: (context) => takeOut(context, 'dropped'),
  }),
];

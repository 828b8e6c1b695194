import {
  dropWarmUp,
  findSenderIdentity,
  findWarmUps,
  lockRow,
  putWarmUp,
  type WarmUpRecord,
} from '@cadenza/database';
import { WARM_UP_DAYS, warmUpSchedule, type WarmUpRamp } from '@cadenza/engine';
import { z } from 'zod';
import { id, instant, ipPool } from '../http/fields.ts';
import { found } from '../http/problem.ts';
import { route, type Route, type RouteContext } from '../http/route.ts';

const messages = z.int().min(0).max(2_147_483_647);

/** A ramp as answers show it. */
export const warmUp = z
  .strictObject({
    startsAt: instant,
    allowances: z.array(z.int()),
    today: z
      .int()
      .nullable()
      .meta({ description: 'What any 24 hours may hold now; null once the ramp is over.' }),
  })
  .meta({ id: 'WarmUp' });

const answer = z.strictObject({ warmUp: warmUp.nullable() });

const growth = z
  .strictObject({
    first: messages.min(1).meta({ description: 'Messages on the first day.' }),
    factor: z.number().min(1.01).max(100).meta({ description: 'Growth from day to day.' }),
    target: messages.min(1).meta({ description: 'The ramp ends before the day that reaches it.' }),
  })
  .transform((schedule, context) => {
    const days = warmUpSchedule(schedule);
    if (days !== null) return days;
    context.addIssue({
      code: 'custom',
      path: ['factor'],
      message: `a factor that reaches the target within ${WARM_UP_DAYS} days`,
    });
    return z.NEVER;
  });

const newWarmUp = z.strictObject({
  startsAt: z.iso
    .datetime({ offset: true, error: 'an instant such as 2027-01-31T08:00:00Z' })
    .optional()
    .meta({ description: 'Without: now, or as before where there is a ramp.' }),
  schedule: z
    .union([z.array(messages).min(1).max(WARM_UP_DAYS), growth])
    .nullable()
    .meta({ description: 'Messages for each day, or how they grow; null ends the ramp.' }),
});

const senderParams = z.strictObject({ id });
const poolParams = z.strictObject({ name: ipPool });

type Ramp = Pick<WarmUpRamp, 'scope' | 'reference'>;
type Asked = Pick<RouteContext<unknown, unknown, z.output<typeof newWarmUp>>, 'tenantId' | 'body'>;
type Trx = Parameters<typeof putWarmUp>[0];

async function put(
  trx: Trx,
  { tenantId, body }: Asked,
  ramp: Ramp,
): Promise<{ warmUp: WarmUpRecord | null }> {
  const { schedule: allowances, startsAt } = body;
  if (allowances === null) await dropWarmUp(trx, tenantId, ramp);
  else {
    const start = startsAt === undefined ? null : new Date(startsAt);
    await putWarmUp(trx, tenantId, ramp, { allowances, startsAt: start });
  }
  return read(trx, tenantId, ramp);
}

async function read(trx: Trx, tenantId: string, { scope, reference }: Ramp) {
  const ramps = await findWarmUps(trx, tenantId, scope, [reference]);
  return { warmUp: ramps.get(reference) ?? null };
}

export const warmUpRoutes: readonly Route[] = [
  route({
    method: 'PUT',
    path: '/sender-identities/:id/warm-up',
    operation: 'putSenderWarmUp',
    changesBeside: true,
    scope: 'admin',
    tag: 'Sender identities',
    summary: 'Let an identity begin with few messages a day and grow; at most so many in any 24 h',
    params: senderParams,
    body: newWarmUp,
    response: answer,
    handle: ({ tenantId, params, body, tx }) =>
      tx(async (trx) => {
        const sender = await findSenderIdentity(trx, tenantId, params.id);
        const { id: reference } = found(sender, 'sender identity', params.id);
        return put(trx, { tenantId, body }, { scope: 'sender', reference });
      }),
  }),
  route({
    method: 'PUT',
    path: '/ip-pools/:name/warm-up',
    operation: 'putIpPoolWarmUp',
    scope: 'admin',
    tag: 'Send rate limits',
    summary: 'The same for all that leaves through an IP pool, counting this tenant’s messages',
    params: poolParams,
    body: newWarmUp,
    response: answer,
    handle: ({ tenantId, params, body, tx }) =>
      tx(async (trx) => {
        // There may be no row of the pool's own to compare an If-Match with and then to lock.
        await lockRow(trx, tenantId, 'tenants', tenantId);
        return put(trx, { tenantId, body }, { scope: 'ip_pool', reference: params.name });
      }),
  }),
  route({
    method: 'GET',
    path: '/ip-pools/:name/warm-up',
    operation: 'getIpPoolWarmUp',
    tagged: { row: 'tenants', besides: ['warmUp.today'] },
    tag: 'Send rate limits',
    summary: 'Read the warm-up of an IP pool',
    params: poolParams,
    response: answer,
    handle: ({ tenantId, params, tx }) =>
      tx((trx) => read(trx, tenantId, { scope: 'ip_pool', reference: params.name })),
  }),
];

import { knownSenderIdentities, listSendRateLimits, putSendRateLimit } from '@cadenza/database';
import { DEFAULT_RATE_LIMITS, type RateLimitSetting } from '@cadenza/engine';
import { CHANNELS } from '@cadenza/domain';
import { z } from 'zod';
import { id, ipPool } from '../http/fields.ts';
import { missingReference } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const windowSeconds = z.int().min(1).max(2_678_400);
const maxMessages = z.int().min(0).max(2_147_483_647);
const domain = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/,
    'a domain such as gmail.com',
  );

const channel = z.enum(CHANNELS).optional().meta({ description: 'By default of e-mail.' });

const limit = z
  .strictObject({
    channel: z.enum(CHANNELS),
    scope: z.enum(['sender', 'tenant', 'recipient_domain', 'ip_pool', 'global']),
    reference: z.string().nullable(),
    windowSeconds: z.int(),
    maxMessages: z.int(),
    source: z
      .enum(['tenant', 'platform', 'default'])
      .meta({ description: 'Who set it; of the same scope and window the first of these holds.' }),
  })
  .meta({ id: 'SendRateLimit' });
const limits = z.strictObject({ items: z.array(limit) });

const newLimit = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('tenant'), channel, windowSeconds, maxMessages }),
  z.strictObject({
    scope: z.literal('sender'),
    channel,
    reference: id.optional().meta({
      description: 'A sender identity, or an SMS sender; without: each of them.',
    }),
    windowSeconds,
    maxMessages,
  }),
  z.strictObject({
    scope: z.literal('recipient_domain'),
    reference: domain.optional().meta({ description: 'A domain; without: each of them.' }),
    windowSeconds,
    maxMessages,
  }),
  z.strictObject({
    scope: z.literal('ip_pool'),
    reference: ipPool.optional().meta({
      description: 'An IP pool; without: each of them. It counts the messages of this tenant.',
    }),
    windowSeconds,
    maxMessages,
  }),
]);

const tag = 'Send rate limits';

function listed(settings: readonly RateLimitSetting[]) {
  const own = settings.map(({ tenantId, ...setting }) => ({
    ...setting,
    source: tenantId === null ? ('platform' as const) : ('tenant' as const),
  }));
  const defaults = DEFAULT_RATE_LIMITS.map(({ tenantId: _, ...setting }) => ({
    ...setting,
    source: 'default' as const,
  }));
  return { items: [...own, ...defaults] };
}

export const sendRateLimitRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/send-rate-limits',
    operation: 'listSendRateLimits',
    tag,
    summary: 'List the limits that hold, the most particular ones first',
    response: limits,
    handle: async ({ tenantId, tx }) =>
      listed(await tx((trx) => listSendRateLimits(trx, tenantId))),
  }),
  route({
    method: 'PUT',
    path: '/send-rate-limits',
    operation: 'putSendRateLimit',
    scope: 'admin',
    tag,
    summary: 'Set a limit: at most so many messages in any window of this length',
    body: newLimit,
    response: limits,
    handle: ({ tenantId, body, tx }) =>
      tx(async (trx) => {
        const reference = body.scope === 'tenant' ? null : (body.reference ?? null);
        if (body.scope === 'sender' && reference !== null) {
          const known = await knownSenderIdentities(trx, tenantId, [reference]);
          if (known.get(reference) !== (body.channel ?? 'email')) {
            const what = body.channel === 'sms' ? 'SMS sender' : 'sender identity';
            throw missingReference('reference', what, reference);
          }
        }
        await putSendRateLimit(trx, tenantId, { ...body, reference });
        return listed(await listSendRateLimits(trx, tenantId));
      }),
  }),
];

import {
  dropSendRateLimit,
  knownSenderIdentities,
  listSendRateLimits,
  putSendRateLimit,
  recordAudit,
} from '@cadenza/database';
import { DEFAULT_RATE_LIMITS, type RateLimitSetting } from '@cadenza/engine';
import { CHANNELS } from '@cadenza/domain';
import { z } from 'zod';
import { id, ipPool, line } from '../http/fields.ts';
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

const formerLimit = z.strictObject({
  channel,
  scope: z.enum(['sender', 'tenant', 'recipient_domain', 'ip_pool']),
  reference: line(320).optional().meta({
    description: 'As it was set: of a sender, a domain or a pool; without: that of each of them.',
  }),
  windowSeconds: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'a whole number from 1 to 2678400')
    .meta({ type: 'integer', minimum: 1, maximum: 2_678_400 })
    .transform(Number),
});

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
  route({
    method: 'DELETE',
    path: '/send-rate-limits',
    operation: 'deleteSendRateLimit',
    scope: 'admin',
    auditsItself: true,
    tag,
    summary: 'Take a limit of one’s own away: what holds without it is in the answer',
    query: formerLimit,
    response: limits,
    handle: ({ tenantId, actor, query, tx }) =>
      tx(async (trx) => {
        const { scope, reference = null } = query;
        // Domains and ids are kept in lower case, names of pools as they are.
        const kept = scope === 'ip_pool' ? reference : (reference?.toLowerCase() ?? null);
        const key = { ...query, reference: kept };
        const maxMessages = await dropSendRateLimit(trx, tenantId, key);
        if (maxMessages !== null) {
          await recordAudit(trx, tenantId, {
            actor,
            action: 'deleteSendRateLimit',
            entity: 'send_rate_limit',
            entityId: '',
            before: { ...key, maxMessages },
            after: null,
          });
        }
        return listed(await listSendRateLimits(trx, tenantId));
      }),
  }),
];

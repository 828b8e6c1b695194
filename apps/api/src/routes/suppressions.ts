import { listSuppressions } from '@cadenza/database';
import { SUPPRESSION_REASONS } from '@cadenza/domain';
import { suppress } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email, id, instant } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { route, type Route } from '../http/route.ts';

const suppression = z
  .strictObject({
    id,
    channel: z.enum(['email', 'sms']),
    kind: z.enum(['address', 'domain']),
    value: z.string(),
    reason: z.enum(SUPPRESSION_REASONS),
    source: z.string(),
    messageId: id.nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
  })
  .meta({ id: 'Suppression' });

const tag = 'Suppressions';
const MAX_ADDRESSES = 1_000;

export function suppressionRoutes(
  deps: Pick<ApiDeps, 'store' | 'plans' | 'clock' | 'settings'>,
): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/suppressions',
      operation: 'suppress',
      tag,
      summary: 'Never write to these addresses again; ends what is under way to them',
      body: z.strictObject({ addresses: z.array(email).min(1).max(MAX_ADDRESSES) }),
      response: z.strictObject({
        suppressed: z.int().meta({ description: 'Addresses that are suppressed now.' }),
        endedEnrollmentIds: z.array(id),
      }),
      async handle({ tenantId, keyId, body }) {
        const addresses = [...new Set(body.addresses)];
        const endedEnrollmentIds = await suppress(
          { tenantId, addresses, reason: 'manual', source: `api_key:${keyId}` },
          {
            store: deps.store,
            plans: deps.plans,
            now: () => deps.clock.now(),
            graceMs: deps.settings.graceMs,
          },
        );
        return { suppressed: addresses.length, endedEnrollmentIds };
      },
    }),
    route({
      method: 'GET',
      path: '/suppressions',
      operation: 'listSuppressions',
      tag,
      summary: 'List suppressions, newest first',
      query: z.strictObject({
        ...pageQuery,
        address: email.optional(),
        reason: z.enum(SUPPRESSION_REASONS).optional(),
      }),
      response: pageSchema(suppression),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listSuppressions(trx, tenantId, pageRequest(query), query))),
    }),
  ];
}

import {
  deleteWebhookEndpoint,
  findWebhookEndpoint,
  insertWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from '@cadenza/database';
import { FEED_EVENT_TYPES, showValue, webhookSecretBinding, type Id } from '@cadenza/domain';
import { createWebhookSecret, webhookUrlProblem } from '@cadenza/webhooks';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant, line } from '../http/fields.ts';
import { found, HttpProblem, notAsExpected } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const MOST = 20;
const OVERLAP_HOURS = { default: 24, most: 168 };
export const WEBHOOK_ENDPOINT = 'webhook endpoint';

const eventTypes = z.array(z.enum(FEED_EVENT_TYPES)).max(FEED_EVENT_TYPES.length);
const facts = {
  id,
  url: z.string(),
  description: z.string().nullable(),
  eventTypes: eventTypes.meta({ description: 'What it is told of; empty: everything.' }),
  enabled: z.boolean(),
  disabledReason: z.enum(['operator', 'failing', 'gone']).nullable().meta({
    description:
      'Why it is told nothing: somebody disabled it, it has failed for days, or it answered 410.',
  }),
  failingSince: instant
    .nullable()
    .meta({ description: 'Since when nothing has arrived of what was tried.' }),
  createdAt: instant,
  updatedAt: instant,
};
const endpoint = z.strictObject(facts).meta({ id: 'WebhookEndpoint' });
const secret = z.string().meta({
  description: 'Signs what is sent, as Standard Webhooks has it: `whsec_…`. Shown this once.',
});
const newEndpoint = z.strictObject({ ...facts, secret }).meta({ id: 'NewWebhookEndpoint' });

const url = z
  .string()
  .max(2_000)
  .meta({ format: 'uri', description: 'An address of the public internet, over https.' });
const given = {
  url,
  description: line(200).nullable().optional(),
  eventTypes: eventTypes.optional(),
  enabled: z.boolean().optional(),
};

const tag = 'Webhooks out';
const scope = 'admin';
const params = z.strictObject({ id });

export function webhookEndpointRoutes({
  secrets,
  settings,
}: Pick<ApiDeps, 'secrets' | 'settings'>): readonly Route[] {
  function demandUrl(text: string): void {
    const expected = webhookUrlProblem(text, settings.webhookTargets);
    if (expected === null) return;
    const message = `${showValue(text)}: expected ${expected}`;
    throw notAsExpected([{ path: 'url', code: 'invalid_value', message }]);
  }

  /** A new secret, and what seals it for its row. */
  function newSecret(tenantId: Id) {
    if (secrets === null) {
      throw new HttpProblem(
        'unavailable',
        'This installation cannot keep secrets: set ENCRYPTION_KEYS.',
      );
    }
    const made = createWebhookSecret();
    const seal = (secretId: Id) => secrets.seal(made, webhookSecretBinding(tenantId, secretId));
    return { secret: made, seal };
  }

  return [
    route({
      method: 'GET',
      path: '/webhook-endpoints',
      operation: 'listWebhookEndpoints',
      tag,
      scope,
      summary: 'List the addresses that are told of what happens',
      response: z.strictObject({ items: z.array(endpoint) }),
      handle: async ({ tenantId, tx }) => ({
        items: await tx((trx) => listWebhookEndpoints(trx, tenantId)),
      }),
    }),
    route({
      method: 'POST',
      path: '/webhook-endpoints',
      operation: 'createWebhookEndpoint',
      answersIn: 'transaction',
      shownOnce: true,
      tag,
      scope,
      summary: 'Have an address told of what happens from now on',
      body: z.strictObject(given),
      status: 201,
      response: newEndpoint,
      handle({ tenantId, body, tx }) {
        demandUrl(body.url);
        const { secret: made, seal } = newSecret(tenantId);
        return tx(async (trx) => {
          const fields = { description: null, eventTypes: [], enabled: true, ...defined(body) };
          const row = await insertWebhookEndpoint(trx, tenantId, fields, { seal, most: MOST });
          if (row === null) {
            throw new HttpProblem(
              'conflict',
              `There are ${MOST} webhook endpoints: expected fewer.`,
            );
          }
          return { ...row, secret: made };
        });
      },
    }),
    route({
      method: 'GET',
      path: '/webhook-endpoints/:id',
      operation: 'getWebhookEndpoint',
      tagged: { row: 'webhook_endpoints', besides: ['failingSince', 'updatedAt'] },
      tag,
      scope,
      summary: 'Read an address that is told of what happens',
      params,
      response: endpoint,
      handle: async ({ tenantId, params: { id: endpointId }, tx }) =>
        found(
          await tx((trx) => findWebhookEndpoint(trx, tenantId, endpointId)),
          WEBHOOK_ENDPOINT,
          endpointId,
        ),
    }),
    route({
      method: 'PATCH',
      path: '/webhook-endpoints/:id',
      operation: 'updateWebhookEndpoint',
      tag,
      scope,
      summary: 'Change it; enabled again, it is sent at once what still waits',
      params,
      body: z.strictObject({ ...given, url: url.optional() }),
      response: endpoint,
      handle({ tenantId, params: { id: endpointId }, body, tx }) {
        if (body.url !== undefined) demandUrl(body.url);
        return tx(async (trx) =>
          found(
            await updateWebhookEndpoint(trx, tenantId, endpointId, body),
            WEBHOOK_ENDPOINT,
            endpointId,
          ),
        );
      },
    }),
    route({
      method: 'DELETE',
      path: '/webhook-endpoints/:id',
      operation: 'deleteWebhookEndpoint',
      tag,
      scope,
      summary: 'Tell it nothing more; what waits for it is dropped, and its log',
      params,
      response: endpoint,
      handle: async ({ tenantId, params: { id: endpointId }, tx }) =>
        found(
          await tx((trx) => deleteWebhookEndpoint(trx, tenantId, endpointId)),
          WEBHOOK_ENDPOINT,
          endpointId,
        ),
    }),
    route({
      method: 'POST',
      path: '/webhook-endpoints/:id/rotate',
      operation: 'rotateWebhookSecret',
      answersIn: 'transaction',
      shownOnce: true,
      changesBeside: true,
      tag,
      scope,
      summary: 'Put a new secret in the place of its secret; both sign for a while',
      params,
      body: z
        .strictObject({
          overlapHours: z
            .int()
            .min(0)
            .max(OVERLAP_HOURS.most)
            .optional()
            .meta({ description: `For which both sign; ${OVERLAP_HOURS.default} by default.` }),
        })
        .optional(),
      status: 201,
      response: z
        .strictObject({
          secret,
          formerUntil: instant.meta({ description: 'Until when the former one signs besides.' }),
        })
        .meta({ id: 'RotatedWebhookSecret' }),
      handle({ tenantId, params: { id: endpointId }, body, tx }) {
        const { secret: made, seal } = newSecret(tenantId);
        const overlapMs = (body?.overlapHours ?? OVERLAP_HOURS.default) * 3_600_000;
        return tx(async (trx) => {
          const formerUntil = found(
            await rotateWebhookSecret(trx, tenantId, endpointId, { seal, overlapMs }),
            WEBHOOK_ENDPOINT,
            endpointId,
          );
          return { secret: made, formerUntil };
        });
      },
    }),
  ];
}

/** Without what was left out, so that defaults before it count. */
function defined<T extends object>(values: T) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

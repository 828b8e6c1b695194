import {
  createApiKey,
  findApiKey,
  insertApiKey,
  listApiKeys,
  lockApiKeys,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
  type ApiKeyRecord,
  type Schema,
} from '@cadenza/database';
import { API_SCOPES, SCOPES_OF_ROLE, USER_ROLES, type Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { demandScopes, type Caller } from '../http/caller.ts';
import { id, instant, LENGTHS, line, pointInTime } from '../http/fields.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const apiKey = z
  .strictObject({
    id,
    name: z.string(),
    prefix: z.string().meta({ description: 'By which people recognise the key; no secret.' }),
    scopes: z.array(z.enum(API_SCOPES)),
    requestsPerMinute: z
      .int()
      .nullable()
      .meta({ description: 'Null: as the installation has it for all.' }),
    createdAt: instant,
    lastUsedAt: instant.nullable().meta({ description: 'To the minute.' }),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    replacedBy: id.nullable().meta({ description: 'The key that was put in its place.' }),
  })
  .meta({ id: 'ApiKey' });
const newlyMade = apiKey
  .extend({ key: z.string().meta({ description: 'The whole key. It is not shown again.' }) })
  .meta({ id: 'NewApiKey' });

/** Seconds for which a key and its successor are both valid: a day, and 30 days at most. */
const OVERLAP = { default: 86_400, most: 2_592_000 };

const name = line(LENGTHS.name);
const requestsPerMinute = z.int().min(1).max(1_000_000).nullable().optional();
const params = z.strictObject({ id });
const WHAT = 'API key';
const tag = 'API keys';
const scope = 'admin';

const newKey = z
  .strictObject({
    name,
    scopes: z.array(z.enum(API_SCOPES)).min(1).optional(),
    role: z.enum(USER_ROLES).optional().meta({ description: 'Whose scopes it has.' }),
    expiresAt: pointInTime
      .refine((at) => at.getTime() > Date.now(), 'a moment to come')
      .optional()
      .meta({ description: 'Without: it does not expire.' }),
    requestsPerMinute,
  })
  .refine(({ scopes, role }) => (scopes === undefined) !== (role === undefined), {
    error: 'either scopes or role',
    path: ['scopes'],
  });

/** Nobody makes a key that outlasts the own one: who was given a key for a time has none for good. */
function demandTerm({ credential }: Caller, expiresAt: Date | null): void {
  // A session ends without its user: keys are not bound to it.
  const own = credential.kind === 'key' ? credential.expiresAt : null;
  if (own === null || (expiresAt !== null && expiresAt <= own)) return;
  throw new HttpProblem(
    'forbidden',
    `The API key expires at ${own.toISOString()}, and cannot make one that is valid for longer.`,
  );
}

async function lockKey(trx: Transaction<Schema>, tenantId: Id, keyId: Id): Promise<ApiKeyRecord> {
  const [key] = await lockApiKeys(trx, tenantId, keyId);
  return found(key ?? null, WHAT, keyId);
}

export const apiKeyRoutes = ({
  settings: { requestsPerMinute: standard },
}: Pick<ApiDeps, 'settings'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api-keys',
    operation: 'listApiKeys',
    tag,
    scope,
    summary: 'List API keys, oldest first, those that have ended too',
    response: z.strictObject({ items: z.array(apiKey) }),
    handle: async ({ tenantId, tx }) => ({ items: await tx((trx) => listApiKeys(trx, tenantId)) }),
  }),
  route({
    method: 'POST',
    path: '/api-keys',
    operation: 'createApiKey',
    givesAccess: true,
    answersIn: 'transaction',
    tag,
    scope,
    summary: 'Make an API key, with scopes that the caller has',
    body: newKey,
    status: 201,
    shownOnce: true,
    response: newlyMade,
    handle({ tenantId, body, caller, tx }) {
      const { role = 'viewer', scopes = SCOPES_OF_ROLE[role], ...rest } = body;
      demandScopes(caller, scopes);
      demandTerm(caller, rest.expiresAt ?? null);
      const { key, ...made } = createApiKey();
      return tx(async (trx) => {
        const given = { ...rest, scopes: [...new Set(scopes)] };
        const created = await insertApiKey(trx, tenantId, { ...made, ...given });
        return { ...(await lockKey(trx, tenantId, created)), key };
      });
    },
  }),
  route({
    method: 'GET',
    path: '/api-keys/:id',
    operation: 'getApiKey',
    tagged: { row: 'api_keys', besides: ['lastUsedAt'] },
    tag,
    scope,
    summary: 'Read an API key, though it has ended',
    params,
    response: apiKey,
    handle: async ({ tenantId, params: { id: keyId }, tx }) =>
      found(await tx((trx) => findApiKey(trx, tenantId, keyId)), WHAT, keyId),
  }),
  route({
    method: 'PATCH',
    path: '/api-keys/:id',
    operation: 'updateApiKey',
    givesAccess: true,
    tag,
    scope,
    summary: 'Change the name or the limit of an API key',
    params,
    body: z.strictObject({ name: name.optional(), requestsPerMinute }),
    response: apiKey,
    handle: ({ tenantId, params: { id: keyId }, body, caller, tx }) =>
      tx(async (trx) => {
        const key = await lockKey(trx, tenantId, keyId);
        demandScopes(caller, key.scopes);
        const next = body.requestsPerMinute;
        const limit = (set: number | null) => set ?? standard.perKey;
        const isOwn = caller.credential.kind === 'key' && keyId === caller.credential.id;
        if (isOwn && next !== undefined && limit(next) > limit(key.requestsPerMinute)) {
          throw new HttpProblem('forbidden', 'An API key cannot raise its own limit.');
        }
        return found(await updateApiKey(trx, tenantId, keyId, body), WHAT, keyId);
      }),
  }),
  route({
    method: 'POST',
    path: '/api-keys/:id/rotate',
    operation: 'rotateApiKey',
    givesAccess: true,
    answersIn: 'transaction',
    tag,
    scope,
    summary: 'Put a new API key in the place of one, which ends after an overlap',
    params,
    body: z
      .strictObject({
        overlapSeconds: z
          .int()
          .min(0)
          .max(OVERLAP.most)
          .optional()
          .meta({ description: `For which both are valid; ${OVERLAP.default} by default.` }),
      })
      .optional(),
    status: 201,
    shownOnce: true,
    response: newlyMade,
    handle({ tenantId, params: { id: keyId }, body, caller, tx }) {
      const { key, ...made } = createApiKey();
      return tx(async (trx) => {
        const former = await lockKey(trx, tenantId, keyId);
        demandScopes(caller, former.scopes);
        demandTerm(caller, former.expiresAt);
        const overlapMs = (body?.overlapSeconds ?? OVERLAP.default) * 1_000;
        const rotated = await rotateApiKey(trx, tenantId, keyId, made, {
          overlapMs,
          renewed: false,
        });
        if (rotated === null) {
          throw new HttpProblem('conflict', 'The API key has ended, or was replaced before.');
        }
        return { ...rotated.successor, key };
      });
    },
  }),
  route({
    method: 'DELETE',
    path: '/api-keys/:id',
    operation: 'revokeApiKey',
    givesAccess: true,
    tag,
    scope,
    summary: 'End an API key at once; its record stays',
    params,
    response: apiKey,
    handle: ({ tenantId, params: { id: keyId }, caller, tx }) =>
      tx(async (trx) => {
        demandScopes(caller, (await lockKey(trx, tenantId, keyId)).scopes);
        return revokeApiKey(trx, tenantId, keyId);
      }),
  }),
];

import { inTenants } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ApiDeps } from './deps.ts';
import { audited } from './http/audit.ts';
import { authentication, callerWith } from './http/caller.ts';
import { demandHeld, whileHeld } from './http/caller-holds.ts';
import { sendDownload } from './http/download.ts';
import { problemOf, sendProblem } from './http/errors.ts';
import { demandMatch, entityTagOf, isKnown, showTag } from './http/etags.ts';
import { harden, refuseNoRequest, STRICT_HEADERS } from './http/hardening.ts';
import { answerOnce, JSON_TYPE } from './http/idempotency.ts';
import { refuseOtherTypes, takeJson } from './http/json-body.ts';
import { HttpProblem } from './http/problem.ts';
import { failureLimiter, requestLimiter } from './http/request-limits.ts';
import {
  NO_VALUES,
  readOf,
  scopeOf,
  takesIdempotencyKey,
  takesIfMatch,
  type Route,
  type RouteContext,
} from './http/route.ts';
import { validated } from './http/validate.ts';
import { openApiDocument } from './openapi.ts';
import { registerHiddenLink } from './routes/hidden-link.ts';
import { registerInbound } from './routes/inbound.ts';
import { apiRoutes } from './routes/index.ts';
import { registerReference } from './routes/reference.ts';
import { registerSignIn } from './routes/sign-in.ts';
import { registerUnsubscribe } from './routes/unsubscribe.ts';
import { registerWebhooks } from './routes/webhooks.ts';

const BODY_LIMIT = 1024 * 1024;
/** Milliseconds in which a whole request must have come: an import over a slow line. */
const REQUEST_TIMEOUT_MS = 300_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** Fires when the server stops. */
    readonly stopping: AbortSignal;
  }
}

/** Builds the HTTP side of Cadenza. It listens nowhere yet, and closes nothing of its parts. */
export function buildApi(deps: ApiDeps): FastifyInstance {
  const { logger, metrics, settings } = deps;
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: settings.trustedProxies.length > 0 && [...settings.trustedProxies],
    genReqId: newId,
    clientErrorHandler: refuseNoRequest,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });
  // What the router refuses has passed no hook.
  async function refuse(error: Error, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.headers({ ...STRICT_HEADERS, 'x-request-id': request.id });
    await sendProblem(error, request, reply, logger);
  }
  harden(app, {
    https: settings.publicUrl.startsWith('https:'),
    corsOrigins: settings.corsOrigins,
  });
  // Streams end before the server waits for its answers to end.
  const stopping = new AbortController();
  app.decorate('stopping', stopping.signal);
  app.addHook('preClose', async () => stopping.abort());
  app.decorateRequest('caller', null);
  app.decorateRequest('bodyDigest', null);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, logger));
  app.setNotFoundHandler(({ method }) => {
    throw new HttpProblem('not-found', `No route for ${method} here: see /openapi.json.`);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-request-id': request.id });
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const status = String(reply.statusCode);
    const { method } = request;
    metrics.httpSeconds.observe({ method, route, status }, reply.elapsedTime / 1_000);
    // The pattern, never the path: queries hold addresses.
    logger.info(
      { requestId: request.id, method, route, status, ms: Math.round(reply.elapsedTime) },
      'request',
    );
  });

  const routes = apiRoutes(deps);
  const document = openApiDocument(routes, {
    publicUrl: settings.publicUrl,
    webhookTokens: deps.webhookTokens !== null,
  });
  app.get('/openapi.json', async () => document);
  registerReference(app);
  for (const [path, answer] of [
    ['/healthz', deps.ops.healthz],
    ['/readyz', deps.ops.readyz],
  ] as const) {
    app.get(path, async (_request, reply) => {
      const { status, contentType, body } = await answer();
      return reply.code(status).type(contentType).send(body);
    });
  }

  app.register(rateLimit, {
    global: false,
    ...(deps.requestCounters && {
      redis: deps.requestCounters.redis,
      nameSpace: deps.requestCounters.prefix,
    }),
  });
  registerHiddenLink(app);
  app.register(async (scope) => registerUnsubscribe(scope, deps));
  app.register(async (scope) => registerWebhooks(scope, deps));
  app.register(async (scope) => registerInbound(scope, deps));
  app.register(async (scope) => registerSignIn(scope, deps));
  app.register(async (keyed) => {
    const count = requestLimiter(keyed, settings.requestsPerMinute);
    const countFailure = failureLimiter(keyed);
    const authenticate = authentication(deps.db, {
      publicUrl: settings.publicUrl,
      signInBy: deps.oidc === null ? 'password' : 'oidc',
    });
    keyed.addHook('onRequest', async (request, reply) => {
      try {
        await authenticate(request);
      } catch (error) {
        if (problemOf(error).kind === 'unauthenticated') await countFailure(request, reply);
        throw error;
      }
      await count(request, reply);
    });
    keyed.register(async (scope) => {
      takeJson(scope);
      registerRoutes(
        scope,
        deps,
        routes.filter(({ streams }) => streams === undefined),
      );
    });
    keyed.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      const streamed = routes.filter(({ streams }) => streams !== undefined);
      const types = new Set(streamed.flatMap(({ streams = [] }) => streams));
      scope.addContentTypeParser([...types], (_request, _payload, done) => done(null, undefined));
      refuseOtherTypes(scope, [...types]);
      registerRoutes(scope, deps, streamed);
    });
  });
  return app;
}

/** Routes under `/v1` that an API key or a session opens. */
function registerRoutes(
  scope: FastifyInstance,
  { db }: Pick<ApiDeps, 'db'>,
  routes: readonly Route[],
): void {
  for (const route of routes) {
    const read = readOf(route, routes);
    const mayBeGuarded = takesIfMatch(route);
    // Written as it is read, for as long as its caller may; a stream of events says itself that it ends.
    const isExport = route.produces !== undefined && route.produces !== 'text/event-stream';
    scope.route({
      method: route.method,
      url: `/v1${route.path}`,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      onRequest: async (request) => {
        callerWith(request, scopeOf(route));
      },
      handler: async (request, reply) => {
        const caller = callerWith(request, scopeOf(route));
        const { tenantId, actor } = caller;
        reply.code(route.status ?? 200);
        const context: RouteContext<unknown, unknown, unknown> = {
          tenantId,
          caller,
          actor,
          params: validated(route.params ?? NO_VALUES, request.params, ['path']),
          query: validated(route.query ?? NO_VALUES, request.query, ['query']),
          body: bodyOf(route, request),
          request,
          reply,
          tx: (work) =>
            inTenants(db, [tenantId], async (trx) => {
              if (mayBeGuarded) await demandMatch(trx, read, context);
              if (isExport) await demandHeld(trx, caller);
              return work(trx);
            }),
        };
        const work = () => whileHeld(route, caller, () => audited(route, context));
        if (takesIdempotencyKey(route)) {
          return answerOnce(db, { route, tenantId, request, reply }, work);
        }
        const body = await work();
        if (route.produces !== undefined) {
          const text = Readable.from(body as AsyncIterable<string>, { objectMode: false });
          return reply.type(`${route.produces}; charset=utf-8`).send(text);
        }
        if (route.download === true) {
          return sendDownload(reply, body, () => context.tx((trx) => demandHeld(trx, caller)));
        }
        if (route.tagged !== undefined) {
          const tag = entityTagOf(route.tagged, body);
          reply.header('etag', showTag(tag));
          if (isKnown(request, tag)) return reply.code(304).send();
        }
        return reply.type(JSON_TYPE).send(JSON.stringify(body));
      },
    });
  }
}

const noBody = z.undefined('no body').or(NO_VALUES);

function bodyOf(route: Route, request: FastifyRequest): unknown {
  if (route.streams !== undefined) return undefined;
  return validated(route.body ?? noBody, request.body);
}

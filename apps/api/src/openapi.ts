import { z } from 'zod';
import { withExamples } from './examples/with-examples.ts';
import { readOf, scopeOf, takesIdempotencyKey, takesIfMatch, type Route } from './http/route.ts';
import { signInPaths } from './openapi-sign-in.ts';
import { unsubscribePaths } from './openapi-unsubscribe.ts';
import { webhookPaths } from './openapi-webhooks.ts';

type Json = Record<string, unknown>;

const PROBLEM_REF = '#/components/schemas/ProblemDocument';

const problemDocument = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri' },
    problems: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
    report: {
      type: 'object',
      description:
        'Of an import that broke off: what came of it until then, as its answer has it otherwise.',
    },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'problems'],
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '01890a5d-ac96-774b-bcce-b302099a8057',
};

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case.',
  schema: { type: 'string', minLength: 1 },
};

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The ETag of an earlier answer: while nothing has changed, the answer is a 304.',
  schema: { type: 'string', minLength: 1 },
};

const etag = {
  description: 'Tells this state of the resource from all others; for If-Match and If-None-Match.',
  required: true,
  schema: { type: 'string' },
};

/** The OpenAPI 3.1 document of these routes: their schemas are the ones that requests meet. */
export function openApiDocument(
  routes: readonly Route[],
  { publicUrl, webhookTokens }: { readonly publicUrl: string; readonly webhookTokens: boolean },
): Json {
  const schemas: Json = { ProblemDocument: problemDocument };
  const paths: Record<string, Json> = {};
  for (const one of routes) {
    const path = `/v1${one.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, routes, schemas) };
  }
  Object.assign(
    paths,
    webhookPaths({ tokens: webhookTokens, problem: problemResponse }),
    signInPaths(problemResponse),
    unsubscribePaths,
  );
  return withExamples({
    openapi: '3.1.0',
    info: {
      title: 'Cadenza',
      version: '1.0.0',
      description:
        'Outreach campaigns: contacts, plans, campaigns, and what became of each message.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag)), 'Webhooks', 'Unsubscribing'].map((name) => ({
      name,
    })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `cdz_…`, with the scope that the operation names.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-cadenza' : 'cadenza',
          description:
            'The session of a user whose role has the scope. What changes something must come from a page of this origin.',
        },
      },
      parameters: { IdempotencyKey: idempotencyKey, IfMatch: ifMatch, IfNoneMatch: ifNoneMatch },
      headers: { ETag: etag },
      responses: { Problem: problemResponse('Something is wrong: see `problems`.') },
      schemas,
    },
  });
}

function problemResponse(description: string): Json {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: PROBLEM_REF } } },
  };
}

function operation(one: Route, routes: readonly Route[], schemas: Json): Json {
  const isTagged = one.tagged !== undefined;
  const isGuarded = takesIfMatch(one) && readOf(one, routes) !== null;
  const success = {
    ...(isTagged ? { headers: ETAG } : {}),
    content:
      one.download === true
        ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
        : {
            [one.produces ?? 'application/json']: {
              schema: jsonSchema(one.response, 'output', schemas),
            },
          },
  };
  return {
    operationId: one.operation,
    tags: [one.tag],
    security: [{ apiKey: [scopeOf(one)] }, { session: [scopeOf(one)] }],
    summary: one.summary,
    parameters: [
      ...parameters(one.params, 'path', schemas),
      ...parameters(one.query, 'query', schemas),
      ...(takesIdempotencyKey(one) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
      ...(isTagged ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
      ...(isGuarded ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
    ],
    ...requestBody(one, schemas),
    responses: {
      [String(one.status ?? 200)]: { description: 'Done.', ...success },
      ...(one.otherStatus === undefined
        ? {}
        : { [String(one.otherStatus.status)]: { description: one.otherStatus.when, ...success } }),
      ...(isTagged
        ? { '304': { description: 'It is as If-None-Match says.', headers: ETAG } }
        : {}),
      ...(isGuarded ? { '412': problemResponse('It is not as If-Match says.') } : {}),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const ETAG = { ETag: { $ref: '#/components/headers/ETag' } };

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: Json): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: value,
  }));
}

function requestBody(one: Route, schemas: Json): Json {
  if (one.streams !== undefined) {
    const content = Object.fromEntries(
      one.streams.map((type) => [
        type,
        {
          schema: type.endsWith('json')
            ? { type: 'array', items: { type: 'object' } }
            : { type: 'string' },
        },
      ]),
    );
    return { requestBody: { required: true, content } };
  }
  if (one.body === undefined) return {};
  const schema = jsonSchema(one.body, 'input', schemas);
  return {
    requestBody: {
      required: !one.body.safeParse(undefined).success,
      content: { 'application/json': { schema } },
    },
  };
}

/** A schema as JSON Schema 2020-12, which OpenAPI 3.1 takes; named parts go to the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $defs, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
  }) as Json & { $defs?: Json };
  for (const [name, part] of Object.entries($defs ?? {})) schemas[name] = atComponents(part, name);
  return atComponents(rest) as Json;
}

/** References to a document's own definitions, and the ids that made them, as OpenAPI has them. */
function atComponents(value: unknown, name?: string): unknown {
  if (Array.isArray(value)) return value.map((part) => atComponents(part));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, part]) => key !== '$schema' && (key !== 'id' || part !== name))
      .map(([key, part]) => [
        key,
        key === '$ref' && typeof part === 'string'
          ? part.replace('#/$defs/', '#/components/schemas/')
          : atComponents(part),
      ]),
  );
}

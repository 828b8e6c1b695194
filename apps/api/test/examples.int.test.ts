import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../src/http/route.ts';
import { apiRoutes } from '../src/routes/index.ts';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

interface Media {
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >;
}

let world: World;
let operations: Operation[];
let routes: Map<string, Route>;
beforeAll(async () => {
  world = await createWorld();
  routes = new Map(apiRoutes(world.deps).map((one) => [one.operation, one]));
  const document = (await (await fetch(`${world.baseUrl}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
});
afterAll(() => world.close());

/** Bodies of an operation that are JSON, or a text that is not a page or a form. */
function bodies(content: Readonly<Record<string, Media>> | undefined): [string, Media][] {
  return Object.entries(content ?? {}).filter(([type]) =>
    /^(application\/(json|x-ndjson)|text\/(csv|event-stream))$/.test(type),
  );
}

function exampleOfRequest(name: string): unknown {
  const one = operations.find(({ operationId }) => operationId === name);
  return one?.requestBody?.content['application/json']?.example;
}

describe('the document has an example', () => {
  test('of every body of a request, which is as its route wants it', () => {
    const wrong = operations.flatMap(({ operationId, requestBody }) =>
      bodies(requestBody?.content).flatMap(([type, { example }]) => {
        if (example === undefined) return [`${operationId}: none of ${type}`];
        const parsed = routes.get(operationId)?.body?.safeParse(example);
        return parsed?.success === false ? [`${operationId}: ${parsed.error.message}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('of every answer, which is what its route answers', () => {
    const wrong = operations.flatMap(({ operationId, responses }) =>
      Object.values(responses).flatMap(({ content }) =>
        bodies(content).flatMap(([type, { example }]) => {
          if (example === undefined) return [`${operationId}: none of ${type}`];
          const route = routes.get(operationId);
          if (type !== 'application/json' || route === undefined) return [];
          const parsed = route.response.safeParse(example);
          return parsed.success ? [] : [`${operationId}: ${parsed.error.message}`];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('that says something, and does not only fill its place', () => {
    const filled = operations.filter(({ requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].some((body) =>
        bodies(body?.content).some(([, { example }]) =>
          /"text",?$/m.test(JSON.stringify(example, null, 1)),
        ),
      ),
    );
    expect(filled.map(({ operationId }) => operationId)).toEqual([]);
  });
});

test('what the examples ask for is done as it stands', async () => {
  const tenant = await world.tenant();
  const { contact, campaign, sender } = await makeRows(tenant);
  const post = async (path: string, name: string) => {
    const { status, body } = await tenant.api.post(path, exampleOfRequest(name));
    expect([name, status < 300 ? 'done' : body]).toEqual([name, 'done']);
    return body;
  };
  await post('/v1/leads', 'createLead');
  await post('/v1/contacts', 'createContact');
  await post('/v1/sender-identities', 'createSenderIdentity');
  await post('/v1/sms-senders', 'createSmsSender');
  await post('/v1/templates', 'createTemplate');
  await post('/v1/templates/preview', 'previewContent');
  await post('/v1/contacts/import', 'importContacts');
  await post('/v1/suppressions', 'suppress');
  await post('/v1/webhook-endpoints', 'createWebhookEndpoint');
  await post('/v1/users', 'createUser');
  await post('/v1/api-keys', 'createApiKey');
  await post(`/v1/contacts/${contact}/consents`, 'recordConsent');
  await post(`/v1/campaigns/${campaign}/audiences/preview`, 'previewAudience');
  await post(`/v1/campaigns/${campaign}/audiences`, 'enrolAudience');
  const limit = exampleOfRequest('putSendRateLimit') as object;
  const set = await tenant.api.put('/v1/send-rate-limits', { ...limit, reference: sender });
  expect(set.status).toBe(200);
  const made = await post('/v1/plans', 'createPlan');
  expect(made.plan?.versions).toHaveLength(1);
  const checked = await post('/v1/plans/validate', 'validatePlan');
  expect(checked).toMatchObject({ valid: true, problems: [] });
});

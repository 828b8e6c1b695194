import {
  answered,
  CadenzaApiError,
  createCadenzaClient,
  csvBody,
  everyItem,
} from '@cadenza/client';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

const TYPES = fileURLToPath(new URL('../../../libs/client/src/schema.ts', import.meta.url));
const HEAD = '/* Generated from /openapi.json: see the README. */\n\n';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('the client has the types that /openapi.json gives', async () => {
  const served = await (await fetch(`${world.baseUrl}/openapi.json`)).text();
  // Examples would be a third of the file, and say nothing of types.
  const document = JSON.parse(served, (key, value: unknown) =>
    key === 'example' ? undefined : value,
  ) as OpenAPI3;
  const text = HEAD + astToString(await openapiTypes(document));
  const config = await resolveConfig(TYPES);
  await expect(await format(text, { ...config, filepath: TYPES })).toMatchFileSnapshot(TYPES);
});

describe('the client', () => {
  test('enrols, watches and pauses a campaign, with everything typed', async () => {
    const tenant = await world.tenant();
    const { planVersion, sender } = await makeRows(tenant);
    const cadenza = createCadenzaClient({ baseUrl: world.baseUrl, apiKey: tenant.key });
    const people = 'email,first_name\nada@example.org,Ada\ngrace@example.org,Grace\n';
    const imported = await answered(cadenza.POST('/v1/contacts/import', csvBody(people)));
    expect(imported).toMatchObject({ imported: 2, rejectedTotal: 0 });
    const campaign = await answered(
      cadenza.POST('/v1/campaigns', {
        body: { name: 'Spring', planVersionId: planVersion, senderIdentityId: sender },
      }),
    );
    const one = { params: { path: { id: campaign.id } } };
    await answered(cadenza.POST('/v1/campaigns/{id}/start', one));

    const contacts = everyItem((cursor) =>
      answered(
        cadenza.GET('/v1/contacts', { params: { query: { limit: 2, ...(cursor && { cursor }) } } }),
      ),
    );
    const contactIds: string[] = [];
    for await (const { id } of contacts) contactIds.push(id);
    expect(contactIds).toHaveLength(3);
    const { enrolled } = await answered(
      cadenza.POST('/v1/campaigns/{id}/enrollments', { ...one, body: { contactIds } }),
    );
    expect(enrolled).toHaveLength(3);
    const paused = await answered(cadenza.POST('/v1/campaigns/{id}/pause', one));
    expect(paused.status).toBe('paused');
    const seen = await answered(cadenza.GET('/v1/campaigns/{id}', one));
    expect(seen.enrollments).toMatchObject({ total: 3, byStatus: { active: 3 } });
  });

  test('changes what is still as it was read', async () => {
    const tenant = await world.tenant();
    const { lead: id } = await makeRows(tenant);
    const cadenza = createCadenzaClient({ baseUrl: world.baseUrl, apiKey: tenant.key });
    const read = await cadenza.GET('/v1/leads/{id}', { params: { path: { id } } });
    const etag = read.response.headers.get('etag') ?? '';
    const params = { path: { id }, header: { 'If-Match': etag } };
    const change = (industry: string) =>
      cadenza.PATCH('/v1/leads/{id}', { params, body: { industry } });
    expect((await answered(change('Tea'))).industry).toBe('Tea');
    const { error, response } = await change('Coffee');
    expect(response.status).toBe(412);
    expect(error?.status).toBe(412);

    const now = await cadenza.GET('/v1/leads/{id}', { params: { path: { id } } });
    const known = { 'If-None-Match': now.response.headers.get('etag') ?? '' };
    const again = await cadenza.GET('/v1/leads/{id}', { params: { path: { id }, header: known } });
    expect(again.response.status).toBe(304);
    expect(again.data).toBeUndefined();
  });

  test('says what was wrong with a request', async () => {
    const { key } = await world.tenant();
    const cadenza = createCadenzaClient({ baseUrl: world.baseUrl, apiKey: key });
    const call = answered(cadenza.POST('/v1/contacts', { body: { email: 'nobody' } }));
    const error = await call.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CadenzaApiError);
    expect(error).toMatchObject({
      status: 400,
      problem: { problems: [expect.objectContaining({ path: 'email' })] },
      message: expect.stringMatching(/^400 .*\nemail: "nobody": expected/) as string,
    });
  });
});

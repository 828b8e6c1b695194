import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOf, takesIfMatch } from '../src/http/route.ts';
import { apiRoutes } from '../src/routes/index.ts';
import type { Answer } from './support/client.ts';
import { makeRows, type Rows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let rows: Rows;
/** A resource, a change of it, and another: with each its ETag is another. */
let RESOURCES: Record<string, { path: string; method: string; changes: [unknown, unknown] }>;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  rows = await makeRows(tenant);
  const sms = await tenant.api.post('/v1/sms-senders', { from: '+12025550123', name: 'Ann' });
  const template = await tenant.api.post('/v1/templates', {
    name: 'T',
    channel: 'sms',
    content: { body: 'Hello' },
  });
  const endpoint = await tenant.api.post('/v1/webhook-endpoints', {
    url: 'https://hooks.example.com',
  });
  const key = await tenant.api.post('/v1/api-keys', { name: 'K', role: 'viewer' });
  const user = await tenant.api.post('/v1/users', { email: 'u@example.com', role: 'viewer' });
  const patch = (path: string, ...changes: [unknown, unknown]) => ({
    path: `/v1/${path}`,
    method: 'PATCH',
    changes,
  });
  const put = (path: string, ...changes: [unknown, unknown]) => ({
    path: `/v1/${path}`,
    method: 'PUT',
    changes,
  });
  RESOURCES = {
    getContact: patch(`contacts/${rows.contact}`, { title: 'Dr' }, { title: 'Prof' }),
    getLead: patch(`leads/${rows.lead}`, { industry: 'Tea' }, { industry: 'Coffee' }),
    getSenderIdentity: patch(`sender-identities/${rows.sender}`, { name: 'A' }, { name: 'B' }),
    getSmsSender: patch(`sms-senders/${String(sms.body.id)}`, { name: 'A' }, { name: 'B' }),
    getCampaign: patch(`campaigns/${rows.campaign}`, { priority: 2 }, { priority: 3 }),
    getAddressPolicy: put('address-policy', { role: 'block' }, { role: 'allow' }),
    getGuardThresholds: put(
      'deliverability/thresholds',
      { bounce: { minSample: 7 } },
      { bounce: { minSample: 8 } },
    ),
    getSendGridAccount: put(
      'sendgrid-account',
      { apiKey: 'SG.of-the-tenant-itself-a' },
      { apiKey: 'SG.of-the-tenant-itself-b' },
    ),
    getTemplate: patch(`templates/${String(template.body.id)}`, { name: 'A' }, { name: 'B' }),
    getWebhookEndpoint: patch(
      `webhook-endpoints/${String(endpoint.body.id)}`,
      { description: 'A' },
      { description: 'B' },
    ),
    getApiKey: patch(`api-keys/${String(key.body.id)}`, { name: 'A' }, { name: 'B' }),
    getUser: patch(`users/${String(user.body.id)}`, { name: 'A' }, { name: 'B' }),
    getIpPoolWarmUp: put('ip-pools/cold/warm-up', { schedule: [1] }, { schedule: [2] }),
  };
});
afterAll(() => world.close());

/** Asks as the API's client does not: with any headers, and for an answer without a body. */
async function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<{ status: number; etag: string | null; text: string }> {
  const answer = await fetch(`${world.baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tenant.key}`,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, etag: answer.headers.get('etag'), text: await answer.text() };
}

async function etagOf(path: string): Promise<string> {
  const { etag } = await call('GET', path);
  expect(etag).toMatch(/^"[\w-]{16}\.[\w-]{16}"$/);
  return etag ?? '';
}

async function newSuppression(): Promise<string> {
  const value = `${newId()}@example.com`;
  await tenant.api.post('/v1/suppressions', { addresses: [value] });
  const { body }: Answer = await tenant.api.get(`/v1/suppressions?address=${value}`);
  return `/v1/suppressions/${String(body.items?.[0]?.id)}`;
}

test('every resource with an ETag is walked here, and each can be changed', () => {
  const routes = apiRoutes(world.deps);
  const tagged = routes.filter(({ tagged: facts }) => facts !== undefined);
  const walked = [...Object.keys(RESOURCES), 'getSuppression'];
  expect(tagged.map(({ operation }) => operation).toSorted()).toEqual(walked.toSorted());
  const changing = routes.filter((one) => takesIfMatch(one) && readOf(one, routes) !== null);
  expect(new Set(changing.map(({ path }) => path)).size).toBe(tagged.length);
});

test('an ETag is kept from change to change, and is another after one', async () => {
  for (const [name, { path, method, changes }] of Object.entries(RESOURCES)) {
    const before = await etagOf(path);
    expect(await etagOf(path), name).toBe(before);

    const made = await call(method, path, { 'if-match': before }, changes[0]);
    expect(made.status, `${name}: ${made.text}`).toBe(200);
    const after = await etagOf(path);
    expect(after, name).not.toBe(before);

    const refused = await call(method, path, { 'if-match': before }, changes[1]);
    expect(refused.status, name).toBe(412);
    expect(JSON.parse(refused.text)).toMatchObject({
      type: 'urn:problem-type:cadenza:precondition-failed',
      status: 412,
    });
    expect(await etagOf(path), name).toBe(after);

    for (const header of [`"x", ${after}`, '*']) {
      const again = await call(method, path, { 'if-match': header }, changes[1]);
      expect(again.status, `${name} ${header}`).toBe(200);
      if (header === '*') break;
      expect(await etagOf(path), name).not.toBe(after);
    }
    expect((await call(method, path, {}, changes[0])).status, name).toBe(200);
  }
});

test('a suppression that has changed is not taken off the list', async () => {
  const path = await newSuppression();
  const before = await etagOf(path);
  await world.rows(`UPDATE communication_suppressions SET last_seen_at = now() WHERE id = $1`, [
    path.split('/').at(-1),
  ]);
  expect((await call('DELETE', path, { 'if-match': before })).status).toBe(412);
  expect((await call('DELETE', path, { 'if-match': await etagOf(path) })).status).toBe(200);
  expect((await call('DELETE', path, { 'if-match': before })).status).toBe(404);
});

describe('of two changes at once with one ETag', () => {
  test('one is made, and the other refused', async () => {
    for (const [name, { path, method, changes }] of Object.entries(RESOURCES)) {
      await call(method, path, {}, changes[0]);
      for (let round = 0; round < 5; round += 1) {
        const etag = await etagOf(path);
        // Neither is what is there already: a row is written by both, if they may.
        const bodies = [0, 1].map((n) => raced(changes[n], round * 2 + n));
        const answers = await Promise.all(
          bodies.map((body) => call(method, path, { 'if-match': etag }, body)),
        );
        const statuses = answers.map(({ status }) => status).toSorted();
        expect(statuses, `${name} round ${round}`).toEqual([200, 412]);
      }
    }
  });

  test('one takes a suppression off the list', async () => {
    const path = await newSuppression();
    const etag = await etagOf(path);
    const answers = await Promise.all([1, 2].map(() => call('DELETE', path, { 'if-match': etag })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });
});

/** The same change with a value that no round before has written. */
function raced(change: unknown, nth: number): unknown {
  const [[key, value] = ['', null]] = Object.entries(change as Record<string, unknown>);
  // There are ten, and the second of them, which is there before the first round, comes last.
  if (key === 'priority') return { priority: 1 + ((nth + 2) % 10) };
  if (key === 'role') return { role: nth % 2 === 0 ? 'warn' : 'allow', askProvider: nth % 4 > 1 };
  if (key === 'bounce') return { bounce: { minSample: 100 + nth } };
  if (key === 'apiKey') return { apiKey: `${String(value)}${nth}` };
  if (key === 'schedule') return { schedule: [100 + nth] };
  return { [key]: `${String(value)} ${nth}` };
}

describe('what changes by itself', () => {
  test('is another answer, and no reason to refuse a change', async () => {
    const path = `/v1/campaigns/${rows.campaign}`;
    const before = await etagOf(path);
    const contact = await tenant.api.post('/v1/contacts', { email: `${newId()}@example.com` });
    await tenant.api.post(`${path}/enrollments`, { contactIds: [contact.body.id] });
    const after = await etagOf(path);
    expect(after).not.toBe(before);
    expect((await call('GET', path, { 'if-none-match': before })).status).toBe(200);
    expect((await call('PATCH', path, { 'if-match': before }, { priority: 9 })).status).toBe(200);
  });
});

describe('If-None-Match', () => {
  test('of what is known already is a 304 without a body', async () => {
    for (const [name, { path, method, changes }] of Object.entries(RESOURCES)) {
      const etag = await etagOf(path);
      for (const header of [etag, `W/${etag}`, `"x",${etag}`, '*']) {
        const answer = await call('GET', path, { 'if-none-match': header });
        expect(answer, `${name} ${header}`).toEqual({ status: 304, etag, text: '' });
      }
      const other = raced(changes[0], 50);
      await call(method, path, {}, other);
      expect((await call('GET', path, { 'if-none-match': etag })).status, name).toBe(200);
    }
  });

  test('of what is not there is a 404', async () => {
    const answer = await call('GET', `/v1/leads/${newId()}`, { 'if-none-match': '*' });
    expect(answer).toMatchObject({ status: 404, etag: null });
  });
});

test.each([',', 'x', '"a', '"a" "b"', 'w/"a"', ''])('the tag %j is refused', async (tag) => {
  const path = `/v1/leads/${rows.lead}`;
  for (const [method, header, body] of [
    ['GET', 'if-none-match', undefined],
    ['PATCH', 'if-match', { industry: 'X' }],
  ] as const) {
    const refused = await call(method, path, { [header]: tag }, body);
    expect(refused.status, method).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({
      problems: [{ path: expect.stringMatching(/^header\.If-/) as string }],
    });
  }
});

test('a weak tag matches no change', async () => {
  const path = `/v1/leads/${rows.lead}`;
  const etag = await etagOf(path);
  const answer = await call('PATCH', path, { 'if-match': `W/${etag}` }, { industry: 'X' });
  expect(answer.status).toBe(412);
});

test('a change of what has no ETag is not bound to one, and not made', async () => {
  const { body } = await tenant.api.post('/v1/inbound-tokens', { name: 'T' });
  const path = `/v1/inbound-tokens/${String(body.id)}`;
  for (const header of ['if-match', 'if-none-match']) {
    expect((await call('DELETE', path, { [header]: '"x"' })).status, header).toBe(412);
  }
  expect((await call('DELETE', path, { 'if-match': '*' })).status).toBe(200);
});

test('what is as If-None-Match says is not changed', async () => {
  const path = `/v1/leads/${rows.lead}`;
  const etag = await etagOf(path);
  for (const header of ['*', etag, `W/${etag}`]) {
    const answer = await call('PATCH', path, { 'if-none-match': header }, { industry: 'Y' });
    expect(answer.status, header).toBe(412);
  }
  expect(await etagOf(path)).toBe(etag);
  const made = await call('PATCH', path, { 'if-none-match': '"x,y"' }, { industry: 'Y' });
  expect(made.status).toBe(200);
});

test('of two changes of thresholds at once, neither is lost', async () => {
  const path = '/v1/deliverability/thresholds';
  for (let n = 500; n < 510; n += 1) {
    const bodies = [{ bounce: { minSample: n } }, { complaint: { minSample: n } }];
    const answers = await Promise.all(bodies.map((body) => call('PUT', path, {}, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { text } = await call('GET', path);
    expect(JSON.parse(text)).toMatchObject({
      bounce: { minSample: n },
      complaint: { minSample: n },
    });
  }
});

test('the document names the headers and the answers of each', async () => {
  const document = (await (await fetch(`${world.baseUrl}/openapi.json`)).json()) as {
    paths: Record<
      string,
      Record<string, { parameters: { $ref?: string }[]; responses: Record<string, unknown> }>
    >;
  };
  const named = Object.entries(document.paths['/v1/leads/{id}'] ?? {}).map(([method, facts]) => [
    method,
    facts.parameters.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? []),
    Object.keys(facts.responses),
  ]);
  expect(named).toEqual([
    ['get', ['IfNoneMatch'], ['200', '304', 'default']],
    ['patch', ['IfMatch'], ['200', '412', 'default']],
  ]);
  expect(document.paths['/v1/leads']?.['get']?.responses).not.toHaveProperty('304');
});

test('another tenant’s ETag is of nothing', async () => {
  const path = `/v1/leads/${rows.lead}`;
  const etag = await etagOf(path);
  const other = await world.tenant();
  const answer = await other.api.raw(
    'PATCH',
    path,
    JSON.stringify({ industry: 'X' }),
    'application/json',
    { 'if-match': etag },
  );
  expect(answer.status).toBe(404);
});

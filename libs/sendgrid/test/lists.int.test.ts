import { afterEach, expect, test } from 'vitest';
import { createSendGridLists, SendGridApiError } from '../src/index.ts';
import { reply, startServer, type Answer } from './test-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function lists(answer: Answer) {
  const server = await startServer(answer);
  const created = createSendGridLists({ apiKey: 'SG.test', baseUrl: server.url });
  cleanUps.push(() => server.close());
  cleanUps.push(() => created.close());
  return { server, lists: created };
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

test('a list is read page by page, within a span of whole seconds', async () => {
  const entries = Array.from({ length: 1_100 }, (_, n) => ({
    email: `Person${n}@Example.com`,
    created: 1_000 + n,
  }));
  const { lists: read, server } = await lists((response, { url }) => {
    const query = new URL(url, 'http://x').searchParams;
    const offset = Number(query.get('offset'));
    return reply(200, entries.slice(offset, offset + Number(query.get('limit'))))(response);
  });
  const found = await all(read.entries('unsubscribes', 999_900, 5_000_100));
  expect(found).toHaveLength(1_100);
  expect(found[0]).toEqual({ address: 'person0@example.com', at: 1_000_000, final: true });
  expect(server.requests.map(({ url }) => url)).toEqual(
    [0, 500, 1_000].map(
      (offset) =>
        `/v3/suppression/unsubscribes?start_time=999&end_time=5000&limit=500&offset=${offset}`,
    ),
  );
});

test.each([
  ['5.1.1', '550 5.1.1 no such user', true],
  ['5.2.2', '552 5.2.2 mailbox full', false],
  ['', '550 unknown', true],
  [null, null, false],
])('a bounce of status %s is final: %s, %s', async (status, reason, final) => {
  const { lists: read } = await lists((response) =>
    reply(200, [{ email: 'a@example.com', created: 1, status, reason }])(response),
  );
  expect(await all(read.entries('bounces', 0, 10_000))).toMatchObject([{ final }]);
});

test('addresses are put on the global list in parts, and taken off it where they are', async () => {
  const { lists: write, server } = await lists((response, { method }) =>
    reply(method === 'POST' ? 201 : 404, {})(response),
  );
  await write.unsubscribe(Array.from({ length: 1_001 }, (_, n) => `a${n}@example.com`));
  await write.resubscribe('A+b@example.com');
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v3/asm/suppressions/global',
    'POST /v3/asm/suppressions/global',
    'DELETE /v3/asm/suppressions/global/a%2Bb%40example.com',
  ]);
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
    recipient_emails: ['a1000@example.com'],
  });
});

test.each([
  [200, { errors: [] }, /documented form/],
  [401, { errors: [{ message: 'no key for a@example.com' }] }, /HTTP 401/],
])('an answer %s that is none is told without an address', async (status, body, text) => {
  const { lists: read } = await lists((response) => reply(status, body)(response));
  const failed = all(read.entries('spam_reports', 0, 1)).catch((error: unknown) => error);
  expect(await failed).toBeInstanceOf(SendGridApiError);
  expect(String(await failed)).toMatch(text);
  expect(String(await failed)).not.toContain('a@example.com');
});

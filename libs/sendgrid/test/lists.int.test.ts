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

/** A list as SendGrid has it, from which entries can be taken. */
async function listOf(
  seconds: readonly number[],
  before: (entries: object[], query: URLSearchParams) => void = () => undefined,
) {
  const entries = seconds.map((created, n) => ({ email: `Person${n}@Example.com`, created }));
  const { lists: read, server } = await lists((response, { url }) => {
    const query = new URL(url, 'http://x').searchParams;
    before(entries, query);
    const number = (name: string) => Number(query.get(name));
    const inSpan = entries
      .filter(({ created }) => created >= number('start_time') && created <= number('end_time'))
      .toSorted((one, other) => other.created - one.created);
    return reply(200, inSpan.slice(number('offset'), number('offset') + number('limit')))(response);
  });
  return { entries, read, server };
}

test('a list is read whole, by spans of whole seconds that one page holds', async () => {
  const { read, server } = await listOf(Array.from({ length: 1_100 }, (_, n) => 1_000 + n));
  const found = await all(read.entries('unsubscribes', 999_900, 5_000_100));
  expect(found).toHaveLength(1_100);
  expect(found).toContainEqual({ address: 'person0@example.com', at: 1_000_000, final: true });
  expect(server.requests[0]?.url).toBe(
    '/v3/suppression/unsubscribes?start_time=999&end_time=5000&limit=500&offset=0',
  );
  expect(server.requests.length).toBeLessThan(12);
});

test('nothing is missed of a list from which entries go while it is read', async () => {
  const { entries, read } = await listOf(Array.from({ length: 2_000 }, (_, n) => 1_000 + n));
  const found = new Set<string>();
  for await (const page of read.entries('unsubscribes', 0, 5_000_000)) {
    for (const { address } of page) {
      found.add(address);
      const at = entries.findIndex(({ email }) => email.toLowerCase() === address);
      entries.splice(at, 1);
    }
  }
  expect(found.size).toBe(2_000);
});

test('more in one second than a page holds are read until nothing more is found', async () => {
  // Between a page and the next one, twice.
  let goings = 2;
  const { entries, read } = await listOf(
    Array.from({ length: 1_300 }, () => 1_000),
    (left, query) => {
      if (query.get('offset') !== '500' || goings === 0) return;
      goings -= 1;
      left.splice(0, 100);
    },
  );
  const gone = new Set(entries.slice(0, 200).map(({ email }) => email.toLowerCase()));
  const found = (await all(read.entries('blocks', 1_000_000, 1_000_000))).map((one) => one.address);
  expect(new Set(found).size).toBe(found.length);
  expect(found.filter((address) => !gone.has(address))).toHaveLength(1_100);
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

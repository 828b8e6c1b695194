import { createClock, type MessageInquiry, newId } from '@cadenza/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { createSendGridLookup, CUSTOM_ARGS } from '../src/index.ts';
import { closedPort, reply, startServer, type Answer } from './test-server.ts';
import { TENANT } from './mail-fixture.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function lookupAt(baseUrl: string) {
  const clock = createClock({ rate: 1, realBase: Date.now(), campaignBase: NOW });
  const lookup = createSendGridLookup({ apiKey: 'SG.test', baseUrl, clock });
  cleanUps.push(() => lookup.close());
  return lookup;
}

async function serve(answer: Answer) {
  const server = await startServer(answer);
  cleanUps.push(() => server.close());
  return { server, lookup: lookupAt(server.url) };
}

const inquiry = (recipient: string, attempt = 1): MessageInquiry => ({
  reference: { tenantId: TENANT, messageId: newId(), attempt },
  recipient,
  since: NOW - 60_000,
});
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => inquiry(`person${n}@example.com`));
const argsOf = ({ reference }: MessageInquiry) => ({
  [CUSTOM_ARGS.tenantId]: reference.tenantId,
  [CUSTOM_ARGS.messageId]: reference.messageId,
  [CUSTOM_ARGS.attempt]: String(reference.attempt),
});
const queryOf = (url: string) => new URL(url, 'http://x').searchParams.get('query');
const kinds = (answers: readonly { readonly kind: string }[]) => answers.map(({ kind }) => kind);

describe('email activity', () => {
  test('asks about up to 30 attempts in one request, by message and attempt', async () => {
    const { server, lookup } = await serve(reply(200, { messages: [] }));
    const asked = people(61);
    const answers = await lookup.lookUp(asked);
    expect(new Set(kinds(answers))).toEqual(new Set(['not_found']));
    expect(server.requests).toHaveLength(3);
    const queries = server.requests.map(({ url }) => queryOf(url) ?? '');
    expect(queries.map((query) => query.split(' OR ').length)).toEqual([30, 30, 1]);
    expect(queries[2]).toBe(
      `(unique_args['cadenza_message_id']="${asked[60]?.reference.messageId}" AND ` +
        `unique_args['cadenza_attempt']="1")`,
    );
    expect(Math.max(...server.requests.map(({ url }) => url.length))).toBeLessThan(8_000);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: expect.stringContaining('limit=1000'),
      headers: { authorization: 'Bearer SG.test' },
    });
  });

  test('never asks about two attempts to one address in one request', async () => {
    const first = inquiry('ann@example.com');
    const { server, lookup } = await serve((response, request) =>
      reply(200, {
        messages: request.url.includes(first.reference.messageId)
          ? [{ msg_id: 'id.1', to_email: 'ann@example.com', status: 'processed' }]
          : [],
      })(response),
    );
    const second = inquiry('Ann@Example.com ');
    expect(await lookup.lookUp([second, first])).toEqual([
      { kind: 'not_found' },
      { kind: 'found', providerMessageId: 'id.1', status: 'accepted' },
    ]);
    expect(server.requests).toHaveLength(2);
  });

  test('an address that is shown in another form is told by its arguments', async () => {
    const [ann, bob] = [inquiry('ann@example.com'), inquiry('bob@example.com')];
    const { server, lookup } = await serve((response, request) =>
      reply(
        200,
        request.url.startsWith('/v3/messages?')
          ? { messages: [{ msg_id: 'a/b', to_email: '<ann@example.com>', status: 'delivered' }] }
          : { unique_args: JSON.stringify(argsOf(ann)) },
      )(response),
    );
    expect(await lookup.lookUp([bob, ann])).toEqual([
      { kind: 'not_found' },
      { kind: 'found', providerMessageId: 'a/b', status: 'delivered' },
    ]);
    expect(server.requests[1]?.url).toBe('/v3/messages/a%2Fb');
  });

  test('a list that is cut off is no evidence of absence', async () => {
    const messages = Array.from({ length: 1_000 }, (_, n) => ({
      msg_id: `id.${n}`,
      to_email: 'ann@example.com',
      status: 'delivered',
    }));
    const { lookup } = await serve(reply(200, { messages }));
    const answers = await lookup.lookUp([inquiry('ann@example.com'), inquiry('bob@example.com')]);
    expect(answers).toMatchObject([
      { kind: 'found' },
      { kind: 'could_not_look', cause: 'unexpected_answer' },
    ]);
  });

  test.each([
    ['no JSON', reply(200, '<html>')],
    ['another form', reply(200, { messages: [{ id: 1 }] })],
    ['a refused query', reply(400, { errors: [{ message: 'ann@example.com: invalid syntax' }] })],
  ])('%s concerns its own request only', async (_, strange) => {
    let requests = 0;
    const { lookup } = await serve((response) =>
      (requests++ === 0 ? strange : reply(200, { messages: [] }))(response),
    );
    const answers = await lookup.lookUp(people(31));
    expect(answers.slice(0, 30).every(({ kind }) => kind === 'could_not_look')).toBe(true);
    expect(answers[0]).toMatchObject({ cause: 'unexpected_answer', retryAfterMs: null });
    expect(answers[30]).toEqual({ kind: 'not_found' });
    expect(JSON.stringify(answers)).not.toContain('@');
  });

  test('what was answered before a rate limit stands, and nothing more is asked', async () => {
    let requests = 0;
    const { server, lookup } = await serve((response) =>
      requests++ === 0
        ? reply(200, { messages: [] })(response)
        : reply(429, { errors: [] }, { 'x-ratelimit-reset': '12' })(response),
    );
    const answers = await lookup.lookUp(people(91));
    expect(server.requests).toHaveLength(2);
    expect(new Set(kinds(answers.slice(0, 30)))).toEqual(new Set(['not_found']));
    expect(answers.slice(30)).toEqual(
      Array.from({ length: 61 }, () => ({
        kind: 'could_not_look',
        cause: 'rate_limited',
        retryAfterMs: 12_000,
        reason: 'HTTP 429 {"errors":[]}',
      })),
    );
  });

  test('nobody there is no evidence of absence', async () => {
    expect(await lookupAt(await closedPort()).lookUp(people(2))).toMatchObject([
      { kind: 'could_not_look', cause: 'unreachable' },
      { kind: 'could_not_look', cause: 'unreachable' },
    ]);
  });

  test('nothing is asked about nothing', async () => {
    const { server, lookup } = await serve(reply(500));
    expect(await lookup.lookUp([])).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });
});

describe('email logs', () => {
  /** Lists these ids for everybody; what an id stands for is `details`' matter. */
  const logs =
    (ids: readonly string[], details: (id: string) => Answer): Answer =>
    (response, request, socket) => {
      if (request.url.startsWith('/v3/messages')) return reply(404)(response);
      if (request.method === 'POST') {
        const messages = ids.map((id) => ({ sg_message_id: id, status: 'bounced' }));
        return reply(200, { messages })(response);
      }
      return details(request.url.slice('/v3/logs/'.length))(response, request, socket);
    };

  test('are asked by recipient and time, and compared by their arguments', async () => {
    const ann = inquiry('ann@example.com');
    const { server, lookup } = await serve(
      logs(['other', 'plain', 'own', 'later'], (id) =>
        reply(200, {
          ...(id === 'other' && {
            custom_args: { ...argsOf(ann), [CUSTOM_ARGS.tenantId]: newId() },
          }),
          ...(id === 'own' && { custom_args: argsOf(ann) }),
        }),
      ),
    );
    expect(await lookup.lookUp([ann])).toEqual([
      { kind: 'found', providerMessageId: 'own', status: 'not_delivered' },
    ]);
    const [, list, ...details] = server.requests;
    expect(JSON.parse(list?.body ?? '')).toEqual({
      query:
        'to_email="ann@example.com" AND ' +
        'sg_message_id_created_at >= TIMESTAMP "2026-03-02T07:59:00Z"',
      limit: 50,
    });
    expect(details.map(({ url }) => url)).toEqual([
      '/v3/logs/other',
      '/v3/logs/plain',
      '/v3/logs/own',
    ]);
  });

  test('a message whose details are gone leaves only its own recipient open', async () => {
    const { lookup } = await serve((response, request, socket) => {
      const listed = request.body.includes('ann@') ? ['gone'] : [];
      return logs(listed, () => reply(404))(response, request, socket);
    });
    expect(
      await lookup.lookUp([inquiry('ann@example.com'), inquiry('bob@example.com')]),
    ).toMatchObject([
      { kind: 'could_not_look', cause: 'unexpected_answer' },
      { kind: 'not_found' },
    ]);
  });

  test('more messages than are read are no evidence of absence', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `id.${n}`);
    const { lookup } = await serve(logs(ids, () => reply(200, { custom_args: {} })));
    expect(await lookup.lookUp([inquiry('ann@example.com')])).toMatchObject([
      { kind: 'could_not_look', cause: 'unexpected_answer' },
    ]);
  });

  test('a quote in an address stays in its text', async () => {
    const { server, lookup } = await serve(logs([], () => reply(404)));
    await lookup.lookUp([inquiry('a"\\b@example.com')]);
    expect(JSON.parse(server.requests[1]?.body ?? '')).toMatchObject({
      query: expect.stringContaining('to_email="a\\"\\\\b@example.com" AND '),
    });
  });
});

import { createClock, newId, type FoundMessage, type MessageInquiry } from '@cadenza/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { createSendGridLookup, CUSTOM_ARGS, normalizeEvent } from '../src/index.ts';
import { TENANT } from './mail-fixture.ts';
import { reply, startServer, type Answer } from './test-server.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const AT = '2026-03-02T08:00:07Z';
const INQUIRY: MessageInquiry = {
  reference: { tenantId: TENANT, messageId: newId(), attempt: 2 },
  recipient: 'ann@example.com',
  since: NOW - 7_200_000,
};
const FOUND: FoundMessage = {
  kind: 'found',
  providerMessageId: 'a/b.recvd',
  status: 'not_delivered',
};
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(answer: Answer) {
  const server = await startServer(answer);
  const clock = createClock({ rate: 1, realBase: Date.now(), campaignBase: NOW });
  const lookup = createSendGridLookup({ apiKey: 'SG.test', baseUrl: server.url, clock });
  cleanUps.push(
    () => server.close(),
    () => lookup.close(),
  );
  return { server, lookup };
}

/** The key of the same event as the webhook reports it. */
function reportedKey(fields: object): string {
  const result = normalizeEvent({
    email: INQUIRY.recipient,
    timestamp: Date.parse(AT) / 1_000,
    sg_event_id: 'another',
    sg_message_id: 'a/b.recvd',
    [CUSTOM_ARGS.tenantId]: TENANT,
    [CUSTOM_ARGS.messageId]: INQUIRY.reference.messageId,
    [CUSTOM_ARGS.attempt]: '2',
    ...fields,
  });
  if (!result.ok) throw new Error(result.problem.message);
  return result.event.dedupeKey;
}

const activity = (...events: object[]) => reply(200, { msg_id: 'a/b.recvd', events });

describe('the history of a message', () => {
  test.each([
    ['delivered', {}, { event: 'delivered' }, { type: 'delivered', bounceKind: null }],
    ['deferred', { reason: '451 4.7.1 later' }, { event: 'deferred' }, { type: 'deferred' }],
    [
      'dropped',
      { reason: 'Bounced Address' },
      { event: 'dropped', reason: 'x' },
      { type: 'dropped', reason: 'Bounced Address' },
    ],
    [
      'bounced',
      { reason: '550 5.1.1 gone', bounce_type: 'hard' },
      { event: 'bounce', type: 'bounce' },
      { type: 'bounced', bounceKind: 'hard', statusCode: '5.1.1' },
    ],
    [
      'bounced',
      { reason: '552 5.2.2 full', bounce_type: 'hard' },
      { event: 'bounce', type: 'bounce' },
      { type: 'bounced', bounceKind: 'soft' },
    ],
    [
      'bounced',
      { reason: '550 5.7.1 refused', bounce_type: 'soft' },
      { event: 'bounce', type: 'blocked' },
      { type: 'blocked' },
    ],
  ])('activity shows %s %j, as the webhook reports it', async (name, fields, webhook, expected) => {
    const { server, lookup } = await serve(
      activity(
        { event_name: name, processed: AT, ...fields },
        { event_name: 'opened', processed: AT },
        { event_name: 'clicked', processed: AT, url: 'https://example.com' },
        { event_name: 'spam_report', processed: AT },
      ),
    );
    const history = await lookup.historyOf(INQUIRY, FOUND);
    expect(history).toEqual({
      kind: 'shown',
      events: [
        expect.objectContaining({
          ...expected,
          at: Date.parse(AT),
          reference: INQUIRY.reference,
          dedupeKey: reportedKey(webhook),
        }),
      ],
    });
    expect(server.requests.map(({ url }) => url)).toEqual(['/v3/messages/a%2Fb.recvd']);
  });

  test('events say when they were looked up, and their reports are read again as such', async () => {
    const { lookup } = await serve(activity({ event_name: 'delivered', processed: AT }));
    const history = await lookup.historyOf(INQUIRY, FOUND);
    const [event] = history.kind === 'shown' ? history.events : [];
    expect(event?.lookedUpAt).toBeGreaterThanOrEqual(NOW);
    expect(normalizeEvent(JSON.parse(JSON.stringify(event?.raw)))).toEqual({ ok: true, event });
  });

  test('of a delivery whose time the list has shown needs no request', async () => {
    const { server, lookup } = await serve((response, request) =>
      request.url.startsWith('/v3/messages?')
        ? reply(200, {
            messages: [
              {
                msg_id: 'a/b.recvd',
                to_email: 'ann@example.com',
                status: 'delivered',
                last_event_time: AT,
                opens_count: 0,
                clicks_count: 0,
              },
            ],
          })(response)
        : reply(500)(response),
    );
    const [found] = await lookup.lookUp([INQUIRY]);
    expect(found).toMatchObject({ kind: 'found', deliveredAt: Date.parse(AT) });
    if (found?.kind !== 'found') return;
    expect(await lookup.historyOf(INQUIRY, found)).toMatchObject({
      events: [{ type: 'delivered', dedupeKey: reportedKey({ event: 'delivered' }) }],
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a message that was opened has its last event after its delivery', async () => {
    const { lookup } = await serve(
      reply(200, {
        messages: [
          {
            msg_id: 'a/b.recvd',
            to_email: 'ann@example.com',
            status: 'delivered',
            last_event_time: AT,
            opens_count: 1,
            clicks_count: 0,
          },
        ],
      }),
    );
    expect(await lookup.lookUp([INQUIRY])).toEqual([
      { kind: 'found', providerMessageId: 'a/b.recvd', status: 'delivered' },
    ]);
  });

  test.each([403, 404])('is in the logs, where activity answers %i', async (status) => {
    const { lookup } = await serve((response, request) =>
      request.url.startsWith('/v3/messages')
        ? reply(status)(response)
        : reply(200, {
            events: [
              { event: 'processed', date: AT },
              {
                event: 'bounce',
                type: 'blocked',
                date: AT,
                reason: '550 5.7.1 refused',
                bounce_classification: 'Reputation',
              },
              { event: 'open', date: AT },
            ],
          })(response),
    );
    expect(await lookup.historyOf(INQUIRY, FOUND)).toMatchObject({
      events: [
        { type: 'processed', dedupeKey: reportedKey({ event: 'processed' }) },
        {
          type: 'blocked',
          bounceClassification: 'Reputation',
          dedupeKey: reportedKey({ event: 'bounce', type: 'blocked' }),
        },
      ],
    });
  });

  test.each([
    [429, 'rate_limited'],
    [500, 'unreachable'],
  ])('is not asked for elsewhere after %i', async (status, cause) => {
    const { server, lookup } = await serve(reply(status, { errors: [] }));
    expect(await lookup.historyOf(INQUIRY, FOUND)).toMatchObject({ cause });
    expect(server.requests).toHaveLength(1);
  });

  test('with a time that has no offset is not understood', async () => {
    const { lookup } = await serve(
      activity({ event_name: 'delivered', processed: '2026-03-02 08:00:07' }),
    );
    expect(await lookup.historyOf(INQUIRY, FOUND)).toMatchObject({ cause: 'unexpected_answer' });
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { createSendGridAddressValidator } from '../src/index.ts';
import { closedPort, reply, startServer, type Answer } from './test-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function validator(baseUrl: string, monotonic = () => 0) {
  const created = createSendGridAddressValidator({ apiKey: 'SG.validation', baseUrl, monotonic });
  cleanUps.push(() => created.close());
  return created;
}

async function answering(answer: Answer) {
  const server = await startServer(answer);
  cleanUps.push(() => server.close());
  return server;
}

/** An answer as the API documents it. */
function result(over: object = {}, checks: object = {}) {
  return {
    result: {
      email: 'jo@example.com',
      verdict: 'Valid',
      score: 0.85,
      local: 'jo',
      host: 'example.com',
      checks: {
        domain: {
          has_valid_address_syntax: true,
          has_mx_or_a_record: true,
          is_suspected_disposable_address: false,
        },
        local_part: { is_suspected_role_address: false },
        additional: { has_known_bounces: false, has_suspected_bounces: false },
        ...checks,
      },
      ip_address: '192.0.2.1',
      ...over,
    },
  };
}

describe('an address', () => {
  test('is asked about with the key for that, and where it comes from', async () => {
    const server = await answering(reply(200, result()));
    expect(await validator(server.url).validate('jo@example.com')).toEqual({
      kind: 'judged',
      validity: 'valid',
      flags: [],
      reasons: [],
      score: 0.85,
    });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/v3/validations/email' });
    expect(request?.headers.authorization).toBe('Bearer SG.validation');
    expect(JSON.parse(request?.body ?? '')).toEqual({ email: 'jo@example.com', source: 'cadenza' });
  });

  test.each<[string, object, object]>([
    [
      'of a function that is thrown away',
      result(
        { verdict: 'Risky', score: 0.3 },
        {
          domain: { is_suspected_disposable_address: true },
          local_part: { is_suspected_role_address: true },
        },
      ),
      { validity: 'risky', flags: ['role', 'disposable'], reasons: ['provider_risky'] },
    ],
    [
      'that has bounced, and looks misspelt',
      result(
        { verdict: 'Risky', suggestion: 'gmail.com' },
        { additional: { has_known_bounces: true, has_suspected_bounces: true } },
      ),
      { validity: 'risky', reasons: ['known_bounces', 'suspected_bounces', 'misspelt'] },
    ],
    [
      'that mail cannot reach',
      result({ verdict: 'Invalid', score: 0 }, { domain: { has_mx_or_a_record: false } }),
      { validity: 'invalid', reasons: ['no_server'], score: 0 },
    ],
    ['without checks', { result: { verdict: 'Invalid' } }, { reasons: ['provider_invalid'] }],
  ])('%s', async (_, answer, expected) => {
    const server = await answering(reply(200, answer));
    const verdict = await validator(server.url).validate('jo@example.com');
    expect(verdict).toMatchObject({ kind: 'judged', ...expected });
  });
});

describe('nothing is known', () => {
  test.each<[string, Answer]>([
    ['of a failure', reply(500, 'down')],
    ['of an answer of another form', reply(200, { result: { verdict: 'Splendid' } })],
    ['of no JSON', reply(200, '<html>')],
    ['of a request that is refused', reply(400, { errors: [{ message: 'no' }] })],
  ])('%s, and the next address is asked about', async (_, answer) => {
    const server = await answering(answer);
    const { validate } = validator(server.url);
    expect(await validate('jo@example.com')).toMatchObject({ kind: 'unknown' });
    await validate('bo@example.com');
    expect(server.requests).toHaveLength(2);
  });

  test('where nobody answers', async () => {
    const verdict = await validator(await closedPort()).validate('jo@example.com');
    expect(verdict).toMatchObject({ kind: 'unknown', retryAfterMs: null });
  });

  test.each<[string, Answer, number]>([
    ['too many requests', reply(429, '', { 'x-ratelimit-reset': '20' }), 20_000],
    ['too many requests, for how long it does not say', reply(429), 60_000],
    ['a key that opens nothing', reply(403, { errors: [{ message: 'access forbidden' }] }), 60_000],
  ])('after %s, and nothing is asked for a while', async (_, answer, waitMs) => {
    const server = await answering(answer);
    let now = 0;
    const { validate } = validator(server.url, () => now);
    expect(await validate('jo@example.com')).toMatchObject({ retryAfterMs: waitMs });
    now = waitMs - 1;
    expect(await validate('bo@example.com')).toMatchObject({ kind: 'unknown', retryAfterMs: 1 });
    expect(server.requests).toHaveLength(1);
    now = waitMs;
    await validate('bo@example.com');
    expect(server.requests).toHaveLength(2);
  });
});

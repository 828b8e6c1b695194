import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccessTokens } from '../src/webhooks/access-tokens.ts';
import { problemDocument } from './support/client.ts';
import { createWorld, type World } from './support/world.ts';

const CLIENT = { id: 'sendgrid', secret: 'a secret&of=many+characters%20of:32' };
const FORM = 'application/x-www-form-urlencoded';
const BASE = '/v1/webhooks/sendgrid';

let world: World;
/** Real milliseconds, for tests to set. */
let now = Date.now();
beforeAll(async () => {
  world = await createWorld({ webhookTokens: createAccessTokens(CLIENT, () => now) });
});
afterAll(() => world.close());

function ask(body: string | URLSearchParams, headers: Record<string, string> = {}) {
  return fetch(`${world.baseUrl}${BASE}/token`, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body: String(body),
  });
}

const form = (over: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    ...over,
  });
const GRANT = 'grant_type=client_credentials';
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

async function token(): Promise<string> {
  const { access_token: text } = (await (await ask(form())).json()) as { access_token: string };
  return text;
}

function deliver(headers: Record<string, string>, to = '/events') {
  const body = Buffer.from(`[{"n":"${newId()}"}]`);
  return fetch(`${world.baseUrl}${BASE}${to}`, {
    method: 'POST',
    headers: { ...world.signed(body), ...headers },
    body,
  });
}

describe('a token', () => {
  test.each([
    ['in the form', form(), {}],
    [
      'in Basic, form-encoded as the RFC has it',
      GRANT,
      basic(CLIENT.id, encodeURIComponent(CLIENT.secret)),
    ],
    [
      'in Basic, with spaces as +',
      GRANT,
      basic(CLIENT.id, encodeURIComponent(CLIENT.secret).replaceAll('%20', '+')),
    ],
    ['in Basic, as they are', GRANT, basic(CLIENT.id, CLIENT.secret)],
    [
      'in Basic, with the id in the form as well',
      `${GRANT}&client_id=sendgrid`,
      basic(CLIENT.id, CLIENT.secret),
    ],
    ['with parameters that nobody knows', form({ scope: 'events', x: 'y' }), {}],
    ['with a charset', form(), { 'content-type': `${FORM}; charset=utf-8` }],
  ])('is given for the client’s credentials %s', async (_name, body, headers) => {
    const answer = await ask(body, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(await answer.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
    });
  });

  test.each([
    ['another type of body', '{}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['no grant type', form({ grant_type: '' }), {}, 400, 'invalid_request'],
    ['a parameter twice', `${form().toString()}&client_id=sendgrid`, {}, 400, 'invalid_request'],
    ['two ways of authentication', form(), basic(CLIENT.id, CLIENT.secret), 400, 'invalid_request'],
    ['another grant', form({ grant_type: 'password' }), {}, 400, 'unsupported_grant_type'],
    ['another id', form({ client_id: 'other' }), {}, 401, 'invalid_client'],
    ['another secret', form({ client_secret: 'x'.repeat(40) }), {}, 401, 'invalid_client'],
    ['no secret', form({ client_secret: '' }), {}, 401, 'invalid_client'],
    ['no credentials', GRANT, {}, 401, 'invalid_client'],
    ['wrong ones in Basic', GRANT, basic('sendgrid', 'x'), 401, 'invalid_client'],
    ['Basic that is none', GRANT, { authorization: 'Basic %%%' }, 401, 'invalid_client'],
    ['another scheme', GRANT, { authorization: 'Digest x' }, 401, 'invalid_client'],
    ['a body too large', form({ x: 'x'.repeat(9_000) }), {}, 400, 'invalid_request'],
  ])('is refused for %s', async (_name, body, headers, status, error) => {
    const answer = await ask(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    expect(await answer.json()).toEqual({ error, error_description: expect.any(String) });
  });

  test('is described with the routes that need one', async () => {
    const document = (await (await fetch(`${world.baseUrl}/openapi.json`)).json()) as {
      paths: Record<string, { post?: { responses: Record<string, unknown> } }>;
    };
    expect(document.paths[`${BASE}/token`]?.post).toBeDefined();
    expect(document.paths[`${BASE}/events`]?.post?.responses).toHaveProperty('401');
  });
});

describe('the event webhook', () => {
  test('takes a delivery with a token and a signature', async () => {
    const bearer = { authorization: `Bearer ${await token()}` };
    expect((await deliver(bearer)).status).toBe(204);
    expect((await deliver({ authorization: `bearer  ${await token()}` })).status).toBe(204);
    const unsigned = { ...bearer, 'x-twilio-email-event-webhook-signature': 'AAAA' };
    expect((await deliver(unsigned)).status).toBe(403);
  });

  test.each([
    ['no token', {}, 401, /^Bearer realm="[^"]+"$/],
    ['another scheme', { authorization: 'Basic eDp5' }, 401, /^Bearer realm="[^"]+"$/],
    ['an empty token', { authorization: 'Bearer' }, 400, /error="invalid_request"/],
    ['two words', { authorization: 'Bearer a b' }, 400, /error="invalid_request"/],
    ['a token of nobody’s', { authorization: 'Bearer abc' }, 401, /error="invalid_token"/],
  ])('refuses one with %s', async (_name, headers: Record<string, string>, status, challenge) => {
    for (const to of ['/events', `/events/${newId()}`]) {
      const answer = await deliver(headers, to);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('www-authenticate')).toMatch(challenge);
      problemDocument.parse(await answer.json());
    }
  });

  test('refuses a token that was changed, signed by another secret, or is over', async () => {
    const good = await token();
    const [until = '', mac = ''] = good.split('.');
    const later = String(Number(until) + 1);
    const other = createAccessTokens({ ...CLIENT, secret: 'x'.repeat(32) }, () => now);
    for (const bad of [
      `${later}.${mac}`,
      `${until}.${mac.slice(0, -1)}${mac.endsWith('A') ? 'B' : 'A'}`,
      other.issue().token,
    ]) {
      expect((await deliver({ authorization: `Bearer ${bad}` })).status).toBe(401);
    }
    now += 900_000;
    const expired = await deliver({ authorization: `Bearer ${good}` });
    expect(expired.status).toBe(401);
    expect(expired.headers.get('www-authenticate')).toContain('expired');
    expect((await deliver({ authorization: `Bearer ${await token()}` })).status).toBe(204);
  });
});

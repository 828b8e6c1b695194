import { afterEach, describe, expect, test } from 'vitest';
import { createSendGridAdmin, SendGridApiError } from '../src/index.ts';
import { closedPort, reply, startServer } from './test-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Account {
  readonly domains?: unknown;
  readonly senders?: readonly { id: number; from_email: string; verified: boolean }[];
}

async function account({ domains = [], senders = [] }: Account) {
  const server = await startServer((response, request) => {
    const url = new URL(request.url, 'http://x');
    if (url.pathname === '/v3/whitelabel/domains') return reply(200, domains)(response);
    if (url.pathname !== '/v3/verified_senders') return reply(404)(response);
    const after = Number(url.searchParams.get('lastSeenID') ?? 0);
    const limit = Number(url.searchParams.get('limit'));
    const results = senders.filter(({ id }) => id > after).slice(0, limit);
    return reply(200, { results })(response);
  });
  cleanUps.push(() => server.close());
  return { server, admin: admin(server.url) };
}

function admin(baseUrl: string) {
  const created = createSendGridAdmin({ apiKey: 'SG.test', baseUrl });
  cleanUps.push(() => created.close());
  return created;
}

describe('senderVerification', () => {
  const own = (verified: boolean, id = 1) => ({ id, from_email: 'Sam@Sender.example', verified });
  const other = (id: number) => ({ id, from_email: `other${id}@sender.example`, verified: true });
  const domain = (valid: boolean, name = 'sender.example') => ({ id: 1, domain: name, valid });

  test.each<[string, Account, string, RegExp]>([
    ['nothing known', {}, 'unverified', /neither/],
    ['an authenticated domain', { domains: [domain(true)] }, 'verified', /is authenticated/],
    ['a domain not validated', { domains: [domain(false)] }, 'pending', /not validated yet/],
    ['one of two entries valid', { domains: [domain(false), domain(true)] }, 'verified', /domain/],
    ['another domain', { domains: [domain(true, 'mail.sender.example')] }, 'unverified', /neither/],
    ['a verified sender', { senders: [own(true)] }, 'verified', /verified single sender/],
    ['a sender not confirmed', { senders: [own(false)] }, 'pending', /not confirmed/],
    ['another sender', { senders: [other(1)] }, 'unverified', /neither/],
    [
      'a verified sender of a pending domain',
      { domains: [domain(false)], senders: [own(true)] },
      'verified',
      /single sender/,
    ],
    [
      'a sender on the third page',
      { senders: [...Array.from({ length: 250 }, (_, i) => other(i + 1)), own(true, 251)] },
      'verified',
      /single sender/,
    ],
  ])('with %s', async (_, known, status, reason) => {
    const { admin, server } = await account(known);
    const result = await admin.senderVerification('sam@sender.example ');
    expect(result).toEqual({ status, reason: expect.stringMatching(reason) });
    expect(result.reason).not.toContain('@');
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/v3/whitelabel/domains?domain=sender.example&limit=100',
      headers: { authorization: 'Bearer SG.test' },
    });
  });

  test('a page that repeats itself ends the reading', async () => {
    const page = Array.from({ length: 100 }, () => other(7));
    const server = await startServer((response, request) =>
      reply(200, request.url.includes('senders') ? { results: page } : [])(response),
    );
    cleanUps.push(() => server.close());
    expect(await admin(server.url).senderVerification('sam@sender.example')).toMatchObject({
      status: 'unverified',
    });
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    [
      'an error',
      reply(403, { errors: [{ message: 'sam@sender.example: no access' }] }),
      403,
      /HTTP 403 .*\[address\]/,
    ],
    ['another form', reply(200, { results: 'none' }), 200, /documented form/],
    ['no JSON', reply(200, '<html>'), 200, /documented form/],
  ])('an answer that is %s throws', async (_, answer, statusCode, message) => {
    const server = await startServer(answer);
    cleanUps.push(() => server.close());
    const thrown: unknown = await admin(server.url)
      .senderVerification('sam@sender.example')
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SendGridApiError);
    expect(thrown).toMatchObject({ statusCode, message: expect.stringMatching(message) });
  });

  test('no answer throws', async () => {
    const unreachable = admin(await closedPort());
    await expect(unreachable.senderVerification('sam@sender.example')).rejects.toMatchObject({
      name: 'SendGridApiError',
      statusCode: null,
    });
  });
});

describe('bounces.remove', () => {
  test.each([
    [204, true],
    [404, false],
  ])('answered with %i is %s', async (status, removed) => {
    const server = await startServer(reply(status));
    cleanUps.push(() => server.close());
    expect(await admin(server.url).bounces.remove('Ann+x/y@Example.com')).toBe(removed);
    expect(server.requests).toMatchObject([
      { method: 'DELETE', url: '/v3/suppression/bounces/ann%2Bx%2Fy%40example.com', body: '' },
    ]);
  });

  test('answered with an error throws', async () => {
    const server = await startServer(reply(500));
    cleanUps.push(() => server.close());
    await expect(admin(server.url).bounces.remove('a@b.example')).rejects.toMatchObject({
      statusCode: 500,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('domainAuthentication', () => {
  const listed = {
    id: 7,
    domain: 'Sender.example',
    valid: false,
    dns: {
      mail_cname: { host: 'em.sender.example', data: 'u1.wl.sendgrid.net', valid: true },
      dkim1: { host: 's1._domainkey.sender.example', data: 's1.domainkey.u1', valid: false },
      dkim2: { host: 's2._domainkey.sender.example', data: 's2.domainkey.u1', valid: false },
    },
  };

  async function answering(domains: readonly object[], validation: (path: string) => object) {
    const server = await startServer((response, request) => {
      const { pathname } = new URL(request.url, 'http://x');
      if (request.method === 'POST') return reply(200, validation(pathname))(response);
      return reply(200, domains)(response);
    });
    cleanUps.push(() => server.close());
    return { server, ask: admin(server.url).domainAuthentication };
  }

  test('has the domain looked at now, and tells what is wanted and what is wrong', async () => {
    const { server, ask } = await answering(
      [{ ...listed, domain: 'other.example' }, listed],
      () => ({
        id: 7,
        valid: false,
        validation_results: {
          mail_cname: { valid: true, reason: null },
          dkim1: { valid: false, reason: 'Expected CNAME for s1' },
        },
      }),
    );
    expect(await ask('sender.example')).toEqual({
      valid: false,
      problems: ['dkim1: Expected CNAME for s1'],
      dkim: [
        { host: 's1._domainkey.sender.example', data: 's1.domainkey.u1' },
        { host: 's2._domainkey.sender.example', data: 's2.domainkey.u1' },
      ],
    });
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v3/whitelabel/domains?domain=sender.example&limit=100',
      'POST /v3/whitelabel/domains/7/validate',
    ]);
  });

  test('knows nothing of a domain that is not there', async () => {
    const { server, ask } = await answering([], () => ({}));
    expect(await ask('sender.example')).toBeNull();
    expect(server.requests).toHaveLength(1);
  });

  test('throws where the answer is none', async () => {
    const { ask } = await answering([listed], () => ({ error: 'none' }));
    await expect(ask('sender.example')).rejects.toThrow(SendGridApiError);
  });
});

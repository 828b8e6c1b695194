import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import { beforeAll, describe, expect, test } from 'vitest';

/** A SendGrid account, emulated or real. */
export interface ConformanceTarget {
  readonly apiKey: string;
  /** With a slash at its end, as the official client has it. */
  readonly baseUrl: string;
  /** A verified sender. */
  readonly from: string;
  /** An address of ours to which mail may go. */
  readonly to: string;
  /** An address from which this account may not send. */
  readonly unverified: string;
  /** False leaves out what really sends or changes the account: the real service's setting. */
  readonly mayChange: boolean;
}

interface Failure {
  readonly code: number;
  readonly response: { readonly body: { readonly errors: readonly ErrorItem[] } };
}
interface ErrorItem {
  readonly message: string;
  readonly field: string | null;
  readonly help: string | null;
}

const sandbox = { sandbox_mode: { enable: true } };

/**
 * What Cadenza relies on of SendGrid, as its documentation has it, asked through the official
 * client. Validation runs in sandbox mode, so that nothing is sent where the target is real.
 */
export function sendGridConformance(name: string, connect: () => Promise<ConformanceTarget>): void {
  describe(`SendGrid conformance: ${name}`, () => {
    let target: ConformanceTarget;
    let client: Client;
    const mail = new MailService();

    beforeAll(async () => {
      target = await connect();
      client = clientFor(target.apiKey);
      mail.setClient(client);
    });

    function clientFor(apiKey: string): Client {
      const made = new Client();
      made.setApiKey(apiKey);
      made.setDefaultRequest('baseUrl', target.baseUrl);
      return made;
    }

    const valid = (): Record<string, unknown> => ({
      personalizations: [{ to: [{ email: target.to }] }],
      from: { email: target.from },
      subject: 'Conformance',
      content: [{ type: 'text/plain', value: 'Hello' }],
      mail_settings: sandbox,
    });
    const post = (body: object | string, headers: Record<string, string> = {}) =>
      client.request({ method: 'POST', url: '/v3/mail/send', body, headers });
    const refusal = async (asking: Promise<unknown>): Promise<Failure> => {
      const outcome = await asking.then(
        () => null,
        (error: unknown) => error as Failure,
      );
      if (outcome === null) throw new Error('the request was not refused');
      return outcome;
    };

    test('sandbox mode answers 200 and gives no message id', async () => {
      const [response] = await post(valid());
      expect(response.statusCode).toBe(200);
      expect(response.headers).not.toHaveProperty('x-message-id');
    });

    const personal = (over: object) => (body: Record<string, unknown>) => ({
      ...body,
      personalizations: [{ to: [{ email: 'reader@example.org' }], ...over }],
    });
    const over = (change: object) => (body: Record<string, unknown>) => ({ ...body, ...change });
    const without = (field: string) => (body: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(body).filter(([key]) => key !== field));
    const people = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.org` }));
    const text = { type: 'text/plain', value: 'x' };
    const html = { type: 'text/html', value: 'x' };

    test.each<
      [string, (body: Record<string, unknown>) => Record<string, unknown>, string | null, RegExp]
    >([
      ['no from', without('from'), 'from.email', /^The from object must be provided/],
      ['from without email', over({ from: { name: 'A' } }), 'from.email', /^The from object/],
      ['invalid from', over({ from: { email: 'a@' } }), 'from.email', /valid address/],
      ['no personalizations', without('personalizations'), 'personalizations', /at least one/],
      ['empty personalizations', over({ personalizations: [] }), 'personalizations', /at least/],
      [
        '1001 personalizations',
        over({ personalizations: people(1001).map((to) => ({ to: [to] })) }),
        'personalizations',
        /limited to 1000 .* provided 1001/,
      ],
      [
        '1001 recipients',
        personal({ to: people(1001) }),
        'personalizations',
        /limit of 1000 total/,
      ],
      ['no to', personal({ to: undefined }), 'personalizations.0.to', /^The to array is required/],
      ['empty to', personal({ to: [] }), 'personalizations.0.to', /^The to array is required/],
      [
        'invalid to',
        personal({ to: [{ email: 'nobody' }] }),
        'personalizations.0.to.0.email',
        /^Does not contain a valid address\.$/,
      ],
      [
        'the same address twice',
        personal({ cc: [{ email: 'READER@example.org' }] }),
        'personalizations.0',
        /unique between to, cc, and bcc/,
      ],
      [
        'a semicolon in a name',
        personal({ to: [{ email: 'reader@example.org', name: 'A; B' }] }),
        'personalizations.0.to.0.name',
        /cannot contain/,
      ],
      ['no subject', without('subject'), 'subject', /^The subject is required/],
      ['empty subject', over({ subject: '' }), 'subject', /at least one character/],
      ['no content', without('content'), 'content', /content parameter is required/],
      ['empty content', over({ content: [] }), 'content', /content parameter is required/],
      [
        'empty content value',
        over({ content: [{ type: 'text/plain', value: '' }] }),
        'content.0.value',
        /^The content value must be a string at least one character in length\.$/,
      ],
      ['html before text', over({ content: [html, text] }), 'content', /^Following RFC 1341/],
      ['html twice', over({ content: [html, html] }), 'content', /only be provided once/],
      ['a reserved header', over({ headers: { 'Reply-To': 'x' } }), 'headers', /reserved keys/],
      [
        'a reserved header of one person',
        personal({ headers: { 'X-SG-EID': 'x' } }),
        'personalizations.0.headers',
        /reserved keys/,
      ],
      ['a number as custom arg', over({ custom_args: { n: 1 } }), 'custom_args', /must be strings/],
      [
        'too many custom args',
        personal({ custom_args: { a: 'x'.repeat(60_000) } }),
        'personalizations.0.custom_args',
        /combined size/,
      ],
      [
        '11 categories',
        over({ categories: Array.from({ length: 11 }, (_, n) => `c${n}`) }),
        'categories',
        /limit of 10 categories .* provided 11/,
      ],
      [
        'a long category',
        over({ categories: ['c'.repeat(256)] }),
        'categories.0',
        /longer than 255/,
      ],
      ['send_at as text', over({ send_at: 'soon' }), 'send_at', /UNIX timestamp/],
      [
        'send_at beyond 72 h',
        over({ send_at: 4_102_444_800 }),
        'send_at',
        /more than 72 hours in advance/,
      ],
    ])('refuses with 400: %s', async (_what, change, field, message) => {
      const { code, response } = await refusal(post(change(valid())));
      expect(code).toBe(400);
      const found = response.body.errors.find((item) => item.field === field);
      expect(found?.message).toMatch(message);
      expect(found).toHaveProperty('help');
    });

    test('reports every error of a request at once', async () => {
      const { response } = await refusal(post({ mail_settings: sandbox }));
      expect(response.body.errors.map(({ field }) => field)).toEqual(
        expect.arrayContaining(['from.email', 'personalizations', 'content']),
      );
    });

    test('refuses a body that is not JSON with 400', async () => {
      expect((await refusal(post('{"from":'))).code).toBe(400);
    });

    test('refuses another content type with 415', async () => {
      const failure = await refusal(post('from=x', { 'Content-Type': 'text/plain' }));
      expect(failure.code).toBe(415);
    });

    test('refuses a wrong key with 401 and says so', async () => {
      const failure = await refusal(
        clientFor('SG.wrong').request({ method: 'POST', url: '/v3/mail/send', body: valid() }),
      );
      expect(failure.code).toBe(401);
      expect(failure.response.body.errors[0]?.message).toBe(
        'The provided authorization grant is invalid, expired, or revoked',
      );
    });

    test('refuses an unverified sender with 403', async () => {
      const failure = await refusal(post({ ...valid(), from: { email: target.unverified } }));
      expect(failure.code).toBe(403);
      expect(failure.response.body.errors[0]).toMatchObject({
        field: 'from',
        message: expect.stringContaining('does not match a verified Sender Identity') as string,
      });
    });

    const get = async (url: string, qs: object = {}) => client.request({ method: 'GET', url, qs });

    test('lists scopes, senders and domains', async () => {
      const [, scopes] = (await get('/v3/scopes')) as [unknown, { scopes: string[] }];
      expect(scopes.scopes).toContain('mail.send');
      const [, senders] = (await get('/v3/verified_senders')) as [unknown, { results: unknown[] }];
      expect(senders.results).toBeInstanceOf(Array);
      const [, domains] = (await get('/v3/whitelabel/domains')) as [unknown, unknown[]];
      expect(domains).toBeInstanceOf(Array);
    });

    test.each(['bounces', 'blocks', 'spam_reports', 'invalid_emails', 'unsubscribes'])(
      'lists %s as an array',
      async (list) => {
        const [response, body] = (await get(`/v3/suppression/${list}`)) as [
          { statusCode: number },
          unknown,
        ];
        expect(response.statusCode).toBe(200);
        expect(body).toBeInstanceOf(Array);
      },
    );

    test('answers 404 for a path it does not have', async () => {
      expect((await refusal(get('/v3/no_such_thing'))).code).toBe(404);
    });

    test('takes a mail with 202 and an X-Message-Id', async ({ skip }) => {
      if (!target.mayChange) skip('the target is real: nothing is sent');
      const [response] = await mail.send({
        to: target.to,
        from: target.from,
        subject: 'Conformance',
        text: 'Hello',
        html: '<p>Hello</p>',
        customArgs: { cadenza_message_id: 'm1', cadenza_attempt: '1' },
      });
      expect(response.statusCode).toBe(202);
      const headers: unknown = response.headers;
      expect(headers).toHaveProperty('x-message-id', expect.stringMatching(/^[\w-]{22}$/));
    });

    test('adds to and removes from the global unsubscribes', async ({ skip }) => {
      if (!target.mayChange) skip('the target is real: its lists stay as they are');
      const email = 'left@example.org';
      const [added] = await client.request({
        method: 'POST',
        url: '/v3/asm/suppressions/global',
        body: { recipient_emails: [email] },
      });
      expect(added.statusCode).toBe(201);
      expect((await get(`/v3/asm/suppressions/global/${email}`))[1]).toEqual({
        recipient_email: email,
      });
      const [removed] = await client.request({
        method: 'DELETE',
        url: `/v3/asm/suppressions/global/${email}`,
      });
      expect(removed.statusCode).toBe(204);
      expect((await get(`/v3/asm/suppressions/global/${email}`))[1]).toEqual({});
    });
  });
}

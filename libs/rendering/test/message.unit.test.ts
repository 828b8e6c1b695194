import { describe, expect, it } from 'vitest';
import {
  compileMessage,
  compileTemplate,
  composeMessage,
  messageHeaders,
  templateVariables,
  type ComposeInput,
} from '../src/index.ts';

const LINK = 'https://mail.example.com/u/t?a=1';

function input(
  body: string,
  more: Partial<ComposeInput> & { ownText?: string } = {},
): ComposeInput {
  const { ownText, ...rest } = more;
  const compiled = compileMessage({
    subject: 'Hello {{contact.firstName}} & co',
    body,
    ...(ownText === undefined ? {} : { text: ownText }),
  });
  return {
    compiled,
    context: { contact: { firstName: 'Ann' } },
    from: { email: 'sam@example.com', name: 'Sam, Acme' },
    to: { email: 'ann@example.org', name: 'Ann' },
    unsubscribeUrl: LINK,
    ...rest,
  };
}

function composed(composeInput: ComposeInput) {
  const result = composeMessage(composeInput);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function codes(composeInput: ComposeInput) {
  const result = composeMessage(composeInput);
  return result.ok ? [] : result.problems.map((p) => `${p.path}: ${p.code}`);
}

describe('compileTemplate', () => {
  const context = { contact: { firstName: 'ann <b>', tags: ['x', 'y'], none: null } };
  it.each([
    ['html', 'Hi {{contact.firstName}}', 'Hi ann &lt;b&gt;'],
    ['text', 'Hi {{capitalize contact.firstName}}', 'Hi Ann <b>'],
    ['text', '{{default contact.none "there"}}', 'there'],
    ['text', '{{upper (default contact.nick.name "you")}}', 'YOU'],
    ['text', '{{#if contact.nick}}a{{else if contact.tags}}b{{/if}}', 'b'],
    ['text', '{{#unless contact.nick}}a{{/unless}}', 'a'],
    [
      'text',
      '{{#each contact.tags}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}',
      '0x,1y',
    ],
    ['text', '{{#with contact}}{{firstName}} {{../contact.tags.length}}{{/with}}', 'ann <b> 2'],
    ['text', '{{#each contact.none}}x{{else}}none{{/each}}', 'none'],
    [
      'html',
      '<a href="https://x.test/?n={{contact.firstName}}">',
      '<a href="https://x.test/?n=ann &lt;b&gt;">',
    ],
  ] as const)('%s: %s', (kind, source, expected) => {
    expect(compileTemplate(source, kind).render(context)).toMatchObject({
      ok: true,
      output: expected,
    });
  });

  it('can be rendered again after a failure', () => {
    const template = compileTemplate('{{#each a}}{{b}}{{/each}}', 'text');
    expect(template.render({ a: [{}] }).ok).toBe(false);
    expect(template.render({ a: [{ b: 1 }] })).toMatchObject({ output: '1' });
  });

  it('lists the variables used', () => {
    const source = '{{a.b}}{{#each c.d}}{{this.e}}{{../a.b}}{{/each}}{{#if f}}{{/if}}';
    expect(templateVariables(source)).toEqual(['a.b', 'c.d', 'c.d[].e', 'f']);
  });

  it('refuses unknown roots in messages, with the place', () => {
    expect(() => compileMessage({ subject: '{{firstName}}', body: 'x' })).toThrow(
      /subject 1:3: unknown variable firstName/,
    );
  });
});

describe('composeMessage', () => {
  it('appends link and address before </body>, and derives the text', () => {
    const { mail } = composed(
      input('<body><p>Hi</p><a href="https://a.test">see</a></body>', {
        postalAddress: 'Acme\n1 Road',
      }),
    );
    expect(mail.subject).toBe('Hello Ann & co');
    expect(mail.html).toMatch(
      /<p[^>]*>Acme<br>1 Road<\/p><p[^>]*><a href="https:\S+">Unsubscribe<\/a><\/p><\/body>$/,
    );
    expect(mail.text).toContain('see (https://a.test)');
    expect(mail.text).toContain(`Unsubscribe (${LINK})`);
    expect(mail.headers).toEqual({
      'List-Unsubscribe': `<${LINK}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('appends no link where the template prints one, but does when the branch is left out', () => {
    const own = '<a href="{{unsubscribeUrl}}">out</a>';
    expect(composed(input(own)).mail.html).not.toContain('Unsubscribe');
    const branch = `{{#if contact.vip}}${own}{{/if}}<!-- {{unsubscribeUrl}} -->`;
    expect(composed(input(branch)).mail.html).toContain('>Unsubscribe</a>');
  });

  it.each([
    ['before the end of the body', '<body><p>Hi</p></body></html>', '</body></html>'],
    ['at the end where there is no body', '<p>Hi</p>', ''],
    ['after a postal address that the template prints', '<body><p>1 Road</p></body>', '</body>'],
  ])('puts the hidden link behind everything else, %s', (_, body, end) => {
    const url = 'https://mail.example.com/l/1?a=1&b=2';
    const plain = input(body, { postalAddress: '1 Road' });
    const { mail } = composed({ ...plain, hiddenLinkUrl: url });
    const { html } = composed(plain).mail;
    const hidden =
      '<a href="https://mail.example.com/l/1?a&#x3D;1&amp;b&#x3D;2" style="display:none" aria-hidden="true" tabindex="-1"></a>';
    expect(mail.html).toBe(html.slice(0, html.length - end.length) + hidden + end);
  });

  it.each([{}, { ownText: 'Hi {{contact.firstName}}' }])(
    'puts no hidden link into the text, nor into mails without one',
    (more) => {
      const plain = input('<body>x</body>', more);
      const { mail } = composed({ ...plain, hiddenLinkUrl: 'https://mail.example.com/l/1' });
      expect(mail.text).toBe(composed(plain).mail.text);
      expect(mail.text).not.toContain('/l/1');
      expect(composed(plain).mail.html).not.toContain('display:none');
    },
  );

  it('appends to an own text as well', () => {
    const { mail } = composed(
      input('x{{unsubscribeUrl}}', { ownText: 'Hi {{contact.firstName}}\n' }),
    );
    expect(mail.text).toBe(`Hi Ann\n\nUnsubscribe: ${LINK}`);
  });

  it.each([
    ['at its end', '<p>Hi</p><p>Acme<br>1 <b>Road</b></p>'],
    ['before its last words', '<p>Acme, 1 Road is Acme 1 Road</p><p>Bye</p>'],
  ])('appends no postal address where the template prints it %s', (_, body) => {
    const { mail } = composed(input(body, { postalAddress: 'Acme\n1 Road' }));
    expect(mail.html).not.toContain('Acme<br>1 Road</p>');
    expect(mail.html).toContain('>Unsubscribe</a>');
    expect(mail.text.match(/Acme\s1\sRoad/g)).toHaveLength(1);
    expect(mail.text).toContain(`Unsubscribe (${LINK})`);
  });

  it('appends the postal address where the template prints half of it', () => {
    const { mail } = composed(input('<p>Acme</p>', { postalAddress: 'Acme\nAcme' }));
    expect(mail.html).toContain('Acme<br>Acme</p>');
  });

  it('replaces list marks in the recipient name only, and notes it', () => {
    const result = composed(input('x', { to: { email: 'a@example.org', name: 'Doe, Ann; PhD' } }));
    expect(result.mail.to.name).toBe('Doe Ann PhD');
    expect(result.mail.from.name).toBe('Sam, Acme');
    expect(result.notes).toMatchObject([{ path: 'to.name', code: 'name_changed' }]);
  });

  it('refuses control characters after rendering, everywhere at once', () => {
    const bad = { email: 'a@example.org\n', name: 'A\u0000' };
    const problems = codes(
      input('x', {
        context: { contact: { firstName: 'A\r\nBcc: x@y.zz' } },
        from: bad,
        to: bad,
        replyTo: bad,
        headers: { 'X-A': 'a\nb' },
      }),
    );
    const paths = [
      'subject',
      'headers.X-A',
      'from.email',
      'from.name',
      'to.email',
      'to.name',
      'replyTo.email',
      'replyTo.name',
    ];
    expect(problems).toEqual(paths.map((path) => `${path}: control_character`));
  });
});

describe('messageHeaders', () => {
  it('adds the mailto way', () => {
    const result = messageHeaders({ unsubscribeUrl: LINK, unsubscribeEmail: 'out@example.com' });
    expect(result).toMatchObject({
      headers: { 'List-Unsubscribe': `<${LINK}>, <mailto:out@example.com>` },
    });
  });

  it.each([
    [{ 'Reply-To': 'x' }, 'reserved_header'],
    [{ 'X-SG-EID': 'x' }, 'reserved_header'],
    [{ 'DKIM-Signature': 'x' }, 'reserved_header'],
    [{ 'a b': 'x' }, 'invalid_header_name'],
    [{ 'a:': 'x' }, 'invalid_header_name'],
    [{ 'a\r\nb': 'x' }, 'invalid_header_name'],
    [{ 'X-A': 'é' }, 'not_ascii'],
    [{ 'X-A': 'x'.repeat(994) }, 'header_too_long'],
    [{ 'X-A': '1', 'x-a': '2' }, 'duplicate_header'],
    [{ 'list-unsubscribe': '<x>' }, 'duplicate_header'],
  ])('refuses %o', (extra, code) => {
    const result = messageHeaders({ unsubscribeUrl: LINK, extra });
    expect(result).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it('takes a line of exactly 998 characters', () => {
    expect(messageHeaders({ unsubscribeUrl: LINK, extra: { 'X-A': 'x'.repeat(993) } }).ok).toBe(
      true,
    );
  });

  it.each(['http://127.0.0.2:3000/u/t', 'http://localhost/u/t', 'http://[::1]:1/u/t'])(
    'take %s, which nobody else can follow',
    (url) => {
      expect(messageHeaders({ unsubscribeUrl: url })).toMatchObject({ ok: true });
    },
  );

  it.each([
    'http://example.com/u',
    'https://ann:pw@x.test/u',
    'https://x.test/a>b',
    'https://x.test/a,b',
    'ftp://x',
    'x\n',
  ])('refuses the unsubscribe URL %j', (unsubscribeUrl) => {
    expect(messageHeaders({ unsubscribeUrl })).toMatchObject({
      problems: [{ code: 'invalid_unsubscribe_url' }],
    });
  });
});

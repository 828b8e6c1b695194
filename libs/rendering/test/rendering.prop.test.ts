import fc from 'fast-check';
import Handlebars from 'handlebars';
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import {
  compileMessage,
  compileTemplate,
  composeMessage,
  createUnsubscribeToken,
  isUnsubscribeUrl,
  unsubscribeUrl,
  verifyUnsubscribeToken,
} from '../src/index.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '=',
        '`',
        '--',
        '</',
        'script',
        ' ',
        '\n',
        '\r',
        '\0',
        '{{',
        'x:',
        '\u2028',
        '\u0085',
      ),
    )
    .map((parts) => parts.join('')),
);

const BODY =
  '<title>{{contact.a}}</title><p title="{{contact.a}}" class=\'{{contact.b}}\'>{{contact.a}}' +
  '<!-- {{contact.b}} --><a href="https://x.test/{{contact.b}}">{{contact.b}}</a></p>';

function tags(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => found.push(name, ...Object.keys(attributes)),
    onclosetag: (name) => found.push(`/${name}`),
    oncomment: () => found.push('comment'),
  });
  parser.end(html);
  return found;
}

describe('properties', () => {
  it('arbitrary values never add a tag, an attribute or a comment', () => {
    const template = compileTemplate(BODY, 'html');
    const plain = template.render({ contact: { a: 'a', b: 'b' } });
    expect(plain.ok).toBe(true);
    const expected = plain.ok ? tags(plain.output) : [];
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const result = template.render({ contact: { a: `a${a}`, b: `b${b}` } });
        expect(result.ok && tags(result.output)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('no subject, name, address or header that passes holds a control character', () => {
    const compiled = compileMessage({ subject: 'S {{default contact.a "x"}}', body: '<p>x</p>' });
    let passed = 0;
    fc.assert(
      fc.property(nasty, nasty, nasty, (a, name, header) => {
        const result = composeMessage({
          compiled,
          context: { contact: { a } },
          from: { email: 'a@example.com', name },
          to: { email: 'b@example.com', name },
          replyTo: { email: `c${a}@example.com`, name: header },
          unsubscribeUrl: 'https://x.test/u/1',
          headers: { 'X-A': header },
        });
        if (!result.ok) return;
        passed += 1;
        const { subject, from, to, replyTo, headers } = result.mail;
        const people = [from, to, replyTo].flatMap((one) => [one?.email, one?.name]);
        const all = [subject, ...people, ...Object.values(headers)];
        expect(all.join('')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
      { numRuns: 1000 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  it('a hidden link adds one empty element to the HTML, and nothing to anything else', () => {
    const hiddenLinkUrl = 'https://x.test/l/1';
    const hidden = ['a', 'href', 'style', 'aria-hidden', 'tabindex', '/a'];
    fc.assert(
      fc.property(nasty, nasty, fc.boolean(), fc.boolean(), (a, b, inBody, ownText) => {
        const compiled = compileMessage({
          subject: 'S',
          body: inBody ? `<body>${BODY}</body>` : BODY,
          ...(ownText ? { text: '{{contact.a}}' } : {}),
        });
        const plain = {
          compiled,
          context: { contact: { a: `a${a}`, b: `b${b}` } },
          from: { email: 'a@example.com' },
          to: { email: 'b@example.com' },
          unsubscribeUrl: 'https://x.test/u/1',
          postalAddress: a,
        };
        const [without, result] = [
          composeMessage(plain),
          composeMessage({ ...plain, hiddenLinkUrl }),
        ];
        if (!without.ok || !result.ok) throw new Error('no mail');
        const { html, ...rest } = result.mail;
        const { html: before, ...restBefore } = without.mail;
        expect(rest).toEqual(restBefore);
        const end = inBody ? ['/body'] : [];
        const shown = tags(before);
        expect(tags(html)).toEqual([
          ...shown.slice(0, shown.length - end.length),
          ...hidden,
          ...end,
        ]);
      }),
    );
  });

  it('the output never passes its cap', () => {
    const template = compileTemplate(
      '{{#each r}}a{{this}}{{#each ../r}}{{this}}b{{/each}}{{/each}}',
      'html',
      {
        maxOutputBytes: 500,
      },
    );
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 30 }), (r) => {
        const result = template.render({ r: r.map((v) => `x${v}`) });
        if (result.ok) expect(Buffer.byteLength(result.output)).toBeLessThanOrEqual(500);
        else expect(result.problems[0]?.code).toBe('output_too_large');
      }),
    );
  });

  it('any one-character change of a token is refused', () => {
    const keys = { k1: 'a'.repeat(32), k2: 'a'.repeat(32) };
    const token = createUnsubscribeToken(
      {
        tenantId: '0190b5a0-0000-7000-8000-000000000001',
        contactId: '0190b5a0-0000-7000-8000-000000000002',
        scope: 'all',
        keyId: 'k1',
      },
      keys.k1,
    );
    const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.='];
    for (let i = 0; i < token.length; i += 1) {
      for (const c of characters) {
        if (c === token[i]) continue;
        const changed = token.slice(0, i) + c + token.slice(i + 1);
        expect(verifyUnsubscribeToken(changed, keys).ok, changed).toBe(false);
      }
      expect(verifyUnsubscribeToken(token.slice(0, i) + token.slice(i + 1), keys).ok).toBe(false);
    }
  });

  it('tokens come back as they went in', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), word, word, (tenantId, contactId, scope, keyId) => {
        const claim = { tenantId, contactId, scope, keyId };
        const secret = 's'.repeat(32);
        const token = createUnsubscribeToken(claim, secret);
        expect(createUnsubscribeToken(claim, secret)).toBe(token);
        const keys = Object.fromEntries([[keyId, secret]]);
        expect(verifyUnsubscribeToken(token, keys)).toEqual({ ok: true, claim });
        expect(verifyUnsubscribeToken(token, {})).toEqual({ ok: false, reason: 'unknown_key' });
        const other = Object.fromEntries([[keyId, 'o'.repeat(32)]]);
        expect(verifyUnsubscribeToken(token, other)).toEqual({ ok: false, reason: 'forged' });
        const url = unsubscribeUrl('https://x.test/', token);
        expect(url).toBe(`https://x.test/u/${token}`);
        expect(isUnsubscribeUrl(`${url}?utm_source=mail`, claim)).toBe(true);
        expect(isUnsubscribeUrl(`https://x.test/${token}`, claim)).toBe(false);
        const stranger = { tenantId: contactId, contactId: tenantId };
        expect(isUnsubscribeUrl(url, stranger)).toBe(tenantId === contactId);
      }),
    );
  });

  it('agrees with Handlebars where nothing is missing', () => {
    const leaf = fc.constantFrom('{{a}}', '{{o.b}}', ' text ', '\n', '<p>', '{{~a~}}', '{{!c}}');
    const template = fc.letrec<{ node: string; nodes: string }>((tie) => ({
      nodes: fc.array(tie('node'), { maxLength: 4 }).map((n) => n.join('')),
      node: fc.oneof(
        { depthSize: 'small', maxDepth: 3 },
        leaf,
        tie('nodes').map((n) => `{{#if a}}${n}{{else}}x{{/if}}`),
        tie('nodes').map((n) => `{{#unless a}}y{{else if o.zero}}z{{else}}\n${n}{{/unless}}\n`),
        fc.constant('{{#each l}}\n  {{@index}}{{@key}}{{this}}{{@last}}\n{{/each}}\n'),
        fc.constant('{{#each o}}{{@key}}:{{this}}{{@first}}{{/each}}'),
        fc.constant('{{#with o}}{{b}}{{../a}}{{/with}}'),
      ),
    })).nodes;
    const context = { a: 'A & "b"', o: { b: 'B', zero: 0 }, l: ['x<', 'y'] };
    fc.assert(
      fc.property(template, (source) => {
        const expected = Handlebars.compile(source)(context);
        expect(compileTemplate(source, 'html').render(context)).toMatchObject({ output: expected });
      }),
      { numRuns: 300 },
    );
  });
});

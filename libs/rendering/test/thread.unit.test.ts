import { describe, expect, it } from 'vitest';
import { compileMessage, composeMessage, replySubject, threadHeaders } from '../src/index.ts';

describe('replySubject', () => {
  it.each([
    ['Tea?', 'Re: Tea?'],
    ['Re: Tea?', 'Re: Tea?'],
    ['RE:Tea?', 'RE:Tea?'],
    ['Reading list', 'Re: Reading list'],
    ['Notes re: tea', 'Re: Notes re: tea'],
  ])('of %j is %j', (subject, expected) => {
    expect(replySubject(subject)).toBe(expected);
  });

  it('leaves a subject alone that has no room for more', () => {
    const longest = 'x'.repeat(998 - 'Subject: '.length);
    expect(replySubject(longest)).toBe(longest);
    expect(replySubject(longest.slice(4))).toBe(`Re: ${longest.slice(4)}`);
  });
});

describe('threadHeaders', () => {
  it('answers the last message, and names all of them in order', () => {
    expect(threadHeaders(['<a@x.example>', '<b@x.example>'])).toEqual({
      'In-Reply-To': '<b@x.example>',
      References: '<a@x.example> <b@x.example>',
    });
  });

  it('puts angle brackets where a report left them out', () => {
    expect(threadHeaders(['14c5d75ce93.dfd.64b469@ismtpd-555'])).toEqual({
      'In-Reply-To': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
      References: '<14c5d75ce93.dfd.64b469@ismtpd-555>',
    });
  });

  it('leaves out an earlier message that is not known', () => {
    expect(threadHeaders([null, '<b@x.example>'])).toEqual({
      'In-Reply-To': '<b@x.example>',
      References: '<b@x.example>',
    });
  });

  it.each([
    [[]],
    [[null]],
    [['<a@x.example>', null]],
    [['']],
    [['no-at-sign']],
    [['<a@x.example> <b@x.example>']],
    [['<a@x.example>\r\nBcc: eve@evil.example']],
    [['<a@x.example>\n']],
    [['<é@x.example>']],
    [['<a b@x.example>']],
    [[`<${'a'.repeat(990)}@x.example>`]],
  ])('gives none for %j', (messageIds: (string | null)[]) => {
    expect(threadHeaders(messageIds)).toEqual({});
  });

  it('names the first message and the latest of a thread too long for a line', () => {
    const ids = Array.from({ length: 60 }, (_, n) => `<${String(n).padStart(30, '0')}@x.example>`);
    const headers = threadHeaders(ids);
    const named = (headers['References'] ?? '').split(' ');
    expect(`References: ${headers['References']}`.length).toBeLessThanOrEqual(998);
    expect(named[0]).toBe(ids[0]);
    expect(named.slice(1)).toEqual(ids.slice(1 - named.length));
    expect(named.length).toBeGreaterThan(20);
    expect(headers['In-Reply-To']).toBe(ids.at(-1));
  });

  it('names the last one alone where two do not fit', () => {
    const ids = ['a', 'b'].map((letter) => `<${letter.repeat(500)}@x.example>`);
    expect(threadHeaders(ids)).toEqual({ 'In-Reply-To': ids[1], References: ids[1] });
  });
});

describe('a subject that is given', () => {
  const compose = (subject: string) =>
    composeMessage({
      compiled: compileMessage({ subject: '{{contact.firstName}}', body: '<p>Hello</p>' }),
      context: { contact: {} },
      from: { email: 'sam@example.com' },
      to: { email: 'ann@example.org' },
      unsubscribeUrl: 'https://mail.example.com/u/t',
      subject,
    });

  it('stands in for a template that cannot be rendered', () => {
    expect(compose('Re: {{Tea}}?')).toMatchObject({ ok: true, mail: { subject: 'Re: {{Tea}}?' } });
  });

  it.each([
    ['Re: Tea?\r\nBcc: eve@evil.example', 'control_character'],
    ['x'.repeat(998), 'header_too_long'],
    [' ', 'empty_subject'],
  ])('is checked as any other: %j', (subject, code) => {
    expect(compose(subject)).toMatchObject({ ok: false, problems: [{ code }] });
  });
});

import { describe, expect, it } from 'vitest';
import { inboundFromFields, parseMime } from '../src/index.ts';
import { OUR_ID } from './corpus/mime.ts';
import { dsn } from './corpus/server-reports.ts';

const lines = (...all: string[]) => Buffer.from(all.join('\r\n'), 'latin1');

const FULL = lines(
  'Return-Path: <Kim@Example.org>',
  'Delivered-To: r-1@in.example.com',
  'Received: from a by b',
  '\tfor c',
  'From: =?UTF-8?B?S8OkdGhl?= <Kim@Example.org>',
  'To: "Ann, Acme" <r-1@IN.example.com>, Team: jo@example.org;',
  'Cc: sam@example.org',
  'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
  ' aus Berlin',
  'Date: Thu, 26 Nov 2026 10:58:11 +0100 (CET)',
  'Message-ID: <abc@example.org>',
  'In-Reply-To: <one@x>',
  'References: <zero@x> <one@x>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Sch=F6n',
  '--b',
  'Content-Type: application/pdf; name="a.pdf"',
  'Content-Disposition: attachment; filename="a.pdf"',
  'Content-ID: <pdf1>',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERg==',
  '--b--',
  '',
);

describe('parseMime', () => {
  it('reads a mail with all that belongs to it', async () => {
    const mail = await parseMime(FULL);
    expect(mail).toMatchObject({
      messageId: '<abc@example.org>',
      inReplyTo: ['<one@x>'],
      references: ['<zero@x>', '<one@x>'],
      from: { address: 'kim@example.org', name: 'Käthe' },
      returnPath: 'kim@example.org',
      recipients: ['r-1@in.example.com', 'jo@example.org', 'sam@example.org'],
      subject: 'Grüße aus Berlin',
      date: Date.UTC(2026, 10, 26, 9, 58, 11),
      text: 'Schön',
      html: null,
      deliveryStatus: null,
      feedback: null,
      original: null,
      flaws: [],
    });
    expect(mail.headers).toContainEqual({ name: 'received', value: 'from a by b\tfor c' });
    expect(mail.attachments).toEqual([
      {
        filename: 'a.pdf',
        contentType: 'application/pdf',
        size: 4,
        contentId: 'pdf1',
        disposition: 'attachment',
        content: Uint8Array.from(Buffer.from('%PDF')),
      },
    ]);
  });

  it('puts the recipients of the envelope first, and takes its sender', async () => {
    const mail = await parseMime(FULL, {}, { from: '', to: ['U-1@in.example.com'] });
    expect(mail.returnPath).toBe('');
    expect(mail.recipients[0]).toBe('u-1@in.example.com');
  });

  it('reads what a delivery report says, and the headers of the mail that it is about', async () => {
    const report =
      'Original-Recipient: rfc822;Kim@Example.org\nFinal-Recipient: rfc822; k@x.example.org\n' +
      'Action: failed\nStatus: 5.1.1 (bad mailbox)\nRemote-MTA: dns; mx.example.org\n' +
      'Diagnostic-Code: smtp; 550 5.1.1 no\n such user';
    const raw = dsn({ subject: 'Undelivered', human: 'x', perRecipient: [report] });
    const mail = await parseMime(Buffer.from(raw));
    expect(mail.returnPath).toBe('');
    expect(mail.deliveryStatus).toMatchObject({
      reportingMta: 'mx.example.org',
      recipients: [
        {
          finalRecipient: 'k@x.example.org',
          originalRecipient: 'kim@example.org',
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: '550 5.1.1 no such user',
          remoteMta: 'mx.example.org',
        },
      ],
    });
    expect(mail.original).toMatchObject({
      messageId: OUR_ID,
      from: { address: 'ann@outreach.example.com' },
      recipients: ['kim@example.org'],
      subject: 'A shorter close',
    });
  });

  it('makes the text from the HTML where there is none, and marks what is quoted', async () => {
    const html =
      '<head><title>t</title><style>p {}</style></head><p>Hello&nbsp;<b>you</b>,</p><div>a<br>b</div>' +
      '<blockquote>On you<blockquote>deeper</blockquote></blockquote><ul><li>one<li>two</ul><pre>x\n  y</pre>';
    const raw = `From: a@example.org\r\nContent-Type: text/html\r\n\r\n${html}`;
    const { text } = await parseMime(Buffer.from(raw));
    expect(text).toBe('Hello you,\n\na\nb\n>\n> On you\n>>\n>> deeper\n\n- one\n- two\n\nx\ny');
  });

  it('keeps what was written below a flowed quote apart from it', async () => {
    const raw = lines(
      'From: a@example.org',
      'Content-Type: text/plain; charset=utf-8; format=flowed',
      '',
      '> quoted ',
      '> ',
      'mine ',
      'as well',
    );
    expect((await parseMime(raw)).text.split('\n').map((line) => line.trim())).toEqual([
      '> quoted',
      '>',
      'mine',
      'as well',
    ]);
  });

  const nested = (depth: number) => {
    const open = Array.from({ length: depth }, (_, i) => [
      `Content-Type: multipart/mixed; boundary=b${i}`,
      '',
      `--b${i}`,
    ]).flat();
    return lines('From: a@example.org', ...open, 'Content-Type: text/plain', '', 'x');
  };

  it.each([
    ['nothing', lines(''), {}, ['no_headers', 'no_from']],
    ['a body alone', lines('', 'hello'), {}, ['no_from']],
    ['no date', lines('From: a@example.org', 'Date: soon', '', 'x'), {}, ['bad_date']],
    ['too many bytes', FULL, { maxBytes: 600 }, ['too_large']],
    ['parts too deep', nested(60), {}, ['too_deep']],
    [
      'too many parts',
      lines('From: a@example.org', '', ...Array.from({ length: 200 }, () => '--')),
      { maxParts: 10 },
      ['too_many_parts'],
    ],
    [
      'too many lines',
      Buffer.from(`From: a@example.org\n\n${'\n'.repeat(60_000)}`),
      {},
      ['too_many_lines'],
    ],
    ['too many headers', FULL, { maxHeaders: 5 }, ['too_many_headers']],
    ['headers too large', FULL, { maxHeaderBytes: 200 }, ['headers_too_large']],
    ['a long text', FULL, { maxTextLength: 2 }, ['text_truncated']],
  ] as const)('says so of a mail with %s', async (_, raw, limits, flaws) => {
    expect((await parseMime(raw, limits)).flaws).toEqual(expect.arrayContaining([...flaws]));
  });

  it('keeps sender and subject of a mail that it cannot take apart', async () => {
    const mail = await parseMime(nested(60));
    expect(mail.from?.address).toBe('a@example.org');
  });

  it.each([
    ['26 Nov 26 10:00 GMT', Date.UTC(2026, 10, 26, 10)],
    ['Thu, 26 Nov 2026 10:00:05 -0500', Date.UTC(2026, 10, 26, 15, 0, 5)],
    ['Thu, 26 Nov 2026 10:00:05 EST', Date.UTC(2026, 10, 26, 15, 0, 5)],
    ['2026-11-26', null],
  ])('reads the date %s', async (value, date) => {
    const mail = await parseMime(lines('From: a@example.org', `Date: ${value}`, '', 'x'));
    expect(mail.date).toBe(date);
  });
});

describe('inboundFromFields', () => {
  it('reads the form of a mail that was taken apart', async () => {
    const content = Buffer.from('%PDF');
    const mail = await inboundFromFields(
      {
        Headers:
          'From: Kim <kim@example.org>\nMessage-ID: <abc@example.org>\nIn-Reply-To: <one@x>\n',
        To: 'Ann <r-1@in.example.com>',
        SUBJECT: 'Grüße',
        text: Buffer.from('Schön', 'latin1'),
        charsets: '{"text":"iso-8859-1","subject":"UTF-8"}',
        envelope: '{"to":["r-1@in.example.com"],"from":"bounces@example.org"}',
        attachments: '1',
        'attachment-info': '{"attachment1":{"filename":"a.pdf","type":"application/pdf"}}',
        'content-ids': '{"pdf1":"attachment1"}',
      },
      [{ field: 'attachment1', filename: null, contentType: null, content }],
    );
    expect(mail).toMatchObject({
      messageId: '<abc@example.org>',
      inReplyTo: ['<one@x>'],
      from: { address: 'kim@example.org', name: 'Kim' },
      returnPath: 'bounces@example.org',
      recipients: ['r-1@in.example.com'],
      subject: 'Grüße',
      text: 'Schön',
      attachments: [
        { filename: 'a.pdf', contentType: 'application/pdf', size: 4, contentId: 'pdf1' },
      ],
      flaws: [],
    });
  });

  it('finds reports among its files', async () => {
    const status =
      'Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; k@example.org\nAction: failed\nStatus: 5.1.1\n';
    const mail = await inboundFromFields({ headers: 'From: MAILER-DAEMON@example.org\n' }, [
      {
        field: 'attachment1',
        filename: null,
        contentType: 'message/delivery-status',
        content: Buffer.from(status),
      },
    ]);
    expect(mail.deliveryStatus?.recipients[0]).toMatchObject({ finalRecipient: 'k@example.org' });
  });

  it('reads a raw mail, with its envelope', async () => {
    const mail = await inboundFromFields({
      email: FULL,
      envelope: '{"to":["x@y.example"],"from":""}',
    });
    expect(mail).toMatchObject({ subject: 'Grüße aus Berlin', returnPath: '' });
    expect(mail.recipients[0]).toBe('x@y.example');
  });

  it('says what it could not read, and reads the rest', async () => {
    const fields = { envelope: 'null', charsets: '{', headers: 'From: a@example.org', text: 'x' };
    const mail = await inboundFromFields(fields);
    expect(mail).toMatchObject({ text: 'x', flaws: ['bad_fields'] });
  });
});

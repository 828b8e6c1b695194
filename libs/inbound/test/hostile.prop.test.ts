import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyInbound,
  DEFAULT_INBOUND_LIMITS,
  inboundFromFields,
  parseMime,
  replyText,
  type InboundMail,
} from '../src/index.ts';
import { bytesOf, NOW } from './corpus/fixture.ts';
import { CORPUS } from './corpus/index.ts';

/** Everything that can be asked of a mail; its answers have the form that they promise. */
function ask(mail: InboundMail): void {
  const answer = classifyInbound(mail, { now: NOW });
  expect(answer.confidence).toBeGreaterThanOrEqual(0);
  expect(answer.confidence).toBeLessThanOrEqual(1);
  if (answer.type === 'out_of_office' && answer.returnDate !== null) {
    expect(answer.returnDate).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(replyText(mail).length).toBeLessThanOrEqual(DEFAULT_INBOUND_LIMITS.maxTextLength);
  expect(mail.text.length).toBeLessThanOrEqual(DEFAULT_INBOUND_LIMITS.maxTextLength);
}

const fixture = fc.constantFrom(...CORPUS).map(bytesOf);

/** A mail of the corpus with some of its bytes gone, doubled or changed. */
const damaged = fc
  .tuple(
    fixture,
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.uint8Array()), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([bytes, wounds]) => {
    let result = Buffer.from(bytes);
    for (const [place, length, inserted] of wounds) {
      const at = Math.floor(place * result.length);
      result = Buffer.concat([result.subarray(0, at), inserted, result.subarray(at + length)]);
    }
    return result;
  });

describe('mails that nobody should send', () => {
  it('are read, whatever their bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (raw) => {
        ask(await parseMime(raw));
      }),
      { numRuns: 300 },
    );
  });

  it('are read, whatever was done to them', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (raw) => {
        ask(await parseMime(raw));
      }),
      { numRuns: 500 },
    );
  });

  it('are read from any form', async () => {
    const names = ['headers', 'Text', 'HTML', 'envelope', 'charsets', 'email', 'attachment-info'];
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.json());
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names, 'from', 'content-ids', '__proto__'), value),
        async (fields) => {
          ask(await inboundFromFields(fields));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hold no more than their limits', async () => {
    await fc.assert(
      fc.asyncProperty(fixture, fc.integer({ min: 1, max: 400 }), async (raw, limit) => {
        const mail = await parseMime(raw, {
          maxBytes: limit * 20,
          maxHeaders: limit,
          maxTextLength: limit,
          maxHtmlLength: limit,
          maxParts: limit,
          maxDepth: 3,
        });
        expect(mail.headers.length).toBeLessThanOrEqual(limit);
        expect(mail.text.length).toBeLessThanOrEqual(limit);
        expect(mail.html?.length ?? 0).toBeLessThanOrEqual(limit);
        expect(mail.attachments.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  /** What makes a pattern with repetitions inside repetitions, or a growing string, take for ever. */
  const REPEATED = [
    ...['a', ' ', '\n', ' \n', '> ', '>', '\r', '\0', '(', '<', '<<', '<a@', 'a@a.', '@', '&amp;'],
    ...['on 1 ', 'On 2026 wrote: x:\n', 'On 25 Nov 2026 x@y 10:02 ', 'am 25.11.2026 schrieb a:\n'],
    ...['From: x\nTo: y\n', 'De: x\n', '--\n', '-- \n', '-----', '_', '=?UTF-8?B?', '\u0301', 'ﷺ'],
    ...['1.', '1.1.', '1/1/', '7 december ', 'december 7 - ', 'monday, ', 'until the ', 'bis zum '],
    ...['back on ', 'ab x ', 'bis inkl. ', 'remove me ', 'take my x ', 'stop ', 'nehmen sie x '],
    ...['ticket #1 ', 'confirm your ', 'thank you for your ', 'nicht mehr bei ', 'will reply '],
    ...[
      'mailbox x ',
      'user x ',
      '4.',
      '550 ',
      '<blockquote>',
      '<div>',
      '<p>',
      '<!--',
      '; format=flowed ',
    ],
  ];

  it.each(REPEATED)('are read where they repeat %j', async (part) => {
    const long = part.repeat(Math.ceil(60_000 / part.length));
    const line = long.replaceAll(/[\r\n]/g, ' ');
    const auto =
      'From: a@example.org\r\nSubject: Automatic reply: x\r\nAuto-Submitted: auto-replied\r\n';
    const texts = [
      `${auto}\r\n${long}`,
      `From: a@example.org\r\nSubject: ${line}\r\n\r\n${long}`,
      `From: a@example.org\r\nContent-Type: text/html\r\n\r\n${long}`,
      `From: MAILER-DAEMON@example.org\r\nReturn-Path: <>\r\nReferences: ${line}\r\n\r\n${long}`,
      `From: ${line}\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n${long}`,
    ];
    for (const text of texts) ask(await parseMime(Buffer.from(text)));
  });
});

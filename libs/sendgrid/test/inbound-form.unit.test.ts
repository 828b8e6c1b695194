import { describe, expect, test } from 'vitest';
import { readInboundForm } from '../src/index.ts';

const TYPE = 'multipart/form-data; boundary=xYzZY';

function part(name: string, content: string | Buffer, more = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`--xYzZY\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

const END = Buffer.from('--xYzZY--\r\n');

/** The bytes in pieces of a size, as a network brings them. */
async function* pieces(body: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

const read = (body: Buffer, { type = TYPE, size = 1_000 } = {}) =>
  readInboundForm(type, pieces(body, size));

describe('the form of an inbound mail', () => {
  const binary = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
  const body = Buffer.concat([
    part('headers', 'Subject: Hello\r\n'),
    part('text', Buffer.from('Gr\u00fc\u00dfe', 'latin1')),
    part(
      'attachment1',
      binary,
      '; filename="a b.pdf"\r\nContent-Type: application/pdf; name="a b.pdf"',
    ),
    part('empty', ''),
    part('__proto__', 'no trap'),
    END,
  ]);

  test.each([1, 7, 1_000])('is read in pieces of %i bytes, its fields as bytes', async (size) => {
    const form = await read(body, { size });
    if (!form.ok) throw new Error(form.reason);
    expect(
      Object.entries(form.fields).map(([name, value]) => [
        name,
        Buffer.from(value).toString('latin1'),
      ]),
    ).toEqual([
      ['headers', 'Subject: Hello\r\n'],
      ['text', 'Gr\u00fc\u00dfe'],
      ['empty', ''],
      ['__proto__', 'no trap'],
    ]);
    expect(form.files).toMatchObject([
      { field: 'attachment1', filename: 'a b.pdf', contentType: 'application/pdf' },
    ]);
    expect(Buffer.from(form.files[0]?.content ?? '').equals(binary)).toBe(true);
  });

  test('may be followed by something else', async () => {
    const form = await read(Buffer.concat([body, Buffer.from('and so on')]), { size: 3 });
    expect(form.ok).toBe(true);
  });

  test('of megabytes keeps every byte', async () => {
    const large = Buffer.alloc(5_000_000, 'x\r\n--xYz');
    const form = await read(Buffer.concat([part('email', large), END]), { size: 65_536 });
    if (!form.ok) throw new Error(form.reason);
    expect(Buffer.from(form.fields['email'] ?? '').equals(large)).toBe(true);
  });

  test.each([
    ['cut off in a part', body.subarray(0, 200), TYPE, /^no whole form: /],
    ['cut off in a header', body.subarray(0, 30), TYPE, /^no whole form: /],
    ['empty', Buffer.alloc(0), TYPE, /^no whole form: |without fields/],
    ['of no boundary', body, 'multipart/form-data', /^no form: .*[Bb]oundary/],
    ['of another boundary', body, 'multipart/form-data; boundary=other', /^no whole form|fields$/],
    ['plain text', Buffer.from('hello'), 'text/plain', /^no form: /],
    ['of no type', body, '', /^no form: /],
    ['of no fields', END, TYPE, /^no whole form: |without fields/],
    [
      'in the other form of HTML',
      Buffer.from('a=b'),
      'application/x-www-form-urlencoded',
      /fields$/,
    ],
    [
      'of thousands of parts',
      Buffer.concat([...Array.from({ length: 2_100 }, () => part('a', 'b')), END]),
      TYPE,
      /^a form of more than 2000 parts$/,
    ],
  ])('that is %s is none', async (_what, bytes, type, reason) => {
    for (const size of [1, 10_000]) {
      const form = await read(bytes, { type, size });
      expect(form).toMatchObject({ ok: false, reason: expect.stringMatching(reason) as string });
    }
  });

  test('whose bytes cannot be read is an error', async () => {
    async function* broken(): AsyncIterable<Buffer> {
      yield body.subarray(0, 100);
      throw new Error('the disk is gone');
    }
    await expect(readInboundForm(TYPE, broken())).rejects.toThrow('the disk is gone');
  });
});

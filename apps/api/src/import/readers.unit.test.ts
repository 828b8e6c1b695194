import { describe, expect, test } from 'vitest';
import { columnOf } from './columns.ts';
import { readCsv } from './csv.ts';
import { ImportFileError } from './errors.ts';
import { readJsonArray } from './json-array.ts';
import { decodeUtf8 } from './utf8.ts';

async function* pieces<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** Every way of cutting a text in two, and one of cutting it into single characters. */
function cuts(text: string): string[][] {
  const inTwo = Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]);
  return [...inTwo, text.split('')];
}

describe('decoding', () => {
  test('gives the same text however its bytes are cut, without a byte order mark', async () => {
    const bytes = new TextEncoder().encode('\ufeffZoë 日本 🍵');
    for (let at = 0; at <= bytes.length; at += 1) {
      const parts = await collect(decodeUtf8(pieces([bytes.slice(0, at), bytes.slice(at)])));
      expect(parts.join('')).toBe('Zoë 日本 🍵');
    }
  });

  test('ends where bytes end within a character, and past the largest size', async () => {
    const cut = new TextEncoder().encode('a\né').slice(0, 3);
    await expect(collect(decodeUtf8(pieces([cut])))).rejects.toThrow('in line 2');
    await expect(collect(decodeUtf8(pieces([new Uint8Array(9)]), 8))).rejects.toMatchObject({
      kind: 'too-large',
    });
  });
});

describe('reading CSV', () => {
  const text = '\n"a;""x""";b;c\r\n1;"two\nlines";\r\n\r\n;;\r\n3\r\n';
  const rows = [
    { row: 2, cells: ['a;"x"', 'b', 'c'] },
    { row: 3, cells: ['1', 'two\nlines', ''] },
    { row: 6, cells: ['3'] },
  ];

  test('gives the same rows however the text is cut', async () => {
    for (const cut of cuts(text)) expect(await collect(readCsv(pieces(cut)))).toEqual(rows);
  });

  test.each([
    ['a,b;c,d', 3],
    ['a;b,c;d', 3],
    ['a\tb\tc', 3],
    ['"a;b;c;d",e', 2],
    ['alone', 1],
  ])('finds the delimiter of %j', async (header, columns) => {
    const [first] = await collect(readCsv(pieces([`${header}\n`])));
    expect(first?.cells).toHaveLength(columns);
  });

  test('takes a quote within a cell as it is', async () => {
    const [, second] = await collect(readCsv(pieces(['a,b\n5" pipe,"x"y\n'])));
    expect(second?.cells[0]).toBe('5" pipe');
  });
});

describe('reading a JSON array', () => {
  test('gives the same elements however the text is cut', async () => {
    const list = [{ a: 'x,]"\\"}{[', b: [1, [2]] }, 'plain', 3, null, [], {}, 'back\\'];
    const text = `\ufeff ${JSON.stringify(list, null, 1)} \n`;
    for (const cut of cuts(text)) {
      const read = await collect(readJsonArray(pieces(cut)));
      expect(read).toEqual(list.map((value, n) => ({ row: n + 1, value })));
    }
  });

  test('holds no more than one element', async () => {
    const endless = pieces(['[', ...Array.from({ length: 70 }, () => `"${'x'.repeat(999)}`)]);
    await expect(collect(readJsonArray(endless))).rejects.toBeInstanceOf(ImportFileError);
  });
});

describe('a header', () => {
  test.each([
    ['E-Mail', 'email', null],
    [' email address ', 'email', null],
    ['First Name', 'firstName', null],
    ['LAST_NAME', 'lastName', null],
    ['Lead', 'company', null],
    ['time zone', 'timezone', null],
    ['Favourite tea', null, 'favouriteTea'],
    ['tea_2', null, 'tea_2'],
    ['Größe (cm)', null, 'grosseCm'],
    ['__proto__', null, 'proto'],
    ['constructor', null, 'constructor'],
    ['日本', null, 'column4'],
    ['3rd choice', null, 'column4'],
  ])('%j is the field %s or the own value %s', (header, field, customKey) => {
    const column = columnOf(header, 3);
    expect(column.field).toBe(field);
    if (customKey !== null) expect(column.customKey).toBe(customKey);
  });
});

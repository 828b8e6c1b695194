import fc, { type Arbitrary } from 'fast-check';

/** Texts that somebody sends who means harm, or knows no better. */
export const HOSTILE_TEXTS: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff tail',
    '\u202egnp.exe',
    'line\r\nX-Header: 1',
    "' OR '1'='1",
    "'; DROP TABLE contacts; --",
    '$1',
    '%s%n%x',
    '../../etc/passwd',
    '..%2f..%2f',
    '%00',
    '%ff',
    '%ED%A0%80',
    '{{constructor.constructor}}',
    '${7*7}',
    '<script>alert(1)</script>',
    '=HYPERLINK("http://x")',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    '1e999',
    '-0',
    '0x10',
    '9007199254740993',
    '99999999999999999999999999',
    '2026-02-30T00:00:00Z',
    '-271821-04-20T00:00:00.000Z',
    '+275760-09-13T00:00:00.001Z',
    '0000-00-00',
    'infinity',
    'now',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '{00000000-0000-0000-0000-000000000000}',
    'a@b',
    '"a b"@example.com',
    'a@[127.0.0.1]',
    'ä@ü.example',
    'o’neill@example.com',
    'javascript:alert(1)',
  ),
  fc.constantFrom(63, 64, 200, 201, 255, 256, 300, 2_001, 20_000).map((n) => 'x'.repeat(n)),
  fc.constantFrom(50, 400).map((n) => '\ud83d\ude00'.repeat(n)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Texts that JSON can write and PostgreSQL cannot keep, or that change what is around them. */
const UNSTORABLE = fc.constantFrom(
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff tail',
  '\u0085',
  'a\r\nb',
  '\u2028',
);

const HOSTILE_VALUES: Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: HOSTILE_TEXTS },
  { weight: 3, arbitrary: UNSTORABLE },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      -0,
      1.5,
      2 ** 31,
      2 ** 53,
      -(2 ** 63),
      1e308,
      5e-324,
      [],
      {},
      [[]],
      [null],
      { id: 1 },
      { length: -1 },
      { toString: null },
      { then: 1 },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(7, 21, 300).map((levels) => {
      let nest: unknown = 1;
      for (let n = 0; n < levels; n += 1) nest = n % 2 === 0 ? [nest] : { a: nest };
      return nest;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(201, 1_001, 10_001).map((n) => Array.from({ length: n }, () => 'x')),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** The value with one thing about it changed: near to what is taken, and mostly refused. */
export function nearly(value: unknown): Arbitrary<unknown> {
  const places = placesOf(value, []);
  return fc
    .tuple(
      fc.constantFrom(...places),
      fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'double'),
      HOSTILE_VALUES,
      HOSTILE_TEXTS,
    )
    .map(([place, how, other, key]) => changed(value, place, { how, other, key }));
}

type Path = readonly (string | number)[];

interface Change {
  readonly how: string;
  readonly other: unknown;
  readonly key: string;
}

function placesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts = Object.entries(value).map(([key, part]) =>
    placesOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...parts.flat()];
}

function changed(value: unknown, [first, ...rest]: Path, change: Change): unknown {
  if (first === undefined) return changedHere(value, change);
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])];
    const place = Number(first);
    if (rest.length === 0 && change.how === 'remove') list.splice(place, 1);
    else if (rest.length === 0 && change.how === 'double') list.push(list[place]);
    else list[place] = changed(list[place], rest, change);
    return list;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  if (rest.length === 0 && change.how === 'remove') {
    return Object.fromEntries(entries.filter(([key]) => key !== first));
  }
  return Object.fromEntries(
    entries.map(([key, part]) => [key, key === first ? changed(part, rest, change) : part]),
  );
}

function changedHere(value: unknown, { how, other, key }: Change): unknown {
  if (how !== 'add' || typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value)) return [...(value as unknown[]), other];
  // As JSON writes it: an own member, whatever its name.
  return Object.defineProperty({ ...value }, key, {
    value: other,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Bodies that are no JSON, or no JSON that anybody has a use for. */
export const HOSTILE_BYTES: Arbitrary<Uint8Array> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      '[[[[',
      '{"a":1,"a":2}',
      '{"__proto__":{"scopes":["admin"]}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '1e999',
      '"\\ud800"',
      '\ufeff{}',
      'null',
      '[]',
      '""',
      'email\n=1+1\n"',
      'choice=%00&choice=%ff',
    )
    .map((text) => Buffer.from(text)),
  fc.constantFrom('[', '{"a":').map((open) => Buffer.from(open.repeat(20_000))),
  fc.uint8Array({ maxLength: 64 }),
  fc.constant(Buffer.alloc(1_200_000, 'a')),
);

export const HOSTILE_TYPES = fc.constantFrom(
  null,
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'text/csv',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  ';;',
);

export const HOSTILE_HEADERS: Arbitrary<Readonly<Record<string, string>>> = fc.constantFrom<
  Readonly<Record<string, string>>
>(
  { accept: 'text/html' },
  { accept: 'application/xml;q=0' },
  { 'content-encoding': 'gzip' },
  { 'x-forwarded-for': "' OR 1=1" },
  { 'x-http-method-override': 'DELETE' },
  { 'accept-language': 'de-DE,*;q=0.1' },
  { 'accept-language': 'x'.repeat(4_000) },
  { range: 'bytes=0-1' },
  { 'last-event-id': '99999999999999999999' },
  { 'if-none-match': '*' },
  { 'if-none-match': '"' },
  { 'if-match': '*' },
  { 'if-match': 'W/"x", "y"' },
  { 'if-match': 'not quoted' },
  { cookie: 'session=\u00ff; __Host-x=' },
  { origin: 'null' },
  { expect: '100-continue' },
);

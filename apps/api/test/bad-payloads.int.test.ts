import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const ADDRESS = 'expected an e-mail address such as jo@example.com';

type RawCase = readonly [
  name: string,
  body: string | Uint8Array,
  type: string | undefined,
  status: number,
  code: string | null,
  detail: string,
];

describe('a body', () => {
  const RAW: readonly RawCase[] = [
    ['of broken JSON', '{"email":', 'application/json', 400, 'invalid_json', 'not JSON'],
    [
      'with a poisoned prototype',
      '{"__proto__":{"a":1}}',
      'application/json',
      400,
      'forbidden_key',
      'not as expected',
    ],
    [
      'with a poisoned constructor',
      '{"custom":{"constructor":{"prototype":1}}}',
      'application/json',
      400,
      'forbidden_key',
      'not as expected',
    ],
    ['of nothing', '', 'application/json', 400, 'required', 'not as expected'],
    [
      'of another type',
      'email=x',
      'application/x-www-form-urlencoded',
      415,
      null,
      'expected application/json',
    ],
    [
      'of too much',
      `"${'x'.repeat(1_100_000)}"`,
      'application/json',
      413,
      null,
      'larger than this route takes',
    ],
  ];
  test.each(RAW)('%s is refused', async (_name, body, type, status, code, detail) => {
    const answer = await tenant.api.raw('POST', '/v1/contacts', body as RequestInit['body'], type);
    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toContain(detail);
    const codes = answer.body['problems']?.map((one) => one['code']);
    expect(codes).toEqual(code === null ? [] : [code]);
  });

  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const DEEP = `expected at most 20 levels of nesting`;

  test.each([
    ['/contacts', `{"email":"a@b.example","custom":{"a":${deep(50_000)}}}`, 'custom.a'],
    ['/contacts', deep(400_000), ''],
    ['/contacts', '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000), 'a'],
    ['/plans/validate', `{"nodes":${deep(50_000)}}`, 'nodes'],
    ['/plans', `{"name":"P","plan":${deep(50_000)}}`, 'plan'],
    ['/plans/import', `{"name":"P","plan":{"nodes":[${deep(50_000)}]}}`, 'plan.nodes[0]'],
    ['/campaigns/:id/pause', `{"reason":${deep(50_000)}}`, 'reason'],
  ])('of many levels is refused by %s, and said where', async (path, body, place) => {
    const called = `/v1${path.replace(':id', newId())}`;
    const answer = await tenant.api.raw('POST', called, body, 'application/json');
    expect(answer.status).toBe(400);
    const [problem, ...more] = answer.body.problems ?? [];
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'too_deep', message: DEEP });
    expect(String(problem?.['path']).startsWith(place)).toBe(true);
    expect(String(problem?.['path']).length).toBeLessThan(200);
  });

  test('of 20 levels is read', async () => {
    const body = `{"email":"a@b.example","custom":{"a":${deep(18)}}}`;
    const answer = await tenant.api.raw('POST', '/v1/contacts', body, 'application/json');
    expect(answer.body.problems).toMatchObject([
      { path: 'custom.a', message: '1 items: expected at most 6 levels of nesting' },
    ]);
  });

  test('that names a forbidden key says which', async () => {
    const body = '{"contactIds":[{"a":{"__proto__":1}}]}';
    const path = `/v1/campaigns/${newId()}/enrollments`;
    const answer = await tenant.api.raw('POST', path, body, 'application/json');
    expect(answer.body.problems).toEqual([
      {
        path: 'contactIds[0].a.__proto__',
        code: 'forbidden_key',
        message: '"__proto__": expected a key of another name',
      },
    ]);
  });

  test.each(['a', '{"b":[1e400]}'])('with a number that is none any more is refused', async (a) => {
    const custom = a === 'a' ? '1e400' : a;
    const body = `{"email":"a@b.example","custom":{"a":${custom}}}`;
    const answer = await tenant.api.raw('POST', '/v1/contacts', body, 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.body.problems).toMatchObject([
      { path: 'custom.a', message: expect.stringContaining('expected numbers up to') as string },
    ]);
  });
});

describe('an import', () => {
  const FILES: readonly (readonly [string, string | Uint8Array, string, string, string])[] = [
    ['of nothing', '', 'row 1', 'missing_column', 'no columns: expected a column "email"'],
    [
      'without a header',
      'a@b.example,Ann\n',
      'row 1',
      'missing_column',
      '"a@b.example", "Ann": expected a column "email"',
    ],
    [
      'with a column twice',
      'email,E-Mail\n',
      'row 1',
      'duplicate_column',
      '"email" and "E-Mail" both mean email',
    ],
    [
      'with an own column twice',
      'email,fav tea,favTea\n',
      'row 1',
      'duplicate_column',
      '"fav tea" and "favTea" both mean custom.favTea',
    ],
    [
      'with an open quote',
      'email,name\na@b.example,"Ann\nb@b.example,B\n',
      'row 2',
      'quote_not_closed',
      'expected " at the end of the cell',
    ],
    [
      'with a row without end',
      `email,name\na@b.example,"${'x'.repeat(70_000)}`,
      'row 2',
      'row_too_long',
      'more than 65536 characters',
    ],
    [
      'in Latin-1',
      Buffer.from('email,name\na@b.example,Zoë\n', 'latin1'),
      'line 2',
      'not_utf8',
      'expected a file in UTF-8',
    ],
    [
      'in UTF-16',
      Buffer.from('\ufeffemail,name\n', 'utf16le'),
      'line 1',
      'not_utf8',
      'expected a file in UTF-8',
    ],
    [
      'with too many columns',
      `email${',x'.repeat(200)}\n`,
      'row 1',
      'too_many_columns',
      '201 columns: expected at most 200',
    ],
  ];
  test.each(FILES)('%s is refused as a whole', async (_name, file, path, code, message) => {
    const answer = await tenant.api.raw(
      'POST',
      '/v1/contacts/import',
      file as RequestInit['body'],
      'text/csv; charset=utf-8',
    );
    expect(answer.status).toBe(400);
    expect(answer.body['problems']).toEqual([
      { path, code, message: expect.stringContaining(message) as string },
    ]);
    expect(answer.body['detail']).toContain('Nothing of it was imported');
  });

  test.each([
    ['an object', '{"email":"a@b.example"}', 'file', '"{": expected one JSON array'],
    ['no end', '[{"email":"a@b.example"}', 'file', 'an end before the closing "]"'],
    ['text after it', '[] x', 'file', '"x" after the array'],
    ['a broken element', '[{"email":"a@b.example"},{oops}]', 'row 2', 'text that is not JSON'],
    ['an empty element', '[{"email":"a@b.example"},]', 'row 2', 'text that is not JSON'],
  ])('of JSON with %s is refused', async (_name, body, path, message) => {
    const answer = await tenant.api.raw('POST', '/v1/contacts/import', body, 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.body['problems']).toEqual([
      { path, code: 'invalid_json', message: expect.stringContaining(message) as string },
    ]);
  });

  test('of another type is refused', async () => {
    const answer = await tenant.api.raw('POST', '/v1/contacts/import', 'x', 'text/plain');
    expect(answer).toMatchObject({
      status: 415,
      body: {
        detail: 'The content type is "text/plain": expected text/csv or application/json.',
      },
    });
    const form = 'application/x-www-form-urlencoded';
    expect(await tenant.api.raw('POST', '/v1/contacts', '{}', form)).toMatchObject({
      status: 415,
      body: { detail: `The content type is "${form}": expected application/json.` },
    });
  });

  test('without a type is refused', async () => {
    const answer = await fetch(`${world.baseUrl}/v1/contacts/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}` },
      body: Buffer.from('email\na@b.example'),
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      detail: 'The content type is missing: expected text/csv or application/json.',
    });
  });

  const ROWS: readonly (readonly [string, string, string, string, string])[] = [
    ['no-at-sign', 'email', 'no-at-sign', 'invalid_address', ADDRESS],
    [',Ann', 'email', '', 'missing_address', 'expected an e-mail address'],
    [
      `${'x'.repeat(330)}@b.example`,
      'email',
      `${'x'.repeat(56)}…`,
      'too_long',
      'expected at most 320 characters',
    ],
    [
      `r1@b.example,${'n'.repeat(201)}`,
      'first name',
      `${'n'.repeat(56)}…`,
      'too_long',
      'expected at most 200 characters',
    ],
    [
      'r2@b.example,a\u0007b',
      'first name',
      'a\u0007b',
      'invalid_characters',
      'expected one line without control characters',
    ],
    [
      'r3@b.example,,Berlin',
      'Time Zone',
      'Berlin',
      'unknown_timezone',
      'expected an IANA time zone such as Europe/Berlin',
    ],
    [
      'r4@b.example,,+02:00',
      'Time Zone',
      '+02:00',
      'unknown_timezone',
      'expected an IANA time zone',
    ],
    [
      'r5@b.example,,,call me',
      'phone',
      'call me',
      'invalid_phone',
      'expected a phone number with its country code',
    ],
    [
      `r6@b.example,,,,${'c'.repeat(301)}`,
      'lead',
      `${'c'.repeat(56)}…`,
      'too_long',
      'expected at most 300 characters',
    ],
    [
      `r7@b.example,,,,,${'t'.repeat(2_001)}`,
      'tea',
      `${'t'.repeat(56)}…`,
      'too_long',
      'expected at most 2000 characters',
    ],
    [
      'r8@b.example,,,,,x\u0000y',
      'tea',
      'x\u0000y',
      'invalid_characters',
      'expected well-formed text without NUL',
    ],
    [
      'r9@b.example,,,,,,too much',
      'column 7',
      'too much',
      'too_many_columns',
      'expected 6 columns, as in the header',
    ],
  ];
  test('of bad rows rejects each with its reason, and takes the good ones between', async () => {
    const { api } = await world.tenant();
    const lines = ROWS.flatMap(([line], n) => [line, `good${n}@b.example,G${n}`]);
    const csv = ['email,first name,Time Zone,phone,lead,tea', ...lines].join('\n');
    const { status, body } = await api.raw('POST', '/v1/contacts/import', csv, 'text/csv');
    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: ROWS.length, rejectedTotal: ROWS.length });
    expect(body['rejected']).toEqual(
      ROWS.map(([, column, value, code, message], n) => ({
        row: 2 + 2 * n,
        column,
        value,
        code,
        message: expect.stringContaining(message) as string,
      })),
    );
  });
});

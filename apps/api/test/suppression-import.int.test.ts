import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './support/client.ts';
import { makeRows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function importCsv({ api }: Tenant, lines: readonly string[] | Uint8Array): Promise<Answer> {
  const bytes = lines instanceof Uint8Array ? lines : Buffer.from(lines.join('\r\n'));
  return api.raw('POST', '/v1/suppressions/import', new Uint8Array(bytes), 'text/csv');
}

async function exported({ key }: Tenant, query = ''): Promise<string> {
  const answer = await fetch(`${world.baseUrl}/v1/suppressions/export${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  return answer.text();
}

describe('an import of suppressions', () => {
  test('takes good rows, ends what is under way to them, and tells what is wrong with others', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { status, body } = await importCsv(tenant, [
      'Email;Reason;Source;Channel;Created At',
      `${rows.email.toUpperCase()};unsubscribed;old system;;2020-05-04 10:00:00`,
      'competitor.example;;;;',
      'no address;;;;',
      '+49 30 1234567;;;sms;',
      'a@example.com;bored;;;',
      'b@example.com;;;fax;',
      'c@example.com;;;;yesterday',
      'd@example.com;;;;2999-01-01',
      'e@example.com;;;;;lost',
      `${rows.email};;;;`,
    ]);
    expect(status).toBe(200);
    const refused = (row: number, column: string, value: string, code: string) => ({
      row,
      column,
      value,
      code,
      message: expect.stringContaining('expected') as string,
    });
    expect(body).toEqual({
      added: 3,
      known: 1,
      endedEnrollments: 1,
      lastRow: 11,
      rejectedTotal: 6,
      rejected: [
        refused(4, 'Email', 'no address', 'invalid_address'),
        refused(6, 'Reason', 'bored', 'unknown_reason'),
        refused(7, 'Channel', 'fax', 'unknown_channel'),
        refused(8, 'Created At', 'yesterday', 'invalid_instant'),
        refused(9, 'Created At', '2999-01-01', 'invalid_instant'),
        refused(10, 'column 6', 'lost', 'too_many_columns'),
      ],
    });
    expect((await tenant.api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'suppressed',
      pendingActions: [],
    });
    const listed = await tenant.api.get(`/v1/suppressions?address=${rows.email}`);
    expect(listed.body.items).toMatchObject([
      {
        reason: 'unsubscribed',
        source: 'old system',
        firstSeenAt: '2020-05-04T10:00:00.000Z',
      },
    ]);
    const sms = await tenant.api.get('/v1/suppressions?channel=sms');
    expect(sms.body.items).toMatchObject([{ value: '+49301234567', reason: 'manual' }]);
  });

  test.each([
    ['unknown_column', ['value,notes', 'a@example.com,see there']],
    ['duplicate_column', ['value,email', 'a@example.com,b@example.com']],
    ['missing_column', ['reason', 'manual']],
    ['missing_column', ['']],
  ])('is refused as a whole for a header with %s', async (code, lines) => {
    const tenant = await world.tenant();
    const { status, body } = await importCsv(tenant, lines);
    expect(status).toBe(400);
    expect(body.problems).toMatchObject([{ path: 'row 1', code }]);
    expect((await tenant.api.get('/v1/suppressions')).body.items).toEqual([]);
  });

  test('that cannot be read to its end has written what came before, and says so', async () => {
    const tenant = await world.tenant();
    const { status, body } = await importCsv(
      tenant,
      Buffer.concat([
        Buffer.from('value\na@example.com\nno address\nb@example.com\nc@example.com\n"'),
        Buffer.from('d@example.com\n'),
      ]),
    );
    expect(status).toBe(400);
    expect(body.problems).toMatchObject([{ path: 'row 6', code: 'quote_not_closed' }]);
    expect(body['report']).toMatchObject({
      added: 3,
      known: 0,
      lastRow: 5,
      rejectedTotal: 1,
      rejected: [{ row: 3, value: 'no address', code: 'invalid_address' }],
    });
    expect(body['detail']).toContain('It broke off after row 5.');
    expect((await tenant.api.get('/v1/suppressions')).body.items).toHaveLength(3);
  });

  test('during which the database goes away says what was written, and what was wrong', async () => {
    const tenant = await world.tenant();
    await world.rows(
      `ALTER TABLE communication_suppressions ADD CONSTRAINT none CHECK (value <> 'p9000@example.com')`,
    );
    try {
      const people = Array.from({ length: 12_000 }, (_, n) => `p${n}@example.com`);
      const { status, body } = await importCsv(tenant, ['value', 'no address', ...people]);
      expect(status).toBe(500);
      // How much was read beside the statement that failed is chance; the report tells of it.
      const [written] = await world.rows<{ count: number }>(
        'SELECT count(*)::integer AS count FROM communication_suppressions WHERE tenant_id = $1',
        [tenant.id],
      );
      expect([5_000, 7_000]).toContain(written?.count);
      expect(body['report']).toMatchObject({
        added: written?.count,
        rejectedTotal: 1,
        rejected: [{ row: 2 }],
      });
      expect(world.logged.some((line) => line.includes('communication_suppressions'))).toBe(true);
    } finally {
      await world.rows('ALTER TABLE communication_suppressions DROP CONSTRAINT none');
    }
  });

  test('is CSV, and nothing else', async () => {
    const tenant = await world.tenant();
    const answer = await tenant.api.raw(
      'POST',
      '/v1/suppressions/import',
      '[]',
      'application/json',
    );
    expect(answer.status).toBe(415);
  });

  test('of more rows than one transaction takes comes through whole, and is exported whole', async () => {
    const tenant = await world.tenant();
    const stranger = await world.tenant();
    await stranger.api.post('/v1/suppressions', { addresses: ['stranger@example.com'] });
    const count = 12_000;
    function* file() {
      yield 'value,reason\n';
      for (let n = 0; n < count; n += 1) yield `person${n}@example.com,unsubscribed\n`;
    }
    const answer = await fetch(`${world.baseUrl}/v1/suppressions/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(file(), { objectMode: false })) as ReadableStream,
      duplex: 'half',
    });
    expect(await answer.json()).toMatchObject({ added: count, known: 0, rejectedTotal: 0 });
    const lines = (await exported(tenant)).trimEnd().split('\r\n');
    expect(lines[0]).toBe('value,reason,source,channel,first_seen_at');
    expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(count);
    expect(lines.join()).not.toContain('stranger@');
    const [log] = await world.rows<{ count: number }>(
      'SELECT count(*)::integer AS count FROM audit_log WHERE tenant_id = $1',
      [tenant.id],
    );
    expect(log?.count).toBe(count);
  });
});

test('an export is no spreadsheet’s formula, matches what was asked for, and can be imported', async () => {
  const tenant = await world.tenant();
  await importCsv(tenant, [
    'value,source,channel,first_seen_at',
    `=cmd@example.com,"=HYPERLINK(""x"",1)",,2020-01-01`,
    '+4930123456,,sms,2020-01-01',
    'plain@example.com,,,2020-01-01',
  ]);
  const csv = await exported(tenant, '?until=2021-01-01T00:00:00Z');
  expect(csv).toContain(`'=cmd@example.com,manual,"'=HYPERLINK(""x"",1)",email,2020-01-01T`);
  expect(csv).toContain(`'+4930123456,manual,`);
  expect(await exported(tenant, '?prefix=plain')).toMatch(
    /^value,\S+\r\nplain@example\.com,manual,api_key:\S+\r\n$/,
  );
  expect(await exported(tenant, '?since=2021-01-01T00:00:00Z')).toMatch(/^value\S+\r\n$/);
  const again = await importCsv(tenant, Buffer.from(csv));
  expect(again.body).toMatchObject({ added: 0, known: 3, rejectedTotal: 0 });
});

test.each([
  ['x;=1+1', "x;'=1+1"],
  ['x;"=1+1"', `x;""'=1+1""`],
  ['x; @SUM(A1)', "x; '@SUM(A1)"],
  ['a,-1', "a,'-1"],
  ['x|+1', "x|'+1"],
  ['\uff1d1', "'\uff1d1"],
  ['a=b - c', 'a=b - c'],
])('a source of %s is no formula by another delimiter either', async (source, safe) => {
  const tenant = await world.tenant();
  const value = 'a@example.com';
  await tenant.api.post('/v1/suppressions', { addresses: [value], source });
  const csv = await exported(tenant);
  expect(csv).toContain(
    `${value},manual,${/[,;"|]/.test(source) && !source.includes('|') ? `"${safe}"` : safe},email`,
  );
  await world.rows('DELETE FROM communication_suppressions WHERE tenant_id = $1', [tenant.id]);
  await importCsv(tenant, Buffer.from(csv));
  expect((await tenant.api.get('/v1/suppressions')).body.items).toMatchObject([{ source }]);
});

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Client } from './support/client.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function importCsv(api: Client, csv: string | Uint8Array, query = ''): Promise<Answer> {
  const body = typeof csv === 'string' ? Buffer.from(csv) : csv;
  return api.raw('POST', `/v1/contacts/import${query}`, new Uint8Array(body), 'text/csv');
}

async function contacts(api: Client) {
  const { body } = await api.get('/v1/contacts?limit=200');
  return new Map((body['items'] ?? []).map((one) => [String(one['email']), one]));
}

describe('a CSV file', () => {
  test('with a byte order mark, quotes, accents, line breaks and duplicates', async () => {
    const { api } = await world.tenant();
    const csv = [
      '\ufeff"E-Mail";First Name;last_name;Company;Job Title;Time Zone;Phone;Website;Industry;Favourite tea;Größe',
      'ANA@example.com;Ana;"Núñez; y Díaz";"Café ""Olé""";CEO;Europe/Madrid;+34 911 234 567;cafe.example;Food;Rooibos;XL',
      'zoe@example.com;Zoë;"van der',
      'Berg";café "olé";;;;;;Assam;',
      ' Ana@EXAMPLE.com ;Again;;;;;;;;;',
      ';;;;;;;;;;',
      '',
      '日本@example.com;Taro;;;;;;;;;',
      'bob@example.com;Bob;;Acme;;Mars/Olympus;;;;;',
      'cat@example.com;Cat;;Acme;;;;acme.example;;;',
    ].join('\r\n');
    const { status, body } = await importCsv(api, csv);
    expect(status).toBe(200);
    expect(body).toEqual({
      imported: 3,
      updated: 0,
      duplicates: 1,
      lastRow: 9,
      rejectedTotal: 2,
      rejected: [
        {
          row: 7,
          column: 'E-Mail',
          value: '日本@example.com',
          code: 'invalid_address',
          message: '"日本@example.com": expected an e-mail address such as jo@example.com',
        },
        {
          row: 8,
          column: 'Time Zone',
          value: 'Mars/Olympus',
          code: 'unknown_timezone',
          message: '"Mars/Olympus": expected an IANA time zone such as Europe/Berlin',
        },
      ],
      customColumns: [
        { column: 'Favourite tea', key: 'favouriteTea' },
        { column: 'Größe', key: 'grosse' },
      ],
      warnings: [],
    });
    const all = await contacts(api);
    expect([...all.keys()].sort()).toEqual([
      'ana@example.com',
      'cat@example.com',
      'zoe@example.com',
    ]);
    expect(all.get('ana@example.com')).toMatchObject({
      firstName: 'Ana',
      lastName: 'Núñez; y Díaz',
      title: 'CEO',
      timezone: 'Europe/Madrid',
      phone: '+34911234567',
      lead: { name: 'Café "Olé"' },
      custom: { favouriteTea: 'Rooibos', grosse: 'XL' },
      source: 'import',
    });
    expect(all.get('zoe@example.com')).toMatchObject({
      firstName: 'Zoë',
      lastName: 'van der Berg',
      lead: { id: all.get('ana@example.com')?.['lead']?.['id'] },
    });
    const leads = await api.get('/v1/leads');
    expect(leads.body['items']?.map((lead) => lead['name']).sort()).toEqual(['Acme', 'Café "Olé"']);
  });

  test('of a header alone says so, and names the columns that become custom fields', async () => {
    const { api } = await world.tenant();
    // As curl -d sends a file: without its line breaks.
    const { status, body } = await importCsv(api, 'email,tz,Favourite tea,Nameann@b.example,UTC');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      imported: 0,
      rejectedTotal: 0,
      customColumns: [
        { column: 'tz', key: 'tz' },
        { column: 'Favourite tea', key: 'favouriteTea' },
        { column: 'Nameann@b.example', key: 'nameannBExample' },
        { column: 'UTC', key: 'UTC' },
      ],
      warnings: [
        {
          row: 1,
          column: '',
          value: '',
          code: 'no_rows',
          message:
            'a header of 5 columns and no rows: expected a row below it (curl -d takes the line breaks out: use --data-binary)',
        },
      ],
    });
    const whole = await importCsv(api, 'email,timezone\nann@b.example,Europe/Berlin\n');
    expect(whole.body).toMatchObject({ imported: 1, customColumns: [], warnings: [] });
  });

  test('with commas fills in what contacts lack, and repeats nothing', async () => {
    const { api } = await world.tenant();
    await api.post('/v1/contacts', {
      email: 'ana@example.com',
      firstName: 'Ana',
      custom: { tea: 'Assam' },
    });
    await api.post('/v1/contacts', { email: 'full@example.com', firstName: 'Full' });
    const csv = [
      'email,firstName,lastName,company,phone,tea,cups',
      'ana@example.com,Anna,Núñez,Acme,+34911234000,Rooibos,3',
      'full@example.com,Fuller,,,,,',
      'new@example.com,New,"A, B",ACME,,,',
    ].join('\n');
    const first = await importCsv(api, csv);
    expect(first.body).toMatchObject({ imported: 1, updated: 1, duplicates: 1, rejectedTotal: 0 });
    const all = await contacts(api);
    expect(all.get('ana@example.com')).toMatchObject({
      firstName: 'Ana',
      lastName: 'Núñez',
      phone: '+34911234000',
      lead: { name: 'Acme' },
      custom: { tea: 'Assam', cups: '3' },
    });
    expect(all.get('new@example.com')).toMatchObject({ lastName: 'A, B', lead: { name: 'Acme' } });
    const again = await importCsv(api, csv);
    expect(again.body).toMatchObject({ imported: 0, updated: 0, duplicates: 3 });
  });

  test('with a value in a column without a header says so, and takes the other rows', async () => {
    const { api } = await world.tenant();
    const csv = 'email,,tea, \na@example.com,,Assam,\nb@example.com,x,Assam,\nc@example.com,,,y\n';
    const { status, body } = await importCsv(api, csv);
    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 1, rejectedTotal: 2 });
    const expected = 'expected a header in the first row for it';
    expect(body.rejected).toEqual([
      {
        row: 3,
        column: 'column 2',
        value: 'x',
        code: 'missing_header',
        message: `"x" in column 2: ${expected}`,
      },
      {
        row: 4,
        column: 'column 4',
        value: 'y',
        code: 'missing_header',
        message: `"y" in column 4: ${expected}`,
      },
    ]);
  });

  test('with onDuplicate=skip leaves contacts as they are', async () => {
    const { api } = await world.tenant();
    await api.post('/v1/contacts', { email: 'ana@example.com' });
    const csv = 'email,first_name,phone\nana@example.com,Ana,+34911234000\nb@example.com,B,\n';
    const { body } = await importCsv(api, csv, '?onDuplicate=skip');
    expect(body).toMatchObject({ imported: 1, updated: 0, duplicates: 1 });
    expect((await contacts(api)).get('ana@example.com')).toMatchObject({
      firstName: null,
      phone: null,
    });
  });

  test('warns of a phone number that another contact has', async () => {
    const { api } = await world.tenant();
    const csv = 'email,phone\na@example.com,+49 30 12345\nb@example.com,+493012345\n';
    const { body } = await importCsv(api, csv);
    expect(body).toMatchObject({
      imported: 2,
      rejected: [],
      warnings: [{ row: 3, column: 'phone', value: '+493012345', code: 'phone_taken' }],
    });
    const phones = [...(await contacts(api)).values()].map((one) => one['phone']);
    expect(phones.sort()).toEqual(['+493012345', null]);
  });

  test('of several thousand rows takes some statements a thousand, and loses none', async () => {
    const { api, id } = await world.tenant();
    const rows = Array.from(
      { length: 4_500 },
      (_, n) => `p${n}@example.com,P${n},Company ${n % 70},col${n}`,
    );
    const csv = ['email,firstName,company,note', ...rows].join('\n');
    const { body } = await importCsv(api, csv);
    expect(body).toMatchObject({ imported: 4_500, rejectedTotal: 0, duplicates: 0 });
    const [counts] = await world.rows<{ contacts: number; leads: number; linked: number }>(
      `SELECT count(*) AS contacts, count(lead_id) AS linked,
         (SELECT count(*) FROM leads l WHERE l.tenant_id = c.tenant_id) AS leads
       FROM contacts c WHERE tenant_id = $1 GROUP BY tenant_id`,
      [id],
    );
    expect(counts).toEqual({ contacts: 4_500, leads: 70, linked: 4_500 });
  });

  test('that two clients import at once makes each contact once', async () => {
    const { api, id } = await world.tenant();
    const forth = Array.from({ length: 600 }, (_, n) => `p${n}@example.com,C${n % 9}`);
    const header = 'email,company\n';
    const answers = await Promise.all([
      importCsv(api, header + forth.join('\n')),
      importCsv(api, header + [...forth].reverse().join('\n')),
    ]);
    const imported = answers.map(({ body }) => Number(body['imported']));
    expect(imported.reduce((sum, n) => sum + n, 0)).toBe(600);
    const [row] = await world.rows<{ n: number }>(
      `SELECT count(*) AS n FROM contacts WHERE tenant_id = $1`,
      [id],
    );
    expect(row?.n).toBe(600);
  });

  test('that turns unreadable half-way says what was written before', async () => {
    const { api, id } = await world.tenant();
    const note = 'x'.repeat(300);
    const rows = Array.from({ length: 3_000 }, (_, n) => `p${n}@example.com,${note}`);
    const good = ['email,note', 'no address,', ...rows, ''].join('\n');
    const bad = Buffer.concat([Buffer.from(good), Buffer.from([0x80, 0x0a])]);
    const { status, body } = await importCsv(api, bad);
    expect(status).toBe(400);
    expect(body['problems']).toMatchObject([{ path: 'line 3003', code: 'not_utf8' }]);
    const report = body['report'] as Record<string, unknown>;
    const imported = Number(report['imported']);
    expect(imported).toBeGreaterThanOrEqual(1_000);
    expect(report).toMatchObject({ lastRow: imported + 2, rejectedTotal: 1 });
    expect(report['rejected']).toMatchObject([{ row: 2, code: 'invalid_address' }]);
    expect(body['detail']).toContain(`${imported} new, 0 updated`);
    const [row] = await world.rows<{ n: number }>(
      `SELECT count(*) AS n FROM contacts WHERE tenant_id = $1`,
      [id],
    );
    expect(row?.n).toBe(imported);
    const again = await importCsv(api, good);
    expect(again.body).toMatchObject({ imported: 3_000 - imported, duplicates: imported });
  });

  test('of which some rows cannot be written keeps those before them, and none behind', async () => {
    const { api, id } = await world.tenant();
    await world.rows(`
      ALTER TABLE contact_channels ADD CONSTRAINT refused CHECK (address <> 'p1500@example.net')`);
    const rows = Array.from({ length: 3_500 }, (_, n) => `p${n}@example.net`);
    const lines = ['email', ...rows.slice(0, 1_200), 'no address', ...rows.slice(1_200)];
    const csv = [...lines, 'no address either'].join('\n');
    const { status, body } = await importCsv(api, csv);
    await world.rows('ALTER TABLE contact_channels DROP CONSTRAINT refused');
    expect(status).toBe(500);
    expect(body['report']).toMatchObject({ imported: 1_000, lastRow: 2_002, rejectedTotal: 1 });
    const [row] = await world.rows<{ n: number }>(
      `SELECT count(*) AS n FROM contacts WHERE tenant_id = $1`,
      [id],
    );
    expect(row?.n).toBe(1_000);
    expect((await importCsv(api, csv)).body).toMatchObject({
      imported: 2_500,
      duplicates: 1_000,
      lastRow: 3_503,
      rejectedTotal: 2,
    });
  });

  test('that is too large is refused before it has come, and while it comes', async () => {
    const { key } = await world.tenant();
    const declared = await new Promise<number>((resolve, reject) => {
      const sent = request(
        `${world.baseUrl}/v1/contacts/import`,
        {
          method: 'POST',
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'text/csv',
            'content-length': String(60 * 1024 * 1024),
          },
        },
        (response) => {
          resolve(response.statusCode ?? 0);
          sent.destroy();
        },
      );
      sent.on('error', reject);
      sent.write('email\n');
    });
    expect(declared).toBe(413);
  });
});

describe('a JSON array', () => {
  test('is imported element by element', async () => {
    const { api } = await world.tenant();
    const list = [
      {
        email: 'a@example.com',
        'First Name': 'A "quoted" [name], {so}',
        custom: { tea: ['x', 1] },
      },
      { 'e-mail': 'b@example.com', company: 'Acme', website: 'acme.example', rating: 4.5 },
      'not an object',
      { email: 5 },
      { firstName: 'No address' },
      { email: 'A@example.com' },
    ];
    const { status, body } = await api.post('/v1/contacts/import', list);
    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 2, duplicates: 1, rejectedTotal: 3 });
    expect(body['rejected']).toMatchObject([
      { row: 3, code: 'invalid_type', value: '"not an object"' },
      { row: 4, column: 'email', code: 'invalid_type', value: '5' },
      { row: 5, column: 'email', code: 'missing_address' },
    ]);
    const all = await contacts(api);
    expect(all.get('a@example.com')).toMatchObject({
      firstName: 'A "quoted" [name], {so}',
      custom: { tea: ['x', 1] },
    });
    expect(all.get('b@example.com')).toMatchObject({
      lead: { name: 'Acme' },
      custom: { rating: 4.5 },
    });
  });

  test('loses no value without a word', async () => {
    const { api } = await world.tenant();
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    const elements = [
      '{"email":"a@example.com","custom":{"Fav tea":1,"favTea":2}}',
      '{"email":"b@example.com","Fav tea":1,"custom":{"favTea":2}}',
      '{"email":"c@example.com","website":"c.example","custom":{"website":"d.example"}}',
      '{"email":"d@example.com","size":1e400}',
      '{"email":"e@example.com","sizes":[1,[-1e999]]}',
      `{"email":"f@example.com","x":${deep(20_000)}}`,
      deep(20_000),
      '{"email":"g@example.com","custom":{"茶":1,"水":2},"酒":3}',
      '{"email":"h@example.com","custom":{"Fav tea":null,"favTea":2}}',
    ];
    const path = '/v1/contacts/import';
    const answer = await api.raw('POST', path, `[${elements.join()}]`, 'application/json');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ imported: 2, rejectedTotal: 7 });
    const one = 'expected one value for custom.favTea';
    expect(answer.body.rejected).toMatchObject([
      { row: 1, column: 'custom.favTea', code: 'duplicate_column', message: `2: ${one}` },
      { row: 2, column: 'custom.favTea', code: 'duplicate_column', message: `2: ${one}` },
      {
        row: 3,
        column: 'website',
        code: 'duplicate_column',
        message: '"c.example": expected one value for custom.website',
      },
      { row: 4, column: 'size', code: 'invalid_value' },
      { row: 5, column: 'sizes', code: 'invalid_value' },
      { row: 6, column: expect.stringMatching(/^x\[0\]/) as string, code: 'too_deep' },
      { row: 7, code: 'too_deep', message: 'expected at most 20 levels of nesting' },
    ]);
    const all = await contacts(api);
    expect(Object.values(all.get('g@example.com')?.['custom'] ?? {}).sort()).toEqual([1, 2, 3]);
    expect(all.get('h@example.com')).toMatchObject({ custom: { favTea: 2 } });
  });

  test('names the keys that become custom fields', async () => {
    const { api } = await world.tenant();
    const { body } = await api.post('/v1/contacts/import', [
      { email: 'k1@example.com', tz: 'Europe/Berlin', custom: { tea: 'Assam' } },
      { email: 'k2@example.com', tz: 'UTC', 'Shoe size': 42 },
    ]);
    expect(body).toMatchObject({
      imported: 2,
      customColumns: [
        { column: 'tz', key: 'tz' },
        { column: 'Shoe size', key: 'shoeSize' },
      ],
    });
  });

  test('may be empty', async () => {
    const { api } = await world.tenant();
    const { body } = await api.post('/v1/contacts/import', []);
    expect(body).toMatchObject({ imported: 0, rejectedTotal: 0 });
  });
});

import { newId } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, type Rows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let rows: Rows;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  rows = await makeRows(tenant);
});
afterAll(() => world.close());

const path = () => `/v1/campaigns/${rows.campaign}/audiences`;
const listed = (filter: unknown) =>
  tenant.api.get(`/v1/contacts?filter=${encodeURIComponent(JSON.stringify(filter))}`);

describe('audiences', () => {
  test('are counted, asked for once, listed, read and canceled', async () => {
    const { api } = tenant;
    const filter = {
      where: 'all',
      of: [
        { where: 'email', domain: ['Example.COM'], is: [rows.email.toUpperCase()] },
        { where: 'lead', is: [rows.lead] },
        { where: 'not', of: { where: 'messaged', withinDays: 7 } },
      ],
    };
    const preview = await api.post(`${path()}/preview`, { filter });
    expect(preview.body).toEqual({
      matching: 1,
      checked: 1,
      enrollable: 0,
      refused: { already_active: 1 },
    });
    const headers = { 'idempotency-key': newId() };
    const ask = () =>
      api.raw('POST', path(), JSON.stringify({ filter }), 'application/json', headers);
    const asked = await ask();
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      status: 'requested',
      campaignId: rows.campaign,
      enrolled: 0,
    });
    // Addresses are kept as they are compared.
    expect(asked.body['filter']).toMatchObject({
      of: [{ domain: ['example.com'], is: [rows.email] }, {}, {}],
    });
    expect((await ask()).body).toEqual(asked.body);
    const one = `/v1/audiences/${asked.body['id']}`;
    expect((await api.get(one)).body).toEqual(asked.body);
    expect((await api.get(path())).body['items']).toEqual([asked.body]);
    expect((await api.post(`${one}/cancel`)).body).toMatchObject({ status: 'canceled' });
    expect((await api.post(`${one}/cancel`)).body).toMatchObject({ status: 'canceled' });
    await world.rows("UPDATE campaign_audiences SET status = 'done' WHERE id = $1", [
      asked.body['id'],
    ]);
    expect((await api.post(`${one}/cancel`)).status).toBe(409);
  });

  test('narrow the list of contacts, page by page', async () => {
    const other = await tenant.api.post('/v1/contacts', {
      email: `${newId()}@example.net`,
      custom: { tier: 'gold' },
    });
    const gold = { where: 'custom', key: 'tier', is: ['Gold'] };
    expect((await listed(gold)).body['items']).toMatchObject([{ id: other.body['id'] }]);
    expect((await listed({ where: 'not', of: gold })).body['items']).toMatchObject([
      { id: rows.contact },
    ]);
  });

  test.each([
    [
      { where: 'shoesize', is: ['a'] },
      'where',
      '"shoesize": expected one of all, any, not, firstName',
    ],
    [{ where: 'title' }, '', 'expected at least one of is, contains, known'],
    [{ where: 'title', is: [] }, 'is', '0 items: expected at least 1 items'],
    [{ where: 'title', is: 'CTO' }, 'is', '"CTO": expected a list'],
    [{ where: 'title', known: true, like: 'CTO' }, 'like', '"like" is not known here'],
    [
      { where: 'all', of: [{ where: 'phone', known: 'yes' }] },
      'of[0].known',
      '"yes": expected true or false',
    ],
    [{ where: 'not', of: { where: 'any', of: [] } }, 'of.of', '0 items: expected at least 1 items'],
    [
      { where: 'email', domain: ['not a domain'] },
      'domain[0]',
      'expected the domain of e-mail addresses',
    ],
    [{ where: 'email', validity: ['good'] }, 'validity[0]', '"good": expected one of unchecked'],
    [{ where: 'custom', key: 'a b', known: true }, 'key', '"a b": expected a key'],
    [{ where: 'created', from: 'yesterday' }, 'from', '"yesterday": expected an instant such as'],
    [{ where: 'created', from: '0000-01-01T00:00:00Z' }, 'from', 'expected an instant such as'],
    [{ where: 'created', from: '9999-12-31T23:00:00-14:00' }, 'from', 'expected an instant'],
    [{ where: 'updated', before: '2027-01-31T08:00:00+23:00' }, 'before', 'expected an instant'],
    [
      { where: 'created', from: `2027-01-31T08:00:00.${'0'.repeat(200)}Z` },
      'from',
      'expected an instant',
    ],
    [{ where: 'messaged', withinDays: 0 }, 'withinDays', '0: expected at least 1'],
    [
      { where: 'reacted', by: ['sneezed'] },
      'by[0]',
      '"sneezed": expected one of delivered, opened',
    ],
    [{ where: 'lead', is: ['5'] }, 'is[0]', '"5": expected a UUID'],
  ])('refuse %j, naming the place', async (filter, place, message) => {
    const refused = await tenant.api.post(path(), { filter });
    expect(refused.status).toBe(400);
    const at = ['filter', ...(place === '' ? [] : [place])].join('.');
    expect(refused.body['problems']).toMatchObject([
      { path: at, message: expect.stringContaining(message) as string },
    ]);
    const unlisted = await listed(filter);
    expect(unlisted.status).toBe(400);
    expect(unlisted.body['problems']).toMatchObject([{ path: `query.${at}` }]);
  });

  test('refuse more conditions, and more levels, than there may be', async () => {
    const one = { where: 'phone', known: true };
    const many = { where: 'any', of: Array.from({ length: 100 }, () => one) };
    expect((await tenant.api.post(path(), { filter: many })).body['problems']).toMatchObject([
      {
        path: 'filter',
        code: 'too_many',
        message: expect.stringContaining('at most 100') as string,
      },
    ]);
    let deep: object = one;
    for (let level = 0; level < 30; level += 1) deep = { where: 'not', of: deep };
    for (const answer of [await tenant.api.post(path(), { filter: deep }), await listed(deep)]) {
      expect(answer.status).toBe(400);
      expect(answer.body['problems']).toMatchObject([{ code: 'too_deep' }]);
    }
    expect((await tenant.api.get('/v1/contacts?filter=%7B')).body['problems']).toMatchObject([
      { path: 'query.filter', code: 'not_json' },
    ]);
  });

  test.each([
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999+14:00',
    '2027-01-31T08:00:00-12:00',
  ])('take %s', async (from) => {
    expect((await listed({ where: 'created', from, before: from })).status).toBe(200);
  });

  test('are refused where they take too long', async () => {
    const filter = { where: 'phone', known: true };
    const answers = await withClient(world.adminUrl, async (client) => {
      // What they look at cannot be read as long as this holds.
      await client.query('BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE');
      return Promise.all([tenant.api.post(`${path()}/preview`, { filter }), listed(filter)]);
    });
    const problem = {
      code: 'too_costly',
      message: expect.stringContaining('within 5 s') as string,
    };
    for (const [n, place] of ['filter', 'query.filter'].entries()) {
      expect(answers[n]?.status).toBe(422);
      expect(answers[n]?.body['problems']).toMatchObject([{ ...problem, path: place }]);
    }
  }, 30_000);

  test('name campaigns and leads of the tenant alone', async () => {
    const theirs = await makeRows(await world.tenant());
    const filter = {
      where: 'any',
      of: [
        { where: 'enrolled', campaignId: theirs.campaign },
        { where: 'lead', is: [rows.lead, theirs.lead] },
      ],
    };
    const problems = [
      { path: 'filter.of[0].campaignId', code: 'not_found' },
      { path: 'filter.of[1].is[1]', code: 'not_found' },
    ];
    for (const asked of [path(), `${path()}/preview`]) {
      const refused = await tenant.api.post(asked, { filter });
      expect(refused.status).toBe(422);
      expect(refused.body['problems']).toMatchObject(problems);
    }
    expect((await listed(filter)).status).toBe(422);
  });
});

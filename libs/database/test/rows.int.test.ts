import type {} from '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it, test } from 'vitest';
import { createDatabase, createPool, type Database } from '../src/index.ts';
import { rows } from '../src/store/rows.ts';

let db: Database;

beforeAll(() => {
  db = createDatabase(createPool({ url: inject('postgresAdminUrl'), poolSize: 1 }));
});

afterAll(() => db.destroy());

async function readBack(list: readonly object[], columns: string): Promise<object[]> {
  const found = await sql<object>`SELECT * FROM ${rows(list, `r(${columns})`)}`.execute(db);
  return found.rows;
}

describe('rows that a statement is given', () => {
  it('come as they are, of every type, missing ones too', async () => {
    const full = {
      id: '01a218fc-f0b8-756e-9134-923ce72e48cb',
      n: -2_147_483_648,
      many: 9_007_199_254_740_991,
      at: 1_795_715_559_612.5,
      ok: false,
      name: 'Zoë "the {quick}", \\N\n 😀',
      data: { list: [1, 'a', null], nested: { ß: true } },
    };
    const nothing = {
      id: null,
      n: null,
      many: null,
      at: null,
      ok: null,
      name: null,
      data: null,
    };

    const found = await readBack(
      [full, {}, { ...nothing, name: '' }, { ...full, id: full.id.toUpperCase() }],
      `id uuid, n integer, many bigint, at double precision, ok boolean, name text,
         data jsonb`,
    );

    expect(found).toEqual([full, nothing, { ...nothing, name: '' }, full]);
  });

  it('may be none', async () => {
    expect(await readBack([], 'id uuid, name text')).toEqual([]);
  });

  it('may be very many', async () => {
    const list = Array.from({ length: 20_000 }, (_, n) => ({ n, name: `ü${n}` }));
    expect(await readBack(list, 'n integer, name text')).toEqual(list);
  });

  test.each([
    ['a uuid that is none', 'id uuid', { id: '01a218fc-f0b8-756e-9134-923ce72e48cg' }],
    ['a uuid that is too short', 'id uuid', { id: '01a218fc' }],
    ['a uuid without dashes', 'id uuid', { id: '01a218fcf0b8756e9134923ce72e48cb1234' }],
    ['a fraction of an integer', 'n integer', { n: 1.5 }],
    ['an integer that is too large', 'n integer', { n: 2_147_483_648 }],
    ['a fraction of a bigint', 'many bigint', { many: 1.5 }],
  ])('are refused with %s', async (_, columns, row) => {
    await expect(readBack([row], columns)).rejects.toThrow(RangeError);
  });
});

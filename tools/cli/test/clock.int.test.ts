import { migrateUp } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

interface Reading {
  readonly campaignTime: string;
  readonly rate: number;
  readonly realTime: string;
}

let database: OwnedDatabase;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url, SENDGRID_BASE_URL: 'http://127.0.0.1:9999' };
  await migrateUp(database.url);
});
afterAll(() => database.drop());

const show = () => answerOf<Reading>(['clock', 'show'], env);
const ahead = ({ campaignTime, realTime }: Reading) =>
  Date.parse(campaignTime) - Date.parse(realTime);

test('real time by default; base and rate can be set, each by itself', async () => {
  const real = await show();
  expect(real.rate).toBe(1);
  expect(Math.abs(ahead(real))).toBeLessThan(1000);

  const start = '2031-03-30T00:30:00Z';
  const moved = await answerOf<Reading>(['clock', 'set', '--now', start], env);
  expect(moved.rate).toBe(1);
  expect(Date.parse(moved.campaignTime) - Date.parse(start)).toBeLessThan(60_000);

  const faster = await answerOf<Reading>(['clock', 'set', '--rate', '3600'], env);
  const later = await show();
  const passed = (Date.parse(later.realTime) - Date.parse(faster.realTime)) * 3600;
  const seen = Date.parse(later.campaignTime) - Date.parse(faster.campaignTime);
  expect(Math.abs(seen - passed)).toBeLessThan(60_000);

  const back = await cadenza(['clock', 'set', '--rate', '1', '--now', 'real'], env);
  expect(back.code).toBe(0);
  expect(back.err).toMatch(/^campaign time went back by \d+ s\n$/);
  expect(Math.abs(ahead(await show()))).toBeLessThan(1000);
});

test('fast motion is refused with the real SendGrid, and the clock stays as it was', async () => {
  const { code, err } = await cadenza(['clock', 'set', '--rate', '60'], {
    DATABASE_OWNER_URL: database.url,
  });
  expect(code).toBe(1);
  expect(err).toContain('clock rate: 60 was found, expected 1 with https://api.sendgrid.com');
  expect((await show()).rate).toBe(1);
});

import type { AudienceFilter } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import { soughtContacts } from './sought-contacts.ts';

const title: AudienceFilter = { where: 'title', contains: 'engineer' };
const one = (filter: AudienceFilter, times: number): AudienceFilter => ({
  where: 'any',
  of: Array.from({ length: times }, () => filter),
});
const names = (count: number) => Array.from({ length: count }, (_, n) => `Name ${n}`);

describe('a page goes through the fewer contacts the more is asked of each', () => {
  it.each<[string, AudienceFilter, number]>([
    ['one condition', title, 10_000],
    ['four', one(title, 4), 2_500],
    ['one that looks into another table', { where: 'phone', known: true }, 1_000],
    ['a list of few values', { where: 'firstName', is: names(2) }, 9_615],
    ['a list of 1,000', { where: 'firstName', is: names(1_000) }, 476],
    ['one of own values', { where: 'custom', key: 'name', is: names(1_000) }, 476],
    ['many of them', one({ where: 'lastName', is: names(1_000) }, 50), 100],
    ['what is not so', { where: 'not', of: { where: 'title', is: names(450) } }, 1_000],
  ])('%s', (_name, filter, contacts) => {
    expect(soughtContacts(filter)).toBe(contacts);
  });
});

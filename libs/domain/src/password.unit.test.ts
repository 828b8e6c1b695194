import { describe, expect, it } from 'vitest';
import { passwordFlaw } from './index.ts';

const EMAIL = 'ada.lovelace@example.com';

describe('a password', () => {
  it.each([
    'a long enough one',
    'ÄÖÜ äöü ß — é',
    'correct horse battery staple',
    '🐴🔋📎🐎 horse 12',
    'no digits no signs no capitals',
    'ada.lovelace and something more',
  ])('may be %j', (password) => {
    expect(passwordFlaw(password, EMAIL)).toBeNull();
  });

  it.each([
    ['eleven char', '12 to 200 characters'],
    ['🐴'.repeat(11), '12 to 200 characters'],
    ['ab'.repeat(101), '12 to 200 characters'],
    ['aaaaaaaaaaaa', 'more than a few characters over and over'],
    ['abcdabcdabcd', 'more than a few characters over and over'],
    ['ADA.LOVELACE@example.com', 'another one than the address'],
    ['ada.lovelace1815!', 'another one than the address'],
    ['Password12345', 'one that is not among the first that anybody tries'],
    ['ｐａｓｓｗｏｒｄ12345', 'one that is not among the first that anybody tries'],
    ['123456789012', 'one that is not among the first that anybody tries'],
    ['qwertyuiopasdf', 'one that is not among the first that anybody tries'],
    ['lkjhgfdsapoiuytrewq', 'one that is not among the first that anybody tries'],
    ['passwordpassword', 'one that is not among the first that anybody tries'],
  ])('may not be %j: expected %s', (password, flaw) => {
    expect(passwordFlaw(password, EMAIL)).toBe(flaw);
  });
});

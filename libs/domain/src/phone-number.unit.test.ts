import { expect, test } from 'vitest';
import { normalizePhone } from './phone-number.ts';

test.each([
  ['+12025550100', '+12025550100'],
  [' +1 (202) 555-0100 ', '+12025550100'],
  ['+49 30 1234567', '+49301234567'],
  ['+49\u00a030\u00a01234567', '+49301234567'],
  ['+44 7700 900123', '+447700900123'],
])('%j is a number', (text, expected) => {
  expect(normalizePhone(text)).toBe(expected);
  expect(normalizePhone(expected)).toBe(expected);
});

test.each([
  ['without a country code', '030 1234567'],
  ['too short for its country', '+1 202 555'],
  ['too long for its country', '+1 202 555 01000'],
  ['of no country', '+999 1234567'],
  ['with an extension', '+12025550100 ext. 7'],
  ['letters', '+1 800 FLOWERS and more'],
  ['a number in a text', 'call +12025550100'],
  ['empty', ''],
  ['endless', `+1${'0'.repeat(1_000)}`],
])('%s is none', (_, text) => {
  expect(normalizePhone(text)).toBeNull();
});

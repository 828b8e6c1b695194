import { describe, expect, test } from 'vitest';
import { personPattern } from './index.ts';

const found = (address: string, text: string) => new RegExp(personPattern(address), 'i').test(text);

describe('an address is found', () => {
  test.each([
    'ada@example.com',
    'Ada@Example.COM',
    'write to ada@example.com.',
    '"email":"ada@example.com"',
    String.raw`550 5.1.1\nada@example.com: unknown`,
    'https://example.org/?u=ada%40example.com&x=1',
    'mailto%3Aada%40example.com',
    String.raw`ada\u0040example.com`,
    'bounces+12-ada=example.com@em.example.net',
    '<ada@example.com>',
  ])('in %s', (text) => {
    expect(found('ada@example.com', text)).toBe(true);
  });

  test('with a plus, as it stands and in a URL', () => {
    expect(found('ada+news@example.com', 'ada+news@example.com')).toBe(true);
    expect(found('ada+news@example.com', '?e=ada%2Bnews%40example.com')).toBe(true);
  });

  test('as a phone number', () => {
    expect(found('+49301234567', 'call +49301234567 now')).toBe(true);
    expect(found('+49301234567', '+493012345678')).toBe(false);
  });
});

test.each([
  'nada@example.com',
  'mary-ada@example.com',
  'x.ada@example.com',
  'ada@example.com.au',
  'ada@example.company',
  'ada@sub.example.com',
  'ada@exampleXcom',
])('nobody else is taken for them: %s', (text) => {
  expect(found('ada@example.com', text)).toBe(false);
});

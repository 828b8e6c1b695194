import { describe, expect, test } from 'vitest';
import { isBlobKey } from './blob-store.ts';

describe('a key of a blob store', () => {
  test.each(['a', 'inbound/2026-01-14/0197.raw', 'a/b/c', '..a', 'a.', `${'a'.repeat(100)}`])(
    'can be %s',
    (key) => expect(isBlobKey(key)).toBe(true),
  );

  test.each([
    '',
    '.',
    '..',
    '...',
    '../a',
    'a/../b',
    'a/./b',
    '/a',
    'a/',
    'a//b',
    'a\\b',
    'a b',
    'a\0b',
    'a\n',
    'C:',
    'ä',
    'a'.repeat(101),
    `${'a/'.repeat(250)}a`,
  ])('cannot be %j', (key) => expect(isBlobKey(key)).toBe(false));
});

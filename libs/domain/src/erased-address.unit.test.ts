import { expect, test } from 'vitest';
import { createStandIn, isEmailAddress, isErasedAddress } from './index.ts';

const standIn = createStandIn('a secret for tests, of 32 bytes or more');

test('an address always has the same stand-in, another one another, and so has another secret', () => {
  const ada = standIn('ada@example.com');
  expect(standIn('ada@example.com')).toBe(ada);
  expect(standIn('bob@example.com')).not.toBe(ada);
  expect(createStandIn('another secret for tests, of 32 bytes')('ada@example.com')).not.toBe(ada);
});

test('a stand-in has the form of an address, says nothing of it, and stands for itself', () => {
  const ada = standIn('ada@example.com');
  expect(isEmailAddress(ada)).toBe(true);
  expect(ada).not.toContain('ada@');
  expect(isErasedAddress(ada)).toBe(true);
  expect(isErasedAddress('ada@example.com')).toBe(false);
  expect(standIn(ada)).toBe(ada);
});

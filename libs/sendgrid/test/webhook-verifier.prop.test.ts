import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWebhookVerifier } from '../src/index.ts';
import { PUBLIC_VECTOR, VECTOR_NOW } from './public-vector.ts';

const { publicKey, ...delivery } = PUBLIC_VECTOR;
const verifier = createWebhookVerifier(publicKey);

test('no single changed byte of the body is accepted', () => {
  for (let index = 0; index < delivery.rawBody.length; index++) {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), (difference) => {
        const rawBody = Buffer.from(delivery.rawBody);
        rawBody[index] = (rawBody[index] ?? 0) ^ difference;
        expect(verifier.verify({ ...delivery, rawBody, now: VECTOR_NOW }).ok).toBe(false);
      }),
      { numRuns: 5 },
    );
  }
});

test.each(['signature', 'timestamp'] as const)(
  'no other character of the %s is accepted',
  (field) => {
    const original = delivery[field];
    for (let index = 0; index < original.length; index++) {
      fc.assert(
        fc.property(
          fc.constantFrom(
            ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \n',
          ),
          (character) => {
            fc.pre(character !== original[index]);
            const changed = original.slice(0, index) + character + original.slice(index + 1);
            const attempt = { ...delivery, [field]: changed, now: VECTOR_NOW };
            expect(verifier.verify(attempt).ok).toBe(false);
          },
        ),
        { numRuns: 8 },
      );
    }
  },
);

test('nothing makes it throw', () => {
  fc.assert(
    fc.property(
      fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      fc.uint8Array(),
      (signature, timestamp, rawBody) => {
        expect(verifier.verify({ signature, timestamp, rawBody, now: VECTOR_NOW }).ok).toBe(false);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 72 }), (der) => {
      const signature = Buffer.from(der).toString('base64');
      expect(verifier.verify({ ...delivery, signature, now: VECTOR_NOW }).ok).toBe(false);
    }),
  );
});

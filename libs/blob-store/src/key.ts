import { InvalidInputError, isBlobKey, showValue } from '@cadenza/domain';

/** @throws InvalidInputError where a text is no key, and could name something outside the store. */
export function assertBlobKey(key: string): void {
  if (isBlobKey(key)) return;
  throw new InvalidInputError('invalid blob key', [
    {
      path: 'key',
      code: 'invalid_key',
      message: `expected parts of A-Z a-z 0-9 . _ - between slashes, got ${showValue(key)}`,
    },
  ]);
}

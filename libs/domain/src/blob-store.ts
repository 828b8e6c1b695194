/**
 * The port to which large files go: mail as it came, and what was attached to it. A key is made of
 * parts with slashes between them, each of 1 to 100 letters, digits, `.`, `_` and `-` and none of
 * dots alone, 500 characters in all at most.
 */
export interface BlobStore {
  /**
   * Keeps bytes under a key, in place of what was there. Once this resolves they are there to stay;
   * where the bytes end with an error nothing of them is kept.
   *
   * @throws InvalidInputError for a key out of form, what the bytes threw, or what the store said
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * What is kept under a key, to be read once; null where there is nothing.
   *
   * @throws InvalidInputError for a key out of form, or what the store said
   */
  get(key: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Keys under which something has been kept since before a time (real milliseconds since 1970). */
  keptSinceBefore(atMs: number): AsyncIterable<string>;
  /** Forgets what is kept under a key; no error where there is nothing. */
  delete(key: string): Promise<void>;
}

const PART = /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/;
const MAX_LENGTH = 500;

/** Whether a text can be a key of a {@link BlobStore}: none leads out of the store. */
export function isBlobKey(text: string): boolean {
  return text.length <= MAX_LENGTH && text.split('/').every((part) => PART.test(part));
}

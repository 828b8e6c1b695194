import { InvalidInputError } from '@cadenza/domain';
import { randomBytes } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.ts';
import { boundTo, type SecretBinding } from './binding.ts';
import { ENCRYPTION_KEYS_EXPECTED, isKey, readyKey, type EncryptionKey } from './keys.ts';
import { readSealed, writeSealed, type KeyMark, type SealedParts } from './sealed.ts';
import { SecretError, type SecretFault } from './secret-error.ts';

/** Seals and opens secrets with the keys of an installation. */
export interface SecretBox {
  /** The key that seals. */
  readonly current: KeyMark;
  /** Whether it has the key of a mark: false means that nothing under it can be opened. */
  holds(mark: KeyMark): boolean;
  /** @returns a text for the database: `v1.<key id>.…`, in letters, digits, `.`, `_` and `-`. */
  seal(secret: string, binding: SecretBinding): string;
  /** @throws SecretError */
  open(sealed: string, binding: SecretBinding): string;
  /**
   * The same secret under the current key. The data key alone is decrypted, never the secret.
   *
   * @throws SecretError
   */
  rewrap(sealed: string, binding: SecretBinding): string;
}

/**
 * A box with keys, the first of which seals while all of them open. Each secret is encrypted with a
 * data key of its own (AES-256-GCM), which the first key wraps (the same); both are bound to tenant,
 * purpose and row.
 *
 * @throws InvalidInputError for keys that are none, of which it shows nothing.
 */
export function createSecretBox(given: readonly EncryptionKey[]): SecretBox {
  const keys = new Map(given.filter(isKey).map((key) => [key.id, readyKey(key)]));
  const [first] = keys.values();
  if (first === undefined || keys.size !== given.length) {
    const message = `keys were found that cannot be used, expected ${ENCRYPTION_KEYS_EXPECTED}`;
    throw new InvalidInputError('encryption keys refused', [
      { path: 'keys', code: 'bad_value', message },
    ]);
  }
  const current = { keyId: first.id, check: first.check };

  function wrap(dataKey: Buffer, ciphertext: Buffer, binding: SecretBinding): string {
    const bound = boundTo(binding, 'key', current.keyId);
    return writeSealed({
      ...current,
      wrappedKey: encrypt(readyOf(current.keyId).secret, dataKey, bound),
      ciphertext,
    });
  }

  function readyOf(keyId: string) {
    const ready = keys.get(keyId);
    if (ready === undefined) throw new Error(`there is no key ${keyId} in the box`);
    return ready;
  }

  function unwrap(sealed: string, binding: SecretBinding): SealedParts & { dataKey: Buffer } {
    const fail = (fault: SecretFault, reason: string) => new SecretError(fault, binding, reason);
    const parts = readSealed(sealed);
    if (parts === null) throw fail('malformed', 'what is stored is no sealed secret');
    const { keyId, check } = parts;
    const key = keys.get(keyId);
    if (key === undefined) {
      const ids = [...keys.keys()].join(', ');
      throw fail('unknown_key', `the key ${keyId} has sealed it, and only these are given: ${ids}`);
    }
    if (key.check !== check) {
      throw fail('wrong_key', `the key ${keyId} is another one than the one that has sealed it`);
    }
    const dataKey = decrypt(key.secret, parts.wrappedKey, boundTo(binding, 'key', keyId));
    if (dataKey === null) throw fail('not_authentic', NOT_AUTHENTIC);
    return { ...parts, dataKey };
  }

  return {
    current,
    holds: ({ keyId, check }) => keys.get(keyId)?.check === check,
    seal(secret, binding) {
      const dataKey = randomBytes(32);
      const plain = Buffer.from(secret);
      return wrap(dataKey, encrypt(dataKey, plain, boundTo(binding, 'secret')), binding);
    },
    open(sealed, binding) {
      const { dataKey, ciphertext } = unwrap(sealed, binding);
      const plain = decrypt(dataKey, ciphertext, boundTo(binding, 'secret'));
      if (plain === null) throw new SecretError('not_authentic', binding, NOT_AUTHENTIC);
      return plain.toString();
    },
    rewrap(sealed, binding) {
      const { dataKey, ciphertext } = unwrap(sealed, binding);
      return wrap(dataKey, ciphertext, binding);
    },
  };
}

const NOT_AUTHENTIC = 'it was altered, or sealed for another tenant, purpose or row';

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A key that wraps data keys, and the name by which what it has wrapped refers to it. */
export interface EncryptionKey {
  /** 1 to 16 of `A-Za-z0-9_-`. */
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: string;
}

/** A key made ready. */
export interface ReadyKey {
  readonly id: string;
  readonly secret: KeyObject;
  /** Tells keys of one id apart without showing them; 11 characters of base64url. */
  readonly check: string;
}

const ID = /^[A-Za-z0-9_-]{1,16}$/;
/** 32 bytes are 43 characters of base64 and one of padding, which may be left out. */
const KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Completes the sentence "expected …". */
export const ENCRYPTION_KEYS_EXPECTED =
  '<key id>:<32 bytes in base64>, further ones after commas, each id once; the first one seals, ' +
  'the others still open';

/** Keys as `id:base64` after commas. @returns null where the text is none. */
export function parseEncryptionKeys(text: string): readonly EncryptionKey[] | null {
  const keys = text.split(',').map((part): EncryptionKey => {
    const colon = part.indexOf(':');
    return { id: part.slice(0, Math.max(colon, 0)).trim(), key: part.slice(colon + 1).trim() };
  });
  const ids = new Set(keys.map(({ id }) => id));
  return ids.size === keys.length && keys.every(isKey) ? keys : null;
}

export function isKey({ id, key }: EncryptionKey): boolean {
  return ID.test(id) && KEY.test(key) && Buffer.from(key, 'base64').length === 32;
}

/** @param key one that `isKey` takes. */
export function readyKey({ id, key }: EncryptionKey): ReadyKey {
  const bytes = Buffer.from(key, 'base64');
  const check = createHmac('sha256', bytes).update('cadenza key check').digest();
  return {
    id,
    secret: createSecretKey(bytes),
    check: check.subarray(0, 8).toString('base64url'),
  };
}

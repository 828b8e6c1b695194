/** Which key has wrapped the data key of a sealed secret. */
export interface KeyMark {
  readonly keyId: string;
  /** Tells keys of one id apart without showing them. */
  readonly check: string;
}

/** A sealed secret taken apart. */
export interface SealedParts extends KeyMark {
  readonly wrappedKey: Buffer;
  readonly ciphertext: Buffer;
}

/** `v1.<key id>.<key check>.<wrapped data key>.<secret>`, the last two in base64url. */
const SEALED =
  /^v1\.([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{80})\.([A-Za-z0-9_-]{38,})$/;

export function writeSealed({ keyId, check, wrappedKey, ciphertext }: SealedParts): string {
  return [
    'v1',
    keyId,
    check,
    wrappedKey.toString('base64url'),
    ciphertext.toString('base64url'),
  ].join('.');
}

/** @returns null where the text is no sealed secret. */
export function readSealed(sealed: string): SealedParts | null {
  const [, keyId, check, wrappedKey, ciphertext] = SEALED.exec(sealed) ?? [];
  if (keyId === undefined || check === undefined) return null;
  if (wrappedKey === undefined || ciphertext === undefined) return null;
  return {
    keyId,
    check,
    wrappedKey: Buffer.from(wrappedKey, 'base64url'),
    ciphertext: Buffer.from(ciphertext, 'base64url'),
  };
}

/** The key that a sealed secret names; null where the text is none, or not the beginning of one. */
export function keyMarkOf(sealed: string): KeyMark | null {
  const [, keyId, check] =
    /^v1\.([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{11})(?:\.|$)/.exec(sealed) ?? [];
  return keyId === undefined || check === undefined ? null : { keyId, check };
}

import { createCipheriv, createDecipheriv, randomBytes, type CipherKey } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** Bytes, as NIST SP 800-38D §5.2.1.1 recommends. */
const NONCE = 12;
/** Bytes: the whole tag. Shorter ones are refused. */
const TAG = 16;

/** @returns a random nonce, the ciphertext and the tag, one after another. */
export function encrypt(key: CipherKey, plain: Buffer, bound: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG });
  cipher.setAAD(bound);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** @returns null where it was altered, or encrypted with another key or other bound data. */
export function decrypt(key: CipherKey, sealed: Buffer, bound: Buffer): Buffer | null {
  if (sealed.length < NONCE + TAG) return null;
  const nonce = sealed.subarray(0, NONCE);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG });
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(-TAG));
  const body = decipher.update(sealed.subarray(NONCE, -TAG));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    // Node's own message does not say more: the tag does not fit.
    return null;
  }
}

import { createHash } from 'node:crypto';

/** By what people recognise a secret that cannot be read again. */
export interface SecretShown {
  readonly lastFour: string;
  /** The first 12 hexadecimal digits of its SHA-256. */
  readonly fingerprint: string;
}

/**
 * What is shown of a secret of some 40 random characters or more: of a shorter one the fingerprint
 * could be guessed back.
 */
export function secretShown(secret: string): SecretShown {
  const digest = createHash('sha256').update(secret).digest('hex');
  return { lastFour: secret.slice(-4), fingerprint: digest.slice(0, 12) };
}

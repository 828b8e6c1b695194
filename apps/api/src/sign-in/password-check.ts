import {
  digestOfPassword,
  findPasswordHash,
  isPassword,
  NOBODYS_PASSWORD,
  type Database,
} from '@cadenza/database';
import { createGate } from '../http/gate.ts';

/** Each takes 128 MiB while it lasts, some tenths of a second, and a thread of four. */
const BOUNDS = {
  atOnce: 2,
  waiting: 20,
  refusal: 'Too many sign in at this moment. Try again later.',
};

/**
 * Whether a password is that of an address: for an address that has none, the same work is done. It
 * throws HttpProblem where too many are being compared.
 *
 * @returns what looks: the digest of the password that it found, or null where that is another one.
 */
export function passwordCheck(
  db: Database,
): (email: string, password: string) => Promise<Buffer | null> {
  const gate = createGate(BOUNDS);
  return async (email, password) => {
    const stored = await findPasswordHash(db, email);
    const matches = await gate(() => isPassword(password, stored ?? NOBODYS_PASSWORD));
    return matches && stored !== null ? digestOfPassword(stored) : null;
  };
}

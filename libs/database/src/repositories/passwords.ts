import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';

/**
 * OWASP's first choice for scrypt (Password Storage Cheat Sheet): 128 MiB and some tenths of a second
 * for each hash. Whoever makes many at once bounds how many.
 */
const COST = { ln: 17, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** The PHC string format, with the parameters in it, so that they can be raised later. */
const STORED =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** What is stored of a password: itself it is kept nowhere. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derived(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${base64(salt)}$${base64(hash)}`;
}

/** Whether a password is the one that was stored. @throws Error where no hash of a password was. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = STORED.exec(stored) ?? [];
  if (ln === undefined) throw new Error('what is stored in the place of a password is no hash');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(expected, await derived(password, Buffer.from(salt, 'base64'), cost));
}

/** As long to compare as any password, and the one of nobody: for an address that has none. */
export const NOBODYS_PASSWORD = `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function derived(
  password: string,
  salt: Buffer,
  { ln, r, p }: { readonly ln: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    // Composed and decomposed letters look alike, and are typed alike (NIST SP 800-63B §3.1.1.2).
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** The hash of an address's password, or null where it has none. @param email normalised */
export async function findPasswordHash(db: Database, email: string): Promise<string | null> {
  const { rows } = await sql<{ password_hash: string }>`
    SELECT password_hash FROM password_of_address(${email})`.execute(db);
  return rows[0]?.password_hash ?? null;
}

/**
 * Stores the hash of an address's password. Passwords belong to people, whichever tenants they are users
 * of: this is for a transaction as the role that looks across tenants.
 *
 * @param email normalised
 */
export async function setPasswordHash(
  trx: Transaction<Schema>,
  email: string,
  passwordHash: string,
): Promise<void> {
  await sql`
    INSERT INTO passwords (email, password_hash) VALUES (${email}, ${passwordHash})
    ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash`.execute(trx);
}

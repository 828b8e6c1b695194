import { newId, type Id } from '@cadenza/domain';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';

/** What a key may be used for: reading alone, or changing things too. */
export const API_SCOPES = ['read', 'write'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

export interface NewApiKey {
  /** The whole key. Shown once, and kept nowhere. */
  readonly key: string;
  /** The part by which people recognise a key; no secret. */
  readonly prefix: string;
  /** SHA-256 of the key, which is what is stored. */
  readonly hash: Buffer;
}

export type ParsedApiKey = Pick<NewApiKey, 'prefix' | 'hash'>;

const PREFIX_CHARS = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 characters of base64url are 256 random bits. */
const KEY = /^(cdz_([0-9a-z]{8})_[A-Za-z0-9_-]{43})_([0-9A-Za-z]{6})$/;

/** A new key: `cdz_<8 characters of prefix>_<43 random>_<6 of checksum>`. */
export function createApiKey(): NewApiKey {
  const prefix = Array.from({ length: 8 }, () => PREFIX_CHARS[randomInt(36)]).join('');
  const body = `cdz_${prefix}_${randomBytes(32).toString('base64url')}`;
  const key = `${body}_${checksum(body)}`;
  return { key, prefix, hash: hashOf(key) };
}

/**
 * The parts of a key, or null where it cannot be one: the checksum lets a mistyped key be refused
 * without asking the database.
 */
export function parseApiKey(text: string): ParsedApiKey | null {
  const [, body, prefix, sum] = KEY.exec(text) ?? [];
  if (body === undefined || prefix === undefined || checksum(body) !== sum) return null;
  return { prefix, hash: hashOf(text) };
}

/** CRC-32 in six digits of base 62: enough for 2^32, and no part of the secret. */
function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let i = 0; i < 6; i += 1) {
    digits = `${BASE62[rest % 62] ?? ''}${digits}`;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Stores a key of a tenant. @returns its id. */
export async function insertApiKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  key: Pick<NewApiKey, 'prefix' | 'hash'> & {
    /** What people call it. */
    readonly name: string;
    /** All scopes by default. */
    readonly scopes?: readonly ApiScope[];
    /** Null, the default, for a key that does not expire. */
    readonly expiresAt?: Date | null;
  },
): Promise<Id> {
  const id = newId();
  await trx
    .insertInto('api_keys')
    .values({
      tenant_id: tenantId,
      id,
      name: key.name,
      prefix: key.prefix,
      key_hash: key.hash,
      scopes: [...(key.scopes ?? API_SCOPES)],
      expires_at: key.expiresAt ?? null,
    })
    .execute();
  return id;
}

/** Whom a key stands for. */
export interface AuthenticatedKey {
  readonly tenantId: Id;
  readonly keyId: Id;
  readonly scopes: readonly string[];
}

/**
 * The holder of a key by its hash; null where it is unknown, revoked or expired. The one look-up
 * that needs no tenant: a function of the claiming role answers it.
 */
export async function authenticateApiKey(
  db: Database,
  hash: Buffer,
): Promise<AuthenticatedKey | null> {
  const { rows } = await sql<{ tenant_id: Id; key_id: Id; scopes: string[] }>`
    SELECT * FROM authenticate_api_key(${hash})`.execute(db);
  const row = rows[0];
  return row === undefined
    ? null
    : { tenantId: row.tenant_id, keyId: row.key_id, scopes: row.scopes };
}

import { API_SCOPES, isId, newId, type ApiScope, type Id } from '@cadenza/domain';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';

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
    readonly expiresAt?: Date | null | undefined;
    /** Null, the default, for as many as the installation lets any key. */
    readonly requestsPerMinute?: number | null | undefined;
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
      requests_per_minute: key.requestsPerMinute ?? null,
    })
    .execute();
  return id;
}

/** A key as people see it. */
export interface ApiKeyRecord {
  readonly id: Id;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Requests of the API that it may make in a minute; null: as many as the installation lets any. */
  readonly requestsPerMinute: number | null;
  /** The key that was put in its place. */
  readonly replacedBy: Id | null;
}

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'scopes',
  'requests_per_minute as requestsPerMinute',
  'replaced_by as replacedBy',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
] as const;

/** The keys of a tenant, oldest first, those that have ended too. */
export function listApiKeys(trx: Transaction<Schema>, tenantId: Id): Promise<ApiKeyRecord[]> {
  return trx
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
}

/** A key, though it has ended; null where the tenant has none of this id. */
export async function findApiKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<ApiKeyRecord | null> {
  const key = await trx
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return key ?? null;
}

/**
 * Whether a key is still valid, by the database's clock.
 *
 * @param forChange whether it shall stay so until the transaction ends: whoever revokes it waits.
 */
export async function apiKeyHolds(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  forChange = false,
): Promise<boolean> {
  const row = await trx
    .selectFrom('api_keys')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((eb) =>
      eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`clock_timestamp()`)]),
    )
    .$if(forChange, (query) => query.forKeyShare())
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The keys that an id or a prefix means: one, or none, or several that begin alike. They are locked,
 * so that what is decided about them still holds when they are changed, and so that nobody gives access
 * by a key while it is being revoked (see `apiKeyHolds`).
 */
export function lockApiKeys(
  trx: Transaction<Schema>,
  tenantId: Id,
  idOrPrefix: string,
): Promise<ApiKeyRecord[]> {
  return trx
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .where(isId(idOrPrefix) ? 'id' : 'prefix', '=', idOrPrefix)
    .forUpdate()
    .execute();
}

/** Ends a key at once. One that was revoked before keeps the time of that. */
export function revokeApiKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<ApiKeyRecord> {
  return trx
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/**
 * Puts a key in the place of another: with its name, scopes and limit. The former ends after the
 * overlap, in real milliseconds, if it does not end before. The new one ends when the former was to, or,
 * where it is `renewed`, lasts for as long as that was made to last.
 *
 * @returns null where the former has ended, or was replaced before.
 */
export async function rotateApiKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  formerId: Id,
  { prefix, hash }: Pick<NewApiKey, 'prefix' | 'hash'>,
  { overlapMs, renewed }: { readonly overlapMs: number; readonly renewed: boolean },
): Promise<{ readonly former: ApiKeyRecord; readonly successor: ApiKeyRecord } | null> {
  const id = newId();
  await sql`
    INSERT INTO api_keys (tenant_id, id, name, prefix, key_hash, scopes, requests_per_minute,
      expires_at)
    SELECT tenant_id, ${id}, name, ${prefix}, ${hash}, scopes, requests_per_minute,
      CASE WHEN ${renewed} THEN now() + (expires_at - created_at) ELSE expires_at END
    FROM api_keys
    WHERE tenant_id = ${tenantId} AND id = ${formerId} AND revoked_at IS NULL
      AND replaced_by IS NULL AND coalesce(expires_at > now(), true)
    FOR NO KEY UPDATE`.execute(trx);
  const [successor] = await lockApiKeys(trx, tenantId, id);
  if (successor === undefined) return null;
  const former = await trx
    .updateTable('api_keys')
    .set({
      replaced_by: id,
      expires_at: sql<Date>`least(expires_at, now() + ${overlapMs} * interval '1 millisecond')`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', formerId)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return { former, successor };
}

/** Changes what is given: a key's name, and its limit. @returns null where there is no such key. */
export async function updateApiKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { name, requestsPerMinute }: Changes<Pick<ApiKeyRecord, 'name' | 'requestsPerMinute'>>,
): Promise<ApiKeyRecord | null> {
  const changed = await trx
    .updateTable('api_keys')
    .set({
      updated_at: sql<Date>`now()`,
      ...definedOnly({ name, requests_per_minute: requestsPerMinute }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  return changed ?? null;
}

/** Whom a key stands for. */
export interface AuthenticatedKey {
  readonly tenantId: Id;
  readonly keyId: Id;
  readonly scopes: readonly string[];
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  /** Requests in a minute, of the key and of its whole tenant; null: as the installation has it. */
  readonly requestsPerMinute: { readonly key: number | null; readonly tenant: number | null };
}

/**
 * The holder of a key by its hash; null where it is unknown, revoked or expired. The one look-up
 * that needs no tenant: a function of the claiming role answers it.
 */
export async function authenticateApiKey(
  db: Database,
  hash: Buffer,
): Promise<AuthenticatedKey | null> {
  const { rows } = await sql<{
    tenant_id: Id;
    key_id: Id;
    scopes: string[];
    key_requests_per_minute: number | null;
    tenant_requests_per_minute: number | null;
    expires_at: Date | null;
  }>`SELECT * FROM authenticate_api_key(${hash})`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    tenantId: row.tenant_id,
    keyId: row.key_id,
    scopes: row.scopes,
    expiresAt: row.expires_at,
    requestsPerMinute: {
      key: row.key_requests_per_minute,
      tenant: row.tenant_requests_per_minute,
    },
  };
}

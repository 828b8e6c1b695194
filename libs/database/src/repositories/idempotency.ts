import { newId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** A request that says by a key that it is to be carried out once, however often it comes. */
export interface IdempotentRequest {
  readonly tenantId: Id;
  /** As the client chose it, of 1 to 255 characters. */
  readonly key: string;
  /** SHA-256 of what the request is for: method, path and query. */
  readonly targetHash: Buffer;
  /** SHA-256 of its body; null where that comes as a stream, and is known at its end. */
  readonly bodyHash: Buffer | null;
}

/** An answer as it is given again. */
export interface KeptAnswer {
  /** 200 to 499: what went wrong here is tried again. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: the answer was for one reading alone. */
  readonly body: string | null;
}

/** A key that this holder, and nobody else, may answer. */
export interface HeldKey {
  readonly tenantId: Id;
  readonly key: string;
  readonly holder: Id;
}

export type KeyClaim =
  | { readonly kind: 'held'; readonly held: HeldKey }
  | { readonly kind: 'under_way' }
  /** The key was used for something else. */
  | { readonly kind: 'other_request' }
  /** `bodyHash` is of the first request's body, which a streamed one is still to be held against. */
  | { readonly kind: 'answered'; readonly bodyHash: Buffer; readonly answer: KeptAnswer };

/**
 * Takes a key, or tells what became of the request that has it. One that has expired, or whose holder
 * did not come back to the same request in time, is taken anew.
 *
 * @param times real milliseconds: how long it is held unless it is renewed, and how long it is kept.
 */
export async function claimIdempotencyKey(
  trx: Transaction<Schema>,
  { tenantId, key, targetHash, bodyHash }: IdempotentRequest,
  times: { readonly leaseMs: number; readonly keptMs: number },
): Promise<KeyClaim> {
  const holder = newId();
  const taken = await sql`
    INSERT INTO idempotency_keys AS k
      (tenant_id, key, target_hash, body_hash, holder, held_until, expires_at)
    VALUES (${tenantId}, ${key}, ${targetHash}, ${bodyHash}, ${holder},
      clock_timestamp() + ${times.leaseMs} * interval '1 millisecond',
      clock_timestamp() + ${times.keptMs} * interval '1 millisecond')
    ON CONFLICT (tenant_id, key) DO UPDATE
    SET target_hash = excluded.target_hash, body_hash = excluded.body_hash,
      holder = excluded.holder, held_until = excluded.held_until, expires_at = excluded.expires_at,
      status = NULL, headers = NULL, body = NULL
    WHERE k.expires_at <= clock_timestamp()
      OR (k.status IS NULL AND k.held_until <= clock_timestamp()
        AND k.target_hash = excluded.target_hash
        AND k.body_hash IS NOT DISTINCT FROM excluded.body_hash)`.execute(trx);
  if (taken.numAffectedRows === 1n) return { kind: 'held', held: { tenantId, key, holder } };
  const row = await trx
    .selectFrom('idempotency_keys')
    .select(['target_hash', 'body_hash', 'status', 'headers', 'body'])
    .where('tenant_id', '=', tenantId)
    .where('key', '=', key)
    .executeTakeFirst();
  // Given back in between.
  if (row === undefined) return { kind: 'under_way' };
  const sameBody = bodyHash === null || row.body_hash?.equals(bodyHash) === true;
  if (!row.target_hash.equals(targetHash) || !sameBody) return { kind: 'other_request' };
  const { status, headers, body, body_hash: firstHash } = row;
  if (status === null || headers === null || firstHash === null) return { kind: 'under_way' };
  return { kind: 'answered', bodyHash: firstHash, answer: { status, headers, body } };
}

/** Holds a key for so many real milliseconds more, from now on. */
export async function renewIdempotencyKey(
  trx: Transaction<Schema>,
  { tenantId, key, holder }: HeldKey,
  leaseMs: number,
): Promise<void> {
  await sql`
    UPDATE idempotency_keys
    SET held_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    WHERE tenant_id = ${tenantId} AND key = ${key} AND holder = ${holder}
      AND status IS NULL`.execute(trx);
}

/**
 * Holds a key until the transaction ends: meanwhile nobody else takes it.
 *
 * @returns false where it has passed to another holder, or has its answer.
 */
export async function lockHeldKey(
  trx: Transaction<Schema>,
  { tenantId, key, holder }: HeldKey,
): Promise<boolean> {
  const row = await trx
    .selectFrom('idempotency_keys')
    .select('key')
    .where('tenant_id', '=', tenantId)
    .where('key', '=', key)
    .where('holder', '=', holder)
    .where('status', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Keeps the answer to a key's request.
 *
 * @returns false where the key has passed to another holder.
 */
export async function keepAnswer(
  trx: Transaction<Schema>,
  { tenantId, key, holder }: HeldKey,
  { status, headers, body, bodyHash }: KeptAnswer & { readonly bodyHash: Buffer },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('idempotency_keys')
    .set({ status, headers: JSON.stringify(headers), body, body_hash: bodyHash })
    .where('tenant_id', '=', tenantId)
    .where('key', '=', key)
    .where('holder', '=', holder)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Lets go of a key whose request came to nothing, unless it has an answer. */
export async function releaseIdempotencyKey(
  trx: Transaction<Schema>,
  { tenantId, key, holder }: HeldKey,
): Promise<void> {
  await trx
    .deleteFrom('idempotency_keys')
    .where('tenant_id', '=', tenantId)
    .where('key', '=', key)
    .where('holder', '=', holder)
    .where('status', 'is', null)
    .execute();
}

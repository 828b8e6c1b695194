import { newId, type Id } from '@cadenza/domain';
import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from './audit.ts';

/** A secret in the address that a tenant's inbound mail is posted to. Itself it is kept nowhere. */
export interface InboundTokenRecord {
  readonly id: Id;
  readonly name: string;
  readonly createdAt: Date;
}

const COLUMNS = ['id', 'name', 'created_at as createdAt'] as const;

/** SHA-256 of a token, which is what is stored. */
export function hashOfInboundToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The tokens of a tenant, oldest first. Any of them serves. */
export function listInboundTokens(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<InboundTokenRecord[]> {
  return trx
    .selectFrom('inbound_tokens')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
}

export async function inboundTokenHashes(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<readonly Buffer[]> {
  const rows = await trx
    .selectFrom('inbound_tokens')
    .select('token_hash')
    .where('tenant_id', '=', tenantId)
    .execute();
  return rows.map((row) => row.token_hash);
}

/** Makes a token of 256 random bits. @returns it with its record: it is shown this once. */
export async function createInboundToken(
  trx: Transaction<Schema>,
  tenantId: Id,
  { name, actor }: { readonly name: string; readonly actor: string },
): Promise<InboundTokenRecord & { readonly token: string }> {
  const token = `cit_${randomBytes(32).toString('base64url')}`;
  const row = await trx
    .insertInto('inbound_tokens')
    .values({ tenant_id: tenantId, id: newId(), name, token_hash: hashOfInboundToken(token) })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  await note(trx, tenantId, 'inbound_token.created', row, actor);
  return { ...row, token };
}

/** @returns the token that was taken away, or null where the tenant has none of that id. */
export async function deleteInboundToken(
  trx: Transaction<Schema>,
  tenantId: Id,
  { id, actor }: { readonly id: Id; readonly actor: string },
): Promise<InboundTokenRecord | null> {
  const row = await trx
    .deleteFrom('inbound_tokens')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (row === undefined) return null;
  await note(trx, tenantId, 'inbound_token.deleted', row, actor);
  return row;
}

async function note(
  trx: Transaction<Schema>,
  tenantId: Id,
  action: string,
  { id, name }: InboundTokenRecord,
  actor: string,
): Promise<void> {
  const entry = { actor, action, entity: 'inbound_token', entityId: id };
  await recordAudit(trx, tenantId, { ...entry, before: null, after: { name } });
}

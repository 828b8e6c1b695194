import type { Id } from '@cadenza/domain';
import { keyMarkOf, type SecretBinding, type SecretBox } from '@cadenza/secrets';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { sendGridKeyBinding } from './sendgrid-accounts.ts';

/** A column that holds sealed secrets. */
interface SealedColumn {
  readonly table: keyof Schema;
  /** Its name begins with `sealed_`, by which a test finds those that are missing here. */
  readonly column: string;
  /** The column that, with `tenant_id`, names a row. */
  readonly id: string;
  readonly binding: (tenantId: Id, id: Id) => SecretBinding;
}

/** Every column that rotation goes through. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'sendgrid_accounts',
    column: 'sealed_key',
    id: 'tenant_id',
    binding: sendGridKeyBinding,
  },
];

/** Keeps an app from starting that could not open what is stored. */
export class MissingKeyError extends Error {
  constructor(reason: string) {
    super(`ENCRYPTION_KEYS: ${reason}`);
    this.name = 'MissingKeyError';
  }
}

/**
 * Looks whether the keys that have sealed what is stored are all there.
 *
 * @param box null: there are no keys.
 * @throws MissingKeyError naming one that is missing, or another one than the one of its id.
 */
export async function assertSecretsOpen(db: Database, box: SecretBox | null): Promise<void> {
  const { rows } = await sql<{ key_mark: string }>`
    SELECT key_mark FROM secret_keys_in_use()`.execute(db);
  for (const { key_mark: text } of rows) {
    const mark = keyMarkOf(text);
    if (mark !== null && box?.holds(mark) === true) continue;
    const id = mark?.keyId ?? '';
    throw new MissingKeyError(
      box === null
        ? `is not set, expected the key "${id}", which has sealed secrets in the database`
        : `has no key "${id}" that opens what that one has sealed in the database: it is missing, or another`,
    );
  }
}

/** Where rotation goes on in a column. */
export interface RotationPlace {
  readonly tenantId: Id;
  readonly id: Id;
}

export interface RotatedBatch {
  /** Secrets that are under the current key from now on. */
  readonly rotated: number;
  /** Why others do not open; each is left as it is. */
  readonly failures: readonly Error[];
  /** Null: there are no more. */
  readonly next: RotationPlace | null;
}

/**
 * Puts secrets of one column under the current key, in two statements for a batch. What is under it
 * already is not read, so that whoever is interrupted begins again where they were.
 *
 * @param trx of a role that may look across tenants.
 */
export async function rotateSecrets(
  trx: Transaction<Schema>,
  { table, column, id, binding }: SealedColumn,
  box: SecretBox,
  { after, limit }: { readonly after: RotationPlace | null; readonly limit: number },
): Promise<RotatedBatch> {
  const { keyId, check } = box.current;
  const { rows } = await sql<RotationPlace & { sealed: string }>`
    SELECT tenant_id AS "tenantId", ${sql.ref(id)} AS id, ${sql.ref(column)} AS sealed
    FROM ${sql.table(table)}
    WHERE NOT starts_with(${sql.ref(column)}, ${`v1.${keyId}.${check}.`})
      ${after === null ? sql`` : sql`AND (tenant_id, ${sql.ref(id)}) > (${after.tenantId}::uuid, ${after.id}::uuid)`}
    ORDER BY tenant_id, ${sql.ref(id)}
    LIMIT ${limit}
    FOR UPDATE`.execute(trx);
  const failures: Error[] = [];
  const rewrapped = rows.flatMap(({ tenantId, id: rowId, sealed }) => {
    try {
      return [{ tenantId, id: rowId, sealed: box.rewrap(sealed, binding(tenantId, rowId)) }];
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  });
  await sql`
    UPDATE ${sql.table(table)} t SET ${sql.id(column)} = n.sealed
    FROM jsonb_to_recordset(${JSON.stringify(rewrapped)}::jsonb)
      AS n("tenantId" uuid, id uuid, sealed text)
    WHERE t.tenant_id = n."tenantId" AND t.${sql.id(id)} = n.id`.execute(trx);
  const last = rows.at(-1);
  const full = rows.length === limit && last !== undefined;
  return {
    rotated: rewrapped.length,
    failures,
    next: full ? { tenantId: last.tenantId, id: last.id } : null,
  };
}

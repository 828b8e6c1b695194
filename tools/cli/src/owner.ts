import { loadCliConfig, type CliConfig, type CliSecrets, type Environment } from '@cadenza/config';
import {
  createDatabase,
  createPool,
  engineTransaction,
  inTenants,
  withAudit,
  type AuditedEntity,
  type ConnectionOptions,
  type Database,
  type Schema,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import type { EngineStore } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';

/** Connects as the owner for as long as the work takes. */
export function withOwner<T>(
  env: Environment,
  work: (db: Database, config: CliConfig, secrets: CliSecrets) => Promise<T>,
): Promise<T> {
  return connected(env, {}, work);
}

/** The same with the rights of the workers, and no more, for what only they may do. */
export function withWorker<T>(
  env: Environment,
  work: (db: Database, config: CliConfig, secrets: CliSecrets) => Promise<T>,
): Promise<T> {
  return connected(env, { role: 'cadenza_worker', poolSize: 2 }, work);
}

async function connected<T>(
  env: Environment,
  as: Pick<ConnectionOptions, 'role' | 'poolSize'>,
  work: (db: Database, config: CliConfig, secrets: CliSecrets) => Promise<T>,
): Promise<T> {
  const { config, secrets } = loadCliConfig(env);
  const url = secrets.databaseOwnerUrl.reveal();
  const db = createDatabase(
    createPool({ url, poolSize: 1, applicationName: 'cadenza-cli', ...as }),
  );
  try {
    return await work(db, config, secrets);
  } finally {
    await db.destroy();
  }
}

/**
 * Works on one tenant with the rights of the API, and no more: row-level security is forced, so
 * the owner as such sees no rows.
 */
export function asTenant<T>(
  db: Database,
  tenantId: Id,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return inTenants(db, [tenantId], async (trx) => {
    await sql`SET LOCAL ROLE cadenza_api`.execute(trx);
    return work(trx);
  });
}

/** Who did it, in the audit log. */
export const OPERATOR = 'operator';

/** What an operator's word changes, as the audit log names it. */
export interface Operation {
  readonly action: string;
  readonly entity: AuditedEntity;
  readonly id: Id;
}

/**
 * The engine's way in to one tenant, with the rights of the API.
 *
 * @param operation what is written into the audit log with each transaction that changes its row; without,
 *   what the engine does writes there itself.
 */
export function tenantStore(
  db: Database,
  tenantId: Id,
  operation?: Operation,
): Pick<EngineStore, 'transaction'> {
  return {
    transaction: (_tenants, work) =>
      asTenant(db, tenantId, (trx) => {
        const done = () => work(engineTransaction(trx));
        return operation === undefined
          ? done()
          : withAudit(trx, tenantId, { actor: OPERATOR, ...operation }, done);
      }),
  };
}

/** Looks across tenants, as the role that the platform's own functions run as. */
export function acrossTenants<T>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
    return work(trx);
  });
}

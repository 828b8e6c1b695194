import { Migrator, type MigrationResultSet } from 'kysely/migration';
import { createDatabase, createPool } from './connection.ts';
import { MIGRATIONS } from './migrations/index.ts';

export interface MigrationStatus {
  readonly name: string;
  readonly appliedAt: Date | null;
}

async function withMigrator<T>(ownerUrl: string, work: (migrator: Migrator) => Promise<T>) {
  const db = createDatabase(
    createPool({ url: ownerUrl, poolSize: 2, applicationName: 'cadenza-migrate' }),
  );
  try {
    return await work(
      new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } }),
    );
  } finally {
    await db.destroy();
  }
}

function applied({ error, results }: MigrationResultSet): string[] {
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error');
    const name = failed === undefined ? 'a migration' : `migration ${failed.migrationName}`;
    throw new Error(`${name} failed: ${explain(error)}`, { cause: error });
  }
  return (results ?? []).map((result) => result.migrationName);
}

/** PostgreSQL says in the detail and the hint what is lacking: a role's attribute, for one. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given';
  const { detail, hint } = error as { detail?: string; hint?: string };
  return [error.message, detail, hint].filter((part) => part !== undefined).join('. ');
}

/**
 * Applies every migration that is missing, as the owner of the database. Safe to run from several
 * processes at once: the first takes a lock.
 *
 * @returns the names of those applied now.
 * @throws Error naming the migration that failed; it and all after it are not applied.
 */
export function migrateUp(ownerUrl: string): Promise<string[]> {
  return withMigrator(ownerUrl, async (migrator) => applied(await migrator.migrateToLatest()));
}

/** Takes back the newest `steps` migrations. @returns their names. */
export function migrateDown(ownerUrl: string, steps = 1): Promise<string[]> {
  return withMigrator(ownerUrl, async (migrator) => {
    const undone: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      const names = applied(await migrator.migrateDown());
      if (names.length === 0) break;
      undone.push(...names);
    }
    return undone;
  });
}

/** Every migration, with the time at which it was applied. */
export function migrationStatus(ownerUrl: string): Promise<MigrationStatus[]> {
  return withMigrator(ownerUrl, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({
      name,
      appliedAt: executedAt ?? null,
    })),
  );
}

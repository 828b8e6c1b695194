import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import { cadenza } from './cadenza.ts';
import { createOwnedDatabase } from './owned-database.ts';

/** A database of its own, migrated, with one tenant. */
export interface OwnedTenant {
  readonly env: Record<string, string>;
  readonly owner: Database;
  readonly tenantId: string;
  close(): Promise<void>;
}

export async function createOwnedTenant(adminUrl: string): Promise<OwnedTenant> {
  const database = await createOwnedDatabase(adminUrl);
  const env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  const owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  const tenantId = (await cadenza(['tenant', 'create', '--name', 'Acme'], env)).out.trim();
  return {
    env,
    owner,
    tenantId,
    async close() {
      await owner.destroy();
      await database.drop();
    },
  };
}

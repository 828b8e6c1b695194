import { createTestDatabase, databaseUrl, withClient } from '@cadenza/testing';
import { randomBytes } from 'node:crypto';

const ROLES = ['cadenza_api', 'cadenza_worker', 'cadenza_claimer'];

/**
 * An empty database of an owner who is no superuser, so that row-level security binds them, and who
 * has the rights of other roles only on becoming one of them (NOINHERIT). Roles belong to the whole
 * server and may be there already, so the owner is given them. Before PostgreSQL 16 NOINHERIT also
 * withholds what the owner of a database may do in its schema, so the schema is theirs by name.
 */
export async function createOwnedDatabase(adminUrl: string) {
  const database = await createTestDatabase(adminUrl);
  const owner = `cli_owner_${randomBytes(5).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  await withClient(adminUrl, async (client) => {
    await client.query(`CREATE ROLE ${owner} LOGIN NOINHERIT CREATEROLE PASSWORD '${password}'`);
    await client.query(`ALTER DATABASE ${database.name} OWNER TO ${owner}`);
    for (const role of ROLES) {
      await client.query(`
        DO $$ BEGIN CREATE ROLE ${role} NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
      await client.query(`GRANT ${role} TO ${owner} WITH ADMIN OPTION`);
    }
  });
  await withClient(database.url, (client) => client.query(`ALTER SCHEMA public OWNER TO ${owner}`));
  const url = new URL(databaseUrl(adminUrl, database.name));
  url.username = owner;
  url.password = password;
  return {
    url: url.href,
    owner,
    password,
    async drop(): Promise<void> {
      await database.drop();
      await withClient(adminUrl, async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT DISTINCT m.member::regrole::text AS name FROM pg_auth_members m
           WHERE m.grantor = $1::regrole AND m.member <> $1::regrole`,
          [owner],
        );
        for (const { name } of rows) await client.query(`DROP ROLE IF EXISTS ${name}`);
        await client.query(`DROP ROLE ${owner}`);
      });
    },
  };
}

export type OwnedDatabase = Awaited<ReturnType<typeof createOwnedDatabase>>;

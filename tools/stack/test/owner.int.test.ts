import { createDatabase, createPool, inTenants } from '@cadenza/database';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import pg from 'pg';
import { expect, it } from 'vitest';
import { openDatabase } from '../src/postgres.ts';

const TENANT = '01a214ef-7017-7337-a914-cb4328d48a10';
const CONTACT = '01a214ef-7017-7337-a914-cb4328d48a11';

it('an owner who is no superuser sees every tenant, and leaves nothing on the server', async () => {
  const server = await startEmbeddedPostgres({ settings: { fsync: 'off' } });
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  const list = async () => {
    const { rows } = await admin.query<{ name: string }>(`
      SELECT datname AS name FROM pg_database
      UNION ALL SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1`);
    return rows.map(({ name }) => name);
  };
  try {
    await admin.query(`CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'secret'`);
    const before = await list();
    const adminUrl = new URL(server.adminUrl);
    adminUrl.username = 'maker';
    adminUrl.password = 'secret';
    const database = await openDatabase({
      adminUrl: adminUrl.href,
      dataDir: null,
      queueSchema: 'bullmq',
    });
    const apiDb = createDatabase(createPool({ url: database.apiUrl }));
    const db = createDatabase(createPool({ url: database.ownerUrl }));
    await inTenants(apiDb, [TENANT], async (trx) => {
      const named = { id: TENANT, name: 'Example', postal_address: '1 Example Street' };
      await trx.insertInto('tenants').values(named).execute();
      await trx.insertInto('contacts').values({ tenant_id: TENANT, id: CONTACT }).execute();
    });
    const seenByOwner = await db.selectFrom('contacts').select('id').execute();
    const seenByApi = await apiDb.selectFrom('contacts').select('id').execute();
    await Promise.all([apiDb.destroy(), db.destroy()]);
    await database.stop();

    expect(seenByOwner).toEqual([{ id: CONTACT }]);
    expect(seenByApi).toEqual([]);
    expect(await list()).toEqual(before);
  } finally {
    await admin.end();
    await server.stop();
  }
});

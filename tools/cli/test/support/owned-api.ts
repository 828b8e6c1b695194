import { startApi } from '@cadenza/api/start';
import { createLogin, dropLogins, migrateUp } from '@cadenza/database';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cadenza } from './cadenza.ts';
import { createOwnedDatabase } from './owned-database.ts';

/** An API with a database of its own, in which there is a tenant called Acme. */
export interface OwnedApi {
  readonly databaseUrl: string;
  /** The environment of commands of the owner. */
  readonly owner: Readonly<Record<string, string>>;
  readonly url: string;
  /** A folder of its own, for files. */
  readonly folder: string;
  /** Makes a key of Acme's. @param options of `cadenza key create` */
  newKey(...options: readonly string[]): Promise<string>;
  /** Stops the API, and starts it again at the same address. @param meanwhile done in between */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startOwnedApi(adminUrl: string): Promise<OwnedApi> {
  const folder = await mkdtemp(join(tmpdir(), 'cadenza-cli-'));
  const database = await createOwnedDatabase(adminUrl);
  await migrateUp(database.url);
  const login = await createLogin(database.url, { role: 'cadenza_api' });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const settings = {
    DATABASE_URL: login,
    SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey
      .export({ type: 'spki', format: 'der' })
      .toString('base64'),
    PUBLIC_URL: 'http://127.0.0.1',
    UNSUBSCRIBE_SECRET: `k1:${'s'.repeat(44)}`,
    ERASURE_SECRET: 's'.repeat(44),
    HOST: '127.0.0.1',
    PORT: '0',
    HEALTH_PORT: '0',
    LOG_LEVEL: 'info',
    DNS_LOOKUPS: 'off',
    BLOB_DIR: folder,
  };
  let api = await startApi(settings);
  const { port } = api;
  const owner = { DATABASE_OWNER_URL: database.url };
  await cadenza(['tenant', 'create', '--name', 'Acme'], owner);
  return {
    databaseUrl: database.url,
    owner,
    url: `http://127.0.0.1:${port}`,
    folder,
    async newKey(...options) {
      const { out } = await cadenza(['key', 'create', '--tenant', 'Acme', ...options], owner);
      return out.trim();
    },
    async restart(meanwhile) {
      await api.stop();
      await meanwhile();
      api = await startApi({ ...settings, PORT: String(port) });
    },
    async close() {
      await api.stop();
      await database.drop();
      await dropLogins(adminUrl, [decodeURIComponent(new URL(login).username)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

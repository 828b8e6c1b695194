import { createDatabase, createLogin, createPool, migrateUp } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { EMULATOR_API_KEY, startEmulator } from '@cadenza/sendgrid-emulator';
import { startDnsServer, startRedisServer, withClient, type DnsRecords } from '@cadenza/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asTenant } from '../../src/owner.ts';
import { createOwnedDatabase } from './owned-database.ts';

const PUBLIC_URL = 'https://outreach.example.com';
export const SENDER = 'ann@sender.example';
export const DOMAIN = 'sender.example';
const random = () => randomBytes(33).toString('base64');

/**
 * All that an installation stands on, as it should be: a PostgreSQL of its own, since roles and
 * settings are looked at, a Redis, a SendGrid and a DNS server.
 */
export async function startInstallation() {
  const stack = new AsyncDisposableStack();
  const postgres = await startEmbeddedPostgres();
  stack.defer(() => postgres.stop());
  const folder = await mkdtemp(join(tmpdir(), 'cadenza-doctor-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const redis = await startRedisServer({ own: true, dataDir: folder });
  if (!redis.available) throw new Error(redis.reason);
  stack.defer(() => redis.stop());
  const emulator = await startEmulator({
    verifiedDomains: [DOMAIN],
    webhook: { url: `${PUBLIC_URL}/v1/webhooks/sendgrid/events` },
  });
  stack.defer(() => emulator.close());
  const records: Readonly<Record<string, DnsRecords>> = {
    [DOMAIN]: { txt: ['v=spf1 include:sendgrid.net -all'] },
    'sendgrid.net': { txt: ['v=spf1 ip4:192.0.2.0/24 -all'] },
    [`s1._domainkey.${DOMAIN}`]: { cname: 's1.domainkey.u1.wl.sendgrid.invalid' },
    [`s2._domainkey.${DOMAIN}`]: { cname: 's2.domainkey.u1.wl.sendgrid.invalid' },
    [`_dmarc.${DOMAIN}`]: { txt: ['v=DMARC1; p=quarantine'] },
  };
  const dns = await startDnsServer(records);
  stack.defer(() => dns.close());
  const database = await createOwnedDatabase(postgres.adminUrl);
  await migrateUp(database.url);
  const login = await createLogin(database.url, { role: 'cadenza_api' });
  const tenantId = newId();
  const db = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  await asTenant(db, tenantId, async (trx) => {
    await trx
      .insertInto('tenants')
      .values({ id: tenantId, name: 'Acme', postal_address: '1 Example Road, London' })
      .execute();
    await trx
      .insertInto('email_sender_identities')
      .values({ tenant_id: tenantId, id: newId(), email: SENDER, name: 'Ann' })
      .execute();
  });
  await db.destroy();
  return {
    tenantId,
    adminUrl: postgres.adminUrl,
    ownerUrl: database.url,
    owner: database.owner,
    redisUrl: redis.url,
    emulator,
    dns,
    records,
    /** Statements as the administrator, in the installation's database. */
    async run(statement: string): Promise<void> {
      const url = new URL(postgres.adminUrl);
      url.pathname = new URL(database.url).pathname;
      await withClient(url.href, (client) => client.query(statement));
    },
    env: {
      DATABASE_OWNER_URL: database.url,
      DATABASE_URL: login,
      REDIS_URL: redis.url,
      SENDGRID_API_KEY: EMULATOR_API_KEY,
      SENDGRID_BASE_URL: emulator.url,
      SENDGRID_WEBHOOK_PUBLIC_KEY: emulator.publicKey,
      PUBLIC_URL,
      TRUSTED_PROXIES: '10.0.3.7',
      UNSUBSCRIBE_SECRET: `k1:${random()}`,
      ERASURE_SECRET: random(),
      DNS_SERVERS: dns.address,
      DNS_CANARY: 'off',
    } as Readonly<Record<string, string>>,
    close: () => stack.disposeAsync(),
  };
}

export type Installation = Awaited<ReturnType<typeof startInstallation>>;

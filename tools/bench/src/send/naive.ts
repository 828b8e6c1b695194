import { randomBytes } from 'node:crypto';
import { connect } from '../client.ts';
import { startClient } from './client-process.ts';
import { createNaiveTables } from './naive-schema.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';

/** A database for the worker as one would naively write it, with a login of its own. */
export async function openNaiveDatabase(
  adminUrl: string,
): Promise<{ readonly url: string; readonly ownerUrl: string; readonly role: string }> {
  const name = 'naive';
  const password = randomBytes(16).toString('hex');
  const admin = await connect(adminUrl);
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  await admin.end();
  const ownerUrl = new URL(adminUrl);
  ownerUrl.pathname = `/${name}`;
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  const client = await connect(url.href);
  await createNaiveTables(client);
  await client.end();
  return { url: url.href, ownerUrl: ownerUrl.href, role: name };
}

export function naiveSide(servers: Servers, databaseUrl: string): Side {
  let from = 0;
  return {
    name: 'naive',
    timed: 'a BullMQ worker, one job at a time, jobs queued before: first job to last follow-up',
    async open() {
      const client = startClient('./naive-client.ts');
      await client.ask({
        do: 'connect',
        settings: {
          sendGridUrl: servers.emulator.url,
          apiKey: servers.emulator.apiKey,
          concurrency: 1,
          databaseUrl,
          redisUrl: servers.redis.url,
        },
      });
      return {
        processes: { client: client.pid },
        async prepare(count) {
          await client.ask({ do: 'prepare', from, count });
          from += count;
        },
        run: () => client.ask({ do: 'run' }),
        close: () => client.close(),
      };
    },
  };
}

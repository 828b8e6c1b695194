import { startClient } from './client-process.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';

/** The sides that call the provider and do nothing else. */
export function directSide(
  name: 'raw' | 'sendgrid-mail',
  servers: Servers,
  concurrency: number,
): Side {
  return {
    name,
    timed:
      name === 'raw'
        ? 'node:http, kept-alive connections, bodies ready: first request to last answer'
        : '@sendgrid/mail with a kept-alive agent, mails rendered: first call to last answer',
    async open() {
      const client = startClient(`./${name}-client.ts`);
      let from = 0;
      await client.ask({
        do: 'connect',
        settings: {
          sendGridUrl: servers.emulator.url,
          apiKey: servers.emulator.apiKey,
          concurrency,
          databaseUrl: servers.postgres.adminUrl,
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

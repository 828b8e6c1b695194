import { Agent, request } from 'node:http';
import { serveOrders, type ClientSettings } from './client-process.ts';
import { inParallel } from './in-parallel.ts';
import { bodyOf, createMailMaker } from './template.ts';

/** Posts ready-made bodies over kept-alive connections, and does nothing else. */
serveOrders(async ({ sendGridUrl, apiKey, concurrency }: ClientSettings) => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const url = new URL('/v3/mail/send', sendGridUrl);
  const mail = createMailMaker();
  let bodies: Buffer[] = [];

  function post(body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'content-length': body.length,
      };
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`answered ${response.statusCode}`));
        });
      })
        .on('error', reject)
        .end(body);
    });
  }

  return {
    async prepare(from, count) {
      const made = Array.from({ length: count }, (_, n) => bodyOf(mail(from + n)));
      bodies = (await Promise.all(made)).map((body) => Buffer.from(body));
    },
    run: () => inParallel(bodies, concurrency, post),
    async close() {
      agent.destroy();
    },
  };
});

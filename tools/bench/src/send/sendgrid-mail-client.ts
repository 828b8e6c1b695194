import { Agent } from 'node:http';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import { serveOrders, type ClientSettings } from './client-process.ts';
import { inParallel } from './in-parallel.ts';
import { createMailMaker, type MailData } from './template.ts';

type ClientRequest = Parameters<Client['request']>[0];

/** Sends ready-made mails by the vendor's library, with the one setting that makes it fast. */
serveOrders(async ({ sendGridUrl, apiKey, concurrency }: ClientSettings) => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = new Client();
  client.setApiKey(apiKey);
  client.setDefaultRequest('baseUrl', `${sendGridUrl}/`);
  // The vendor hands it on to its HTTP client, and its types do not know of it.
  const keptAlive: object = { httpAgent: agent };
  client.setDefaultRequest(keptAlive as ClientRequest);
  const service = new MailService();
  service.setClient(client);
  const mail = createMailMaker();
  let mails: MailData[] = [];

  return {
    async prepare(from, count) {
      mails = Array.from({ length: count }, (_, n) => mail(from + n));
    },
    run: () =>
      inParallel(mails, concurrency, async (data) => {
        const [response] = await service.send(data);
        if (response.statusCode !== 202) throw new Error(`answered ${response.statusCode}`);
      }),
    async close() {
      agent.destroy();
    },
  };
});

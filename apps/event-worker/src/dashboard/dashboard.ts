import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import basicAuth from '@fastify/basic-auth';
import rateLimit from '@fastify/rate-limit';
import { openBullQueues, type QueueBackend, type QueueLogger } from '@cadenza/queue';
import Fastify from 'fastify';

export interface DashboardOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of the one user, `admin`. */
  readonly password: string;
  readonly backend: QueueBackend;
  readonly log: QueueLogger;
}

export interface Dashboard {
  readonly port: number;
  close(): Promise<void>;
}

const USER = 'admin';
const PATH = '/queues';
/** Requests of an address in a minute: a page asks every few seconds, a guesser more often. */
const REQUESTS_PER_MINUTE = 300;
/** The page asks for nothing elsewhere; without its web font it uses the system's. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Shows the queues in a browser: bull-board, behind a password, and for reading alone. Whoever wants
 * to change something does so through the API or the command line, where it is audited.
 *
 * @throws Error where it cannot listen.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { backend, log } = options;
  const bull = openBullQueues({ backend, log });
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: bull.queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Cadenza' } },
  });
  const app = Fastify({ logger: false });
  await app.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  await app.register(basicAuth, {
    authenticate: { realm: 'Cadenza queues' },
    validate: async (user, password) => {
      if (!isSame(user, USER) || !isSame(password, options.password)) {
        throw new Error('expected the user admin, and BULLMQ_ADMIN_PASSWORD');
      }
    },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  app.addHook('onRequest', app.basicAuth);
  app.addHook('onRequest', async ({ method }, reply) => {
    if (method === 'GET' || method === 'HEAD') return;
    await reply.code(405).header('allow', 'GET, HEAD').send('the dashboard only shows\n');
  });
  app.get('/', (_request, reply) => reply.redirect(PATH));
  await app.register(board.registerPlugin(), { prefix: PATH });
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await bull.close();
    throw error;
  }
  return {
    port: (app.server.address() as AddressInfo).port,
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await bull.close();
    },
  };
}

/** In a time that says nothing of where the two differ. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

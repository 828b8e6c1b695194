import { startRedisServer } from '@cadenza/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { describeQueues, type Store } from './conformance.ts';

const first = await startRedisServer({ own: true });

if (first.available) {
  const { url, port } = first;
  let server = first;

  const openStore = async (): Promise<Store> => {
    const client = new Redis(url);
    await client.flushall();
    client.disconnect();
    return {
      backend: { kind: 'redis', url },
      addRaw: async (name, jobId, data) => {
        const queue = new Queue(name, { connection: { url }, prefix: 'cadenza' });
        await queue.add(name, data, { jobId, attempts: 5 });
        await queue.close();
      },
      crash: () => server.kill(),
      revive: async () => {
        const next = await startRedisServer({ own: true, port });
        if (!next.available) throw new Error(next.reason);
        server = next;
      },
      close: () => Promise.resolve(),
    };
  };

  afterAll(() => server.stop());

  describeQueues('queues on Redis', openStore);
} else {
  describe('queues on Redis', () => {
    it('are left out', (context) => {
      expect(first.available).toBe(false);
      context.skip(first.reason);
    });
  });
}

import { answered } from '@cadenza/client';
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDemoCampaign } from '@cadenza/demo';
import { createReplyAddress } from '@cadenza/inbound';
import { startStack } from '@cadenza/stack';
import { startRedisServer } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { readLedger, until } from './support/ledger.ts';

const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'A question for {{contact.firstName}}',
      body: '<p>What do you <a href="https://shop.example.org/?who={{contact.email}}">think</a>?</p>',
      transitions: [{ on: 'no_reply', to: 'second', after: 'P3D' }],
    },
    {
      id: 'second',
      channel: 'email',
      action: 'send',
      subject: 'Once more',
      body: '<p>Did you see it?</p>',
      transitions: [],
    },
  ],
};
const SECRET = 'a-secret-for-addresses-of-32-bytes-or-more';
const ADA = 'ada.erased@example.org';
const BOB = 'bob.stays@example.org';

/** Files below a folder that hold a word, whatever the case. */
function filesWith(folder: string, word: string): string[] {
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'latin1').toLowerCase().includes(word));
}

/** Keys of a Redis whose name or value holds a word. */
async function keysWith(redis: Redis, word: string): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of keys) {
      const bytes = (await redis.dumpBuffer(key)) ?? Buffer.from('');
      // Short values may be packed: they are read as what they are as well.
      const type = await redis.type(key);
      const values =
        type === 'hash'
          ? JSON.stringify(await redis.hgetall(key))
          : type === 'string'
            ? await redis.get(key)
            : type === 'stream'
              ? JSON.stringify(await redis.xrange(key, '-', '+'))
              : '';
      if (`${key} ${values ?? ''} ${bytes.toString('latin1')}`.toLowerCase().includes(word)) {
        found.push(key);
      }
    }
  }
  return found;
}

test('after an erasure no log, no queue and no file of a running installation holds the address', async () => {
  const server = await startRedisServer({ own: true });
  if (!server.available) throw new Error(server.reason);
  const redis = new Redis(server.url);
  const blobs = await mkdtemp(path.join(tmpdir(), 'cadenza-erasure-'));
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: server.url,
    rate: 1,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'erasure',
    hostEnv: process.env,
    emulatorEnv: {
      WEBHOOK_PRIVATE_KEY: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    env: {
      BLOB_DIR: blobs,
      LOG_LEVEL: 'debug',
      INBOUND_DOMAIN: 'replies.example.com',
      INBOUND_SECRET: `k1:${SECRET}`,
      SENDGRID_INBOUND_PUBLIC_KEY: keys.publicKey
        .export({ type: 'spki', format: 'der' })
        .toString('base64'),
    },
  });
  try {
    const { api } = await startDemoCampaign(stack, {
      contactsCsv: `email,first_name\n${ADA},Ada\n${BOB},Bob`,
      plan: PLAN,
    });
    const ledger = async () =>
      new Map((await readLedger(stack.emulatorUrl)).map((mail) => [mail.to[0] ?? '', mail]));
    await until(async () => (await ledger()).size === 2, 60_000);
    const mail = (await ledger()).get(ADA);
    if (mail === undefined) throw new Error('no mail went to Ada');
    const to = createReplyAddress(
      { tenantId: mail.tenantId, messageId: mail.messageId, keyId: 'k1' },
      SECRET,
      'replies.example.com',
    );
    await fetch(`${stack.emulatorUrl}/_emulator/inbound`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        url: `${stack.apiUrl}/v1/webhooks/sendgrid/inbound`,
        from: ADA,
        to: [to],
        subject: 'Re: A question',
        text: `Write to ${ADA} on Monday.`,
      }),
    });
    const inbound = () => answered(api.GET('/v1/inbound-messages'));
    await until(async () => (await inbound()).items.length === 1, 60_000);
    const delivered = async () =>
      (
        await stack.db
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('status', '=', 'processed')
          .execute()
      ).length;
    await until(async () => (await delivered()) > 0, 60_000);
    expect(filesWith(blobs, ADA)).not.toEqual([]);

    const asked = await answered(api.POST('/v1/erasures', { body: { email: ADA } }));
    const status = async () =>
      (await answered(api.GET('/v1/erasures/{id}', { params: { path: { id: asked.id } } }))).status;
    await until(async () => (await status()) === 'done', 60_000);

    expect(filesWith(blobs, ADA)).toEqual([]);
    const logs = filesWith(stack.logDir, ADA).map((file) => path.basename(file));
    expect(logs.filter((file) => /^(api|send-worker|event-worker)/.test(file))).toEqual([]);
    expect(await keysWith(redis, ADA)).toEqual([]);
    const erased = await fetch(`${stack.emulatorUrl}/_emulator/erased`);
    expect(await erased.json()).toEqual({ jobs: 1, emails: [ADA] });
    const held = await stack.db
      .selectFrom('outbound_messages')
      .select('to_address')
      .where('begun_at', 'is not', null)
      .execute();
    const addresses = held.map((row) => row.to_address);
    expect(addresses).toContain(BOB);
    expect(addresses).not.toContain(ADA);
  } finally {
    await stack.stop();
    redis.disconnect();
    await server.stop();
    await rm(blobs, { recursive: true, force: true });
  }
});

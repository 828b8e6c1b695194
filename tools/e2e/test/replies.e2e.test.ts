import { answered } from '@cadenza/client';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDemoCampaign } from '@cadenza/demo';
import { createReplyAddress } from '@cadenza/inbound';
import { startStack } from '@cadenza/stack';
import { BODY_CANARY } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readLedger, until, type LedgerMail } from './support/ledger.ts';

const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'A question',
      body: '<p>What do you think?</p>',
      transitions: [{ on: 'no_reply', to: 'second', after: 'P3D' }],
    },
    {
      id: 'second',
      channel: 'email',
      action: 'send',
      subject: 'Once more',
      body: `<p>Did you see it? ${BODY_CANARY}</p>`,
      transitions: [],
    },
  ],
};
const PEOPLE = ['raw', 'parsed', 'leaving', 'forged', 'silent'];
const SECRET = 'a-secret-for-addresses-of-32-bytes-or-more';

test('answers that SendGrid takes in stop those who gave them, and nobody else', async () => {
  const blobs = await mkdtemp(path.join(tmpdir(), 'cadenza-replies-'));
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: null,
    rate: 1,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'replies',
    hostEnv: process.env,
    emulatorEnv: {
      WEBHOOK_PRIVATE_KEY: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    env: {
      BLOB_DIR: blobs,
      INBOUND_DOMAIN: 'replies.example.com',
      INBOUND_SECRET: `k1:${SECRET}`,
      SENDGRID_INBOUND_PUBLIC_KEY: keys.publicKey
        .export({ type: 'spki', format: 'der' })
        .toString('base64'),
    },
  });
  try {
    const rows = PEOPLE.map((name) => `${name}@example.org,Person`);
    const { api, campaignId } = await startDemoCampaign(stack, {
      contactsCsv: ['email,first_name', ...rows].join('\n'),
      plan: PLAN,
    });
    const mails = async () =>
      new Map((await readLedger(stack.emulatorUrl)).map((mail) => [mail.to[0] ?? '', mail]));
    await until(async () => (await mails()).size === PEOPLE.length, 60_000);

    const sent = await mails();
    const mailTo = (name: string): LedgerMail => {
      const mail = sent.get(`${name}@example.org`);
      if (mail === undefined) throw new Error(`no mail went to ${name}`);
      return mail;
    };
    const answer = async (name: string, to: string, more: object = {}) => {
      const response = await fetch(`${stack.emulatorUrl}/_emulator/inbound`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          url: `${stack.apiUrl}/v1/webhooks/sendgrid/inbound`,
          from: `${name}@example.org`,
          to: [to],
          subject: 'Re: A question',
          text: `I think that we should talk about it on Monday. ${BODY_CANARY}`,
          ...more,
        }),
      });
      expect(await response.json()).toEqual({ status: 204 });
    };
    const replyTo = ({ tenantId, messageId }: LedgerMail) =>
      createReplyAddress({ tenantId, messageId, keyId: 'k1' }, SECRET, 'replies.example.com');

    await answer('raw', replyTo(mailTo('raw')), { form: 'raw' });
    await answer('parsed', 'anybody@replies.example.com', {
      headers: { 'In-Reply-To': mailTo('parsed').smtpId },
    });
    const [, leaving = ''] =
      /<mailto:([^>]+)>/.exec(mailTo('leaving').headers['List-Unsubscribe'] ?? '') ?? [];
    await answer('leaving', leaving, { subject: 'unsubscribe', text: '' });
    await answer('forged', replyTo(mailTo('forged')), { signed: false });

    const inbound = () => answered(api.GET('/v1/inbound-messages'));
    await until(async () => (await inbound()).items.length === 4, 60_000);
    expect(
      Object.fromEntries(
        (await inbound()).items.map(({ from, ...one }) => [
          from.split('@')[0],
          `${one.verdict} ${one.matchedBy} ${one.effect}`,
        ]),
      ),
    ).toEqual({
      raw: 'signed reply_address replied',
      parsed: 'signed message_id replied',
      leaving: 'signed unsubscribe_address unsubscribed',
      forged: 'unverified reply_address null',
    });
    const states = await stack.db
      .selectFrom('contact_campaigns as e')
      .innerJoin('contact_channels as h', (join) =>
        join.onRef('h.tenant_id', '=', 'e.tenant_id').onRef('h.contact_id', '=', 'e.contact_id'),
      )
      .select(['h.address', 'e.status'])
      .where('e.campaign_id', '=', campaignId)
      .execute();
    expect(
      Object.fromEntries(states.map(({ address, status }) => [address.split('@')[0], status])),
    ).toEqual({
      raw: 'stopped',
      parsed: 'stopped',
      leaving: 'suppressed',
      forged: 'active',
      silent: 'active',
    });
  } finally {
    await stack.stop();
    await rm(blobs, { recursive: true, force: true });
  }
});

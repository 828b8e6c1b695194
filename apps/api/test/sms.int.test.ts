import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { newId } from '@cadenza/domain';
import { createWebhookVerifier } from '@cadenza/sendgrid';
import { SMS_SIGNATURE_HEADER, SMS_TIMESTAMP_HEADER } from '@cadenza/sms-dev';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from './support/world.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let world: World;

beforeAll(async () => {
  const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  world = await createWorld({ smsVerifier: createWebhookVerifier(publicKey) });
});

afterAll(() => world.close());

const plan = (channel: 'email' | 'sms', senderIdentityId?: string) => ({
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel,
      action: 'send',
      ...(channel === 'email' && { subject: 'Hello' }),
      body: 'Hello',
      transitions: [],
      ...(senderIdentityId !== undefined && { senderIdentityId }),
    },
  ],
});

describe('SMS senders', () => {
  test('are created, verified by the provider, paused and resumed', async () => {
    const { api } = await world.tenant();
    const created = await api.post('/v1/sms-senders', { from: '+1 (202) 555-0199', name: 'Ada' });
    expect(created).toMatchObject({
      status: 201,
      body: { from: '+12025550199', name: 'Ada', verification: 'pending', pausedAt: null },
    });
    const path = `/v1/sms-senders/${created.body.id}`;
    expect((await api.post(`${path}/verify`)).body).toMatchObject({ verification: 'verified' });
    expect((await api.post(`${path}/pause`, { reason: 'a rest' })).body).toMatchObject({
      pauseReason: 'a rest',
    });
    expect((await api.post(`${path}/resume`)).body).toMatchObject({ pauseReason: null });
    expect((await api.get('/v1/sms-senders')).body.items).toHaveLength(1);
    expect((await api.get('/v1/sender-identities')).body.items).toEqual([]);
    expect((await api.get(`/v1/sender-identities/${created.body.id}`)).status).toBe(404);
    expect(
      (await api.post('/v1/sms-senders', { from: '+12025550199', name: 'Again' })).status,
    ).toBe(409);
  });

  test('say what is answered to words, and keep it until it is changed', async () => {
    const { api } = await world.tenant();
    const helpContact = 'help@example.com';
    const sender = { from: '+12025550198', name: 'Ada', helpContact, answers: { help: ' Ask. ' } };
    const created = await api.post('/v1/sms-senders', sender);
    expect(created).toMatchObject({
      status: 201,
      body: { helpContact, answers: { help: 'Ask.' } },
    });
    const path = `/v1/sms-senders/${created.body.id}`;
    const renamed = await api.patch(path, { name: 'Eve' });
    expect(renamed.body).toMatchObject({ helpContact, answers: { help: 'Ask.' } });
    const changed = await api.patch(path, { helpContact: null, answers: { stop: 'Bye.' } });
    expect(changed.body).toMatchObject({ helpContact: null, answers: { stop: 'Bye.' } });
    expect(changed.body.answers).not.toHaveProperty('help');
  });

  test.each([
    [{ answers: { help: '' } }, 'answers.help'],
    [{ answers: { stop: 'é'.repeat(1_531) } }, 'answers.stop'],
    [{ answers: { start: 'a\u0000b' } }, 'answers.start'],
    [{ answers: { yes: 'Hello' } }, 'answers'],
    [{ helpContact: 'one\ntwo' }, 'helpContact'],
  ])('refuse %j', async (fields, path) => {
    const { api } = await world.tenant();
    const sender = { from: '+12025550197', name: 'Ada', ...fields };
    const { status, body } = await api.post('/v1/sms-senders', sender);
    expect(status).toBe(400);
    expect(body.problems).toMatchObject([{ path: expect.stringMatching(`^${path}`) }]);
  });

  test.each(['030 1234567', 'more than eleven', '12', ''])('cannot be %j', async (from) => {
    const { api } = await world.tenant();
    const { status, body } = await api.post('/v1/sms-senders', { from, name: 'Ada' });
    expect(status).toBe(400);
    expect(body.problems).toMatchObject([{ path: 'from' }]);
  });
});

describe('a campaign', () => {
  test('of text messages needs an SMS sender, and says so', async () => {
    const { api } = await world.tenant();
    const mail = await api.post('/v1/sender-identities', { email: 'a@example.com', name: 'Ada' });
    const sms = await api.post('/v1/sms-senders', { from: 'ADA', name: 'Ada' });
    const stored = await api.post('/v1/plans', { name: 'Text', plan: plan('sms') });
    const planVersionId = stored.body.plan?.versions?.[0]?.id;
    const create = (senderIdentityId: string | undefined) =>
      api.post('/v1/campaigns', { name: 'Text', planVersionId, senderIdentityId });
    expect((await create(mail.body.id)).status).toBe(422);
    const created = await create(sms.body.id);
    expect(created.status).toBe(201);
    const { body } = await api.get(`/v1/campaigns/${created.body.id}`);
    expect(body.warnings).toContainEqual(expect.objectContaining({ code: 'sender_unverified' }));
  });

  test('is warned of a number whose answer to HELP names nobody to turn to', async () => {
    const { api } = await world.tenant();
    const sms = await api.post('/v1/sms-senders', { from: '+12025550196', name: 'Ada' });
    const stored = await api.post('/v1/plans', { name: 'Text', plan: plan('sms') });
    const planVersionId = stored.body.plan?.versions?.[0]?.id;
    const body = { name: 'Text', planVersionId, senderIdentityId: sms.body.id };
    const { body: campaign } = await api.post('/v1/campaigns', body);
    const missing = expect.objectContaining({ code: 'help_contact_missing' });
    const warnings = async () => (await api.get(`/v1/campaigns/${campaign.id}`)).body.warnings;
    expect(await warnings()).toContainEqual(missing);
    await api.patch(`/v1/sms-senders/${sms.body.id}`, { helpContact: 'help@example.com' });
    expect(await warnings()).not.toContainEqual(missing);
  });

  test('has a node with a sender of its own channel alone', async () => {
    const { api } = await world.tenant();
    const mail = await api.post('/v1/sender-identities', { email: 'a@example.com', name: 'Ada' });
    const { status, body } = await api.post('/v1/plans', {
      name: 'Text',
      plan: plan('sms', mail.body.id),
    });
    expect(status).toBe(422);
    expect(body.problems).toMatchObject([{ path: 'plan.nodes[0].senderIdentityId' }]);
  });
});

test('limits of text messages are set apart from those of mail', async () => {
  const { api } = await world.tenant();
  const limit = { scope: 'tenant', windowSeconds: 60, maxMessages: 7 };
  await api.put('/v1/send-rate-limits', { ...limit, channel: 'sms' });
  const { body } = await api.put('/v1/send-rate-limits', { ...limit, maxMessages: 8 });
  expect(body.items?.slice(0, 2)).toMatchObject([
    { channel: 'email', maxMessages: 8 },
    { channel: 'sms', maxMessages: 7 },
  ]);
});

describe('the webhook of text messages', () => {
  async function post(body: Buffer, signed: boolean) {
    const timestamp = String(Math.floor(world.deps.clock.now() / 1_000));
    const signature = sign(
      'sha256',
      Buffer.concat([Buffer.from(timestamp), body]),
      keys.privateKey,
    );
    const answer = await fetch(`${world.baseUrl}/v1/webhooks/sms/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SMS_TIMESTAMP_HEADER]: timestamp,
        [SMS_SIGNATURE_HEADER]: signed ? signature.toString('base64') : 'bm8=',
      },
      body,
    });
    return answer.status;
  }

  test('stores what is signed as it came, and nothing else', async () => {
    const body = Buffer.from(JSON.stringify([{ type: 'message', id: newId() }]));
    expect(await post(body, false)).toBe(403);
    expect(await post(body, true)).toBe(204);
    const rows = await world.rows(
      'SELECT provider FROM webhook_deliveries WHERE payload_hash = $1',
      [createHash('sha256').update(body).digest()],
    );
    expect(rows).toEqual([{ provider: 'sms-dev' }]);
  });
});

import { inTenants, insertWebhookKey } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, seconds, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A tenant with a SendGrid account of its own, which signs by this key. */
async function account() {
  const { id } = await world.tenant();
  return { id, key: await addKey(id) };
}

async function addKey(tenantId: string): Promise<KeyObject> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await inTenants(world.db, [tenantId], (trx) =>
    insertWebhookKey(trx, tenantId, {
      name: 'test',
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    }),
  );
  return privateKey;
}

function signedBy(key: KeyObject, body: Buffer): Record<string, string> {
  const timestamp = seconds(world.deps.clock);
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  return {
    'x-twilio-email-event-webhook-timestamp': timestamp,
    'x-twilio-email-event-webhook-signature': sign('sha256', signed, key).toString('base64'),
  };
}

function deliver(to: string, body: Buffer, headers: Record<string, string>): Promise<Response> {
  return fetch(`${world.baseUrl}/v1/webhooks/sendgrid/events${to}`, {
    method: 'POST',
    headers,
    body,
  });
}

const bodyOf = () => Buffer.from(`[{"n":"${newId()}"}]`);

describe('the event webhook of a tenant', () => {
  test('is stored as the tenant’s, and the queue is told whose it is', async () => {
    const { id, key } = await account();
    world.published.length = 0;
    const body = bodyOf();
    expect((await deliver(`/${id}`, body, signedBy(key, body))).status).toBe(204);
    const rows = await world.rows<{ id: string; tenant_id: string }>(
      'SELECT id, tenant_id FROM webhook_deliveries WHERE payload = $1',
      [body],
    );
    expect(rows).toMatchObject([{ tenant_id: id }]);
    expect(world.published).toEqual([
      {
        queue: 'webhook-process',
        jobs: [{ jobId: rows[0]?.id, data: { deliveryId: rows[0]?.id, tenantId: id } }],
      },
    ]);
  });

  test('is verified with any of its own keys, and with nobody else’s', async () => {
    const [mine, theirs] = [await account(), await account()];
    const second = await addKey(mine.id);
    const body = bodyOf();
    expect((await deliver(`/${mine.id}`, body, signedBy(second, body))).status).toBe(204);
    expect((await deliver(`/${mine.id}`, body, signedBy(mine.key, body))).status).toBe(204);

    expect((await deliver(`/${mine.id}`, body, signedBy(theirs.key, body))).status).toBe(403);
    expect((await deliver(`/${mine.id}`, body, world.signed(body))).status).toBe(403);
    expect((await deliver('', body, signedBy(mine.key, body))).status).toBe(403);
  });

  test('does not come before another’s of the same bytes', async () => {
    const [mine, theirs] = [await account(), await account()];
    const body = bodyOf();
    await deliver(`/${mine.id}`, body, signedBy(mine.key, body));
    await deliver(`/${theirs.id}`, body, signedBy(theirs.key, body));
    await deliver('', body, world.signed(body));
    await deliver('', body, world.signed(body));
    const rows = await world.rows<{ tenant_id: string | null }>(
      'SELECT tenant_id FROM webhook_deliveries WHERE payload = $1',
      [body],
    );
    const owners = rows.map((row) => row.tenant_id);
    expect(owners).toHaveLength(3);
    expect(new Set(owners)).toEqual(new Set([mine.id, theirs.id, null]));
  });

  test('is refused alike where the tenant has no keys, or does not exist, or signs wrongly', async () => {
    const mine = await account();
    const { id: without } = await world.tenant();
    const body = bodyOf();
    const headers = signedBy(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, body);
    const answers = await Promise.all(
      [mine.id, without, newId(), 'no-id'].map(async (id) => {
        const answer = await deliver(`/${id}`, body, headers);
        const document = (await answer.json()) as Record<string, unknown>;
        const names = [...answer.headers.keys()].sort();
        return { status: answer.status, names, document: { ...document, instance: '' } };
      }),
    );
    expect(answers[0]).toMatchObject({
      status: 403,
      document: { problems: [{ code: 'wrong_signature' }] },
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

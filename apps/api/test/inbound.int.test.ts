import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { newId, type BlobStore } from '@cadenza/domain';
import type { EngineStore } from '@cadenza/engine';
import { createWebhookVerifier } from '@cadenza/sendgrid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rawPost } from './support/raw-post.ts';
import { createWorld, variant, type World } from './support/world.ts';

const PATH = '/v1/webhooks/sendgrid/inbound';
const TYPE = 'multipart/form-data; boundary=xYzZY';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.rows('DELETE FROM inbound_deliveries');
  world.published.length = 0;
});

interface Stored {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly content_type: string;
  readonly bytes: number;
  readonly hash: string;
  readonly blob_key: string;
  readonly verdict: string;
  readonly verdict_reason: string | null;
  readonly truncated: boolean;
  readonly status: string;
}

const stored = () =>
  world.rows<Stored>(
    "SELECT *, encode(sha256, 'hex') AS hash FROM inbound_deliveries ORDER BY received_at",
  );

/** A mail's form, told apart by a text of its own. */
function form(text: string = newId()): Buffer {
  return Buffer.from(
    `--xYzZY\r\nContent-Disposition: form-data; name="text"\r\n\r\n${text}\r\n--xYzZY--\r\n`,
  );
}

function post(
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
  { baseUrl = world.baseUrl, path = PATH } = {},
): Promise<Response> {
  return fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': TYPE, ...headers },
    body,
  });
}

const blob = ({ blob_key: key }: Stored) => readFile(join(world.blobDirectory, key));

/** How many files of mail there are. */
async function blobs(): Promise<number> {
  const all = await readdir(world.blobDirectory, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).length;
}

describe('inbound mail', () => {
  test('is kept byte by byte with what vouches for it, and handed to the queue', async () => {
    const body = form();
    const answer = await post(body, world.signed(body));
    expect(answer.status).toBe(204);
    const [mail, ...others] = await stored();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      tenant_id: null,
      content_type: TYPE,
      bytes: body.length,
      hash: createHash('sha256').update(body).digest('hex'),
      verdict: 'signed',
      verdict_reason: null,
      truncated: false,
      status: 'received',
    });
    if (mail === undefined) return;
    expect((await blob(mail)).equals(body)).toBe(true);
    expect(world.published).toEqual([
      { queue: 'inbound-process', jobs: [{ jobId: mail.id, data: { deliveryId: mail.id } }] },
    ]);
  });

  test('that comes again is answered again, and kept once', async () => {
    const body = form();
    const before = await blobs();
    for (let time = 0; time < 3; time += 1) {
      expect((await post(body, world.signed(body))).status).toBe(204);
    }
    expect(await stored()).toHaveLength(1);
    expect(await blobs()).toBe(before + 1);
    expect(world.published).toHaveLength(1);
  });

  test('that comes ten times at once is kept once', async () => {
    const body = form();
    const before = await blobs();
    const headers = world.signed(body);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body, headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 204));
    expect(await stored()).toHaveLength(1);
    expect(await blobs()).toBe(before + 1);
  });

  test.each([
    ['no signature', () => ({}), 'missing_signature'],
    ['one over other bytes', () => world.signed(form()), 'wrong_signature'],
    [
      'one from long ago',
      (body: Buffer) => world.signed(body, String(Math.floor(Date.now() / 1_000) - 80 * 3_600)),
      'too_old',
    ],
  ] as const)('with %s is kept, and nobody vouches for it', async (_what, headers, reason) => {
    const body = form();
    expect((await post(body, headers(body))).status).toBe(204);
    expect(await stored()).toMatchObject([{ verdict: 'unverified', verdict_reason: reason }]);
  });

  test('that was repeated for three days is still believed', async () => {
    const body = form();
    const sent = String(Math.floor(Date.now() / 1_000) - 72 * 3_600);
    expect((await post(body, world.signed(body, sent))).status).toBe(204);
    expect(await stored()).toMatchObject([{ verdict: 'signed' }]);
  });

  test('that somebody sent before it without a signature is kept all the same', async () => {
    const body = form();
    await post(body);
    await post(body, world.signed(body));
    expect((await stored()).map(({ verdict }) => verdict)).toEqual(['unverified', 'signed']);
  });

  test('is vouched for by the secret in its address, where there is no key', async () => {
    const inboundToken = 'a'.repeat(32);
    const baseUrl = await variant(world, { inboundVerifier: null, inboundToken });
    await post(form(), {}, { baseUrl, path: `${PATH}?token=${inboundToken}` });
    await post(form(), {}, { baseUrl, path: `${PATH}?token=${'b'.repeat(32)}` });
    await post(form(), {}, { baseUrl });
    expect((await stored()).map(({ verdict, verdict_reason: why }) => [verdict, why])).toEqual([
      ['token', null],
      ['unverified', 'wrong_token'],
      ['unverified', 'missing_token'],
    ]);
    expect(world.logged.join('')).not.toContain(inboundToken);
  });

  test('to a tenant’s address is vouched for by a secret of that tenant, and by no other', async () => {
    const inboundToken = 'a'.repeat(32);
    const baseUrl = await variant(world, { inboundVerifier: null, inboundToken });
    const [tenant, other] = [await world.tenant(), await world.tenant()];
    const make = async ({ api }: typeof tenant) => {
      const made = await api.post('/v1/inbound-tokens', { name: 'first' });
      expect(made.status).toBe(201);
      return { token: String(made.body['token']), path: made.body['path'] };
    };
    const [own, theirs] = [await make(tenant), await make(other)];
    expect(own.path).toBe(`${PATH}/${tenant.id}?token=${own.token}`);
    for (const token of [own.token, theirs.token, inboundToken]) {
      await post(form(), {}, { baseUrl, path: `${PATH}/${tenant.id}?token=${token}` });
    }
    // Nor is it good for the platform's address.
    await post(form(), {}, { baseUrl, path: `${PATH}?token=${own.token}` });
    expect((await stored()).map(({ verdict, verdict_reason: why }) => [verdict, why])).toEqual([
      ['token', null],
      ['unverified', 'wrong_token'],
      ['unverified', 'wrong_token'],
      ['unverified', 'wrong_token'],
    ]);
    const kept = await world.rows<{ row: string }>('SELECT t::text AS row FROM inbound_tokens t');
    expect(kept.map(({ row }) => row).join('')).not.toContain(own.token);
    expect(world.logged.join('')).not.toContain(own.token);
  });

  test('is vouched for by either secret of a tenant while one takes the place of the other', async () => {
    const { id, api } = await world.tenant();
    const made = [
      (await api.post('/v1/inbound-tokens', { name: 'old' })).body,
      (await api.post('/v1/inbound-tokens', { name: 'new' })).body,
    ];
    const verdicts = async (baseUrl: string) => {
      await world.rows('DELETE FROM inbound_deliveries');
      for (const { token } of made) {
        await post(form(), {}, { baseUrl, path: `${PATH}/${id}?token=${String(token)}` });
      }
      return (await stored()).map(({ verdict }) => verdict);
    };
    expect(await verdicts(await variant(world, {}))).toEqual(['token', 'token']);
    const [old, current] = made.map((one) => `/v1/inbound-tokens/${one.id ?? ''}`);
    expect((await api.delete(old ?? '')).status).toBe(200);
    // Another process, which remembers nothing.
    expect(await verdicts(await variant(world, {}))).toEqual(['unverified', 'token']);
    expect((await api.get('/v1/inbound-tokens')).body).toMatchObject({ items: [{ name: 'new' }] });
    const stranger = await world.tenant();
    expect((await stranger.api.delete(current ?? '')).status).toBe(404);
  });

  test('is open where neither is set, and where a key is set the secret does not help', async () => {
    const open = await variant(world, { inboundVerifier: null, inboundToken: null });
    await post(form(), {}, { baseUrl: open });
    const inboundToken = 'a'.repeat(32);
    const keyed = await variant(world, { inboundToken });
    await post(form(), {}, { baseUrl: keyed, path: `${PATH}?token=${inboundToken}` });
    expect((await stored()).map(({ verdict }) => verdict)).toEqual(['open', 'unverified']);
  });

  test('to a tenant’s address is that tenant’s, and signed with a key of its own', async () => {
    const [tenant, other] = [await world.tenant(), await world.tenant()];
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const [id, key] of [
      [tenant.id, world.publicKey],
      [other.id, own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
    ]) {
      await world.rows(
        'INSERT INTO webhook_keys (tenant_id, id, name, public_key) VALUES ($1, $2, $3, $4)',
        [id, newId(), 'key', key],
      );
    }
    const body = form();
    for (const { id } of [tenant, other]) {
      expect((await post(body, world.signed(body), { path: `${PATH}/${id}` })).status).toBe(204);
    }
    expect(await stored()).toMatchObject([
      { tenant_id: tenant.id, verdict: 'signed' },
      { tenant_id: other.id, verdict: 'unverified', verdict_reason: 'wrong_signature' },
    ]);
    expect(world.published).toMatchObject([
      { jobs: [{ data: { tenantId: tenant.id } }] },
      { jobs: [{ data: { tenantId: other.id } }] },
    ]);
  });

  test.each([newId(), 'nobody', '%00', "'; DROP TABLE tenants"])(
    'to the address of a tenant that there is not (%s) is kept as nobody’s',
    async (name) => {
      const baseUrl = await variant(world, { inboundVerifier: null });
      const path = `${PATH}/${name === '%00' ? name : encodeURIComponent(name)}`;
      expect((await post(form(), {}, { baseUrl, path })).status).toBe(204);
      expect(await stored()).toMatchObject([
        { tenant_id: null, verdict: 'unverified', verdict_reason: 'no_such_tenant' },
      ]);
    },
  );

  test.each([
    ['no form', 'text/plain', 'hello'],
    ['JSON', 'application/json', '{"a":'],
    ['no boundary', 'multipart/form-data', 'hello'],
    ['no bytes', TYPE, ''],
  ])('that is %s is kept for whoever may make sense of it', async (_what, type, text) => {
    const body = Buffer.from(text);
    const answer = await post(body, { ...world.signed(body), 'content-type': type });
    expect(answer.status).toBe(204);
    expect(await stored()).toMatchObject([{ content_type: type, verdict: 'signed' }]);
  });

  test('larger than what is kept is cut off and flagged, and its signature holds', async () => {
    const body = form('x'.repeat(1_200_000));
    expect((await post(body, world.signed(body))).status).toBe(204);
    const [mail] = await stored();
    expect(mail).toMatchObject({
      verdict: 'signed',
      truncated: true,
      bytes: body.length,
      hash: createHash('sha256').update(body).digest('hex'),
    });
    if (mail === undefined) return;
    expect((await blob(mail)).equals(body.subarray(0, 1_000_000))).toBe(true);
  });

  test('for which there is no room is to come again', async () => {
    const { inbound, ...settings } = world.deps.settings;
    const baseUrl = await variant(world, {
      settings: { ...settings, inbound: { ...inbound, inHandRequests: 1 } },
    });
    const first = rawPost(baseUrl, PATH, {
      'content-type': TYPE,
      'content-length': '100',
      expect: '100-continue',
    });
    await first.begun;
    expect((await post(form(), {}, { baseUrl })).status).toBe(503);
    first.socket.destroy();
    await first.closed;
    await expect.poll(async () => (await post(form(), {}, { baseUrl })).status).toBe(204);
  });

  test('that is cut off leaves nothing', async () => {
    const before = await blobs();
    const baseUrl = await variant(world, {});
    const cut = rawPost(baseUrl, PATH, { 'content-type': TYPE, 'content-length': '1000' });
    cut.write('half of it');
    cut.socket.end();
    await cut.closed;
    const logged = world.logged.length;
    await expect.poll(() => world.logged.slice(logged - 3).join('')).toContain('was cut off');
    expect(await stored()).toEqual([]);
    expect(await blobs()).toBe(before);
  });

  test('that takes too long is to come again', async () => {
    const { inbound, ...settings } = world.deps.settings;
    const baseUrl = await variant(world, {
      settings: { ...settings, inbound: { ...inbound, bodyTimeoutMs: 100 } },
    });
    const slow = rawPost(baseUrl, PATH, { 'content-type': TYPE, 'content-length': '1000' });
    slow.write('half of it');
    expect((await slow.answer).status).toBe(503);
    expect(await stored()).toEqual([]);
  });

  test('is to come again where the database does not answer, and is not lost then', async () => {
    const broken: EngineStore = {
      ...world.deps.store,
      ping: () => Promise.reject(new Error('connection refused')),
    };
    const half: EngineStore = {
      ...world.deps.store,
      storeInbound: () => Promise.reject(new Error('connection reset')),
    };
    const body = form();
    const before = await blobs();
    for (const store of [broken, half]) {
      const baseUrl = await variant(world, { store });
      expect((await post(body, world.signed(body), { baseUrl })).status).toBe(503);
    }
    expect(await stored()).toEqual([]);
    // The row may have been written before the connection broke: its bytes stay.
    expect(await blobs()).toBe(before + 1);
    expect((await post(body, world.signed(body))).status).toBe(204);
    expect(await stored()).toHaveLength(1);
  });

  test('is to come again where its bytes cannot be kept', async () => {
    const full: BlobStore = {
      ...world.deps.blobs,
      put: () => Promise.reject(new Error('no space left on device')),
    };
    const baseUrl = await variant(world, { blobs: full });
    const body = form();
    expect((await post(body, world.signed(body), { baseUrl })).status).toBe(503);
    expect(await stored()).toEqual([]);
  });

  test('is kept where the queue does not answer', async () => {
    const baseUrl = await variant(world, {
      publisher: { publish: () => Promise.reject(new Error('no queue')) },
    });
    const body = form();
    expect((await post(body, world.signed(body), { baseUrl })).status).toBe(204);
    expect(await stored()).toHaveLength(1);
  });

  test('of 200 MB goes through in a fraction of that', async () => {
    const { inbound, ...settings } = world.deps.settings;
    let peak = 0;
    let kept = 0;
    const before = process.memoryUsage().arrayBuffers;
    const counting: BlobStore = {
      ...world.deps.blobs,
      async put(_key, bytes) {
        for await (const chunk of bytes) {
          kept += chunk.length;
          peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        }
      },
    };
    const size = 200_000_000;
    const baseUrl = await variant(world, {
      blobs: counting,
      inboundVerifier: createWebhookVerifier(world.publicKey),
      settings: { ...settings, inbound: { ...inbound, maxBytes: 2 * size } },
    });
    const chunk = Buffer.alloc(100_000, 'x');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(
        `${baseUrl}${PATH}`,
        { method: 'POST', headers: { 'content-type': TYPE, 'content-length': size } },
        (answer) => resolve(answer.resume().statusCode),
      );
      sending.on('error', reject);
      let left = size / chunk.length;
      const more = () => {
        while (left > 0) {
          left -= 1;
          if (!sending.write(chunk)) return void sending.once('drain', more);
        }
        sending.end();
      };
      more();
    });
    expect(status).toBe(204);
    expect(kept).toBe(size);
    expect(peak).toBeLessThan(size / 2);
  });
});

import { inTenants, lockApiKeys, revokeApiKey } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { newUser, signedIn } from './support/browser.ts';
import { rawPost, type RawPost } from './support/raw-post.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

interface Key {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A key that has not been used yet. */
async function newKey(): Promise<Key> {
  const { body } = await mine.api.post('/v1/api-keys', { name: 'K', role: 'admin' });
  return { id: String(body.id), headers: { authorization: `Bearer ${String(body['key'])}` } };
}

const revoke = async ({ id }: Key) =>
  expect((await mine.api.delete(`/v1/api-keys/${id}`)).status).toBe(200);

/** Resolves when the table has a row of which a condition holds. */
const until = (table: string, condition: string, values: readonly unknown[]) =>
  vi.waitFor(
    async () =>
      expect(
        await world.rows(`SELECT FROM ${table} WHERE ${condition} LIMIT 1`, values),
      ).toHaveLength(1),
    { timeout: 10_000 },
  );

const used = ({ id }: Key) => until('api_keys', 'id = $1 AND last_used_at IS NOT NULL', [id]);

function post(path: string, headers: Key['headers']): RawPost {
  const sent = rawPost(world.baseUrl, path, headers);
  onTestFinished(() => void sent.socket.destroy());
  return sent;
}

/** A request whose body has not come yet. */
function slowPost(path: string, body: string, headers: Key['headers']): RawPost {
  return post(path, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  });
}

const requests = [
  ['/v1/api-keys', { name: 'late', scopes: ['read'] }, 'api_keys', "name = 'late'"],
  ['/v1/users', { email: 'late@example.com', role: 'viewer' }, 'users', "email LIKE 'late@%'"],
  [
    '/v1/suppressions',
    { addresses: ['late@example.com'] },
    'communication_suppressions',
    "value LIKE 'late@%'",
  ],
] as const;

describe.each(requests)('a POST %s whose body comes late', (path, given, table, condition) => {
  const body = JSON.stringify(given);
  const made = () => world.rows(`SELECT FROM ${table} WHERE ${condition}`);

  test('does nothing by a key that was revoked meanwhile', async () => {
    const key = await newKey();
    const slow = slowPost(path, body, key.headers);
    await used(key);
    await revoke(key);
    slow.write(body);
    expect((await slow.answer).status).toBe(401);
    expect(await made()).toEqual([]);
  });

  test('does nothing for a user who was removed meanwhile', async () => {
    const { browser, user } = await signedIn(world, mine, 'admin');
    await world.rows(
      "UPDATE sessions SET last_used_at = now() - interval '1 hour' WHERE user_id = $1",
      [user.userId],
    );
    const slow = slowPost(path, body, {
      cookie: `cadenza=${String(browser.session())}`,
      origin: world.deps.settings.publicUrl,
    });
    await until('sessions', "user_id = $1 AND last_used_at > now() - interval '1 minute'", [
      user.userId,
    ]);
    expect((await mine.api.delete(`/v1/users/${user.userId}`)).status).toBe(200);
    slow.write(body);
    expect((await slow.answer).status).toBe(401);
    expect(await made()).toEqual([]);
  });
});

test('an import ends where its key does, and says what it has written', async () => {
  const key = await newKey();
  const slow = post('/v1/contacts/import', {
    'content-type': 'text/csv',
    'transfer-encoding': 'chunked',
    ...key.headers,
  });
  const rows = (word: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${word}${n}@import.example\n`).join('');
  slow.chunk(Buffer.from(`email\n${rows('early', 1_500)}`));
  await until('contact_channels', "address = 'early0@import.example'", []);
  await revoke(key);
  slow.chunk(Buffer.from(rows('late', 1_500)));
  slow.chunk(Buffer.from(''));
  expect((await slow.answer).status).toBe(401);
  const written = await world.rows<{ late: boolean; count: number }>(
    `SELECT address LIKE 'late%' AS late, count(*)::integer AS count FROM contact_channels
     WHERE address LIKE '%@import.example' GROUP BY 1`,
  );
  expect(written).toEqual([{ late: false, count: 1_000 }]);
});

test('a key that is being revoked makes none until that is decided', async () => {
  const key = await newKey();
  const made = () => world.rows("SELECT FROM api_keys WHERE name = 'meanwhile'");
  let answered: Promise<Response> | undefined;
  await inTenants(world.db, [mine.id], async (trx) => {
    await lockApiKeys(trx, mine.id, key.id);
    await revokeApiKey(trx, mine.id, key.id);
    answered = fetch(`${world.baseUrl}/v1/api-keys`, {
      method: 'POST',
      headers: { ...key.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'meanwhile', scopes: ['read'] }),
    });
    const outcome = await Promise.race([
      answered.then(() => 'answered'),
      until('pg_locks', 'NOT granted', []).then(() => 'waits'),
    ]);
    expect(outcome).toBe('waits');
  });
  expect((await answered)?.status).toBe(401);
  expect(await made()).toEqual([]);
});

test('whoever ends the own access has done so', async () => {
  const key = await newKey();
  const own = await fetch(`${world.baseUrl}/v1/api-keys/${key.id}`, {
    method: 'DELETE',
    headers: key.headers,
  });
  expect(own.status).toBe(200);
  await newUser(world, mine, 'owner');
  const { browser, user } = await signedIn(world, mine, 'owner');
  const path = `/v1/users/${user.userId}`;
  expect((await browser.fetch('PATCH', path, { role: 'viewer' })).status).toBe(200);
  expect((await browser.fetch('GET', '/v1/session')).status).toBe(401);
});

describe('an answer that is under way', () => {
  const MEGABYTE = 1_048_576;
  const [mail, attachment] = [newId(), newId()];
  const answers = [
    ['an export', '/v1/audit/ndjson'],
    ['a file', `/v1/inbound-messages/${mail}/attachments/${attachment}`],
  ] as const;

  // More than connections hold, so that it goes on where its reader does.
  beforeAll(async () => {
    await world.rows(
      `INSERT INTO audit_log (tenant_id, id, actor, action, entity, entity_id, after)
       SELECT $1, gen_random_uuid(), 'test', 'test', 'test', '',
         jsonb_build_object('text', repeat('x', 20000))
       FROM generate_series(1, 3000)`,
      [mine.id],
    );
    await world.rows(
      `INSERT INTO inbound_messages (tenant_id, id, dedupe_key, verdict, kind, kind_confidence, signs,
         from_address, subject, body_text, reply_text, headers, received_at)
       VALUES ($1, $2::uuid, $2::uuid::text, 'signed', 'human', 0.8, '{own_words}', 'grace@example.org',
         'Re: Hello', 'Yes.', 'Yes.', '[]', now())`,
      [mine.id, mail],
    );
    await world.rows(
      `INSERT INTO inbound_attachments (tenant_id, id, inbound_message_id, position, filename,
         content_type, bytes, blob_key)
       VALUES ($1, $2, $3, 0, 'large', 'text/plain', $4, 'inbound-attachments/large')`,
      [mine.id, attachment, mail, 32 * MEGABYTE],
    );
    await world.deps.blobs.put('inbound-attachments/large', megabytes(32));
  });

  async function* megabytes(count: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n += 1) yield Buffer.alloc(MEGABYTE, 'x');
  }

  /** The beginning of an answer: what of it has not been read waits. */
  const begun = (path: string, headers: Key['headers']) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${world.baseUrl}${path}`, { headers }, resolve).once('error', reject);
    });

  /** Reads on. @returns what became of it: its end, or that the connection was cut. */
  async function outcome(answer: IncomingMessage): Promise<string> {
    try {
      for await (const chunk of answer) void chunk;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
    return 'whole';
  }

  describe.each(answers)('to a GET: %s', (_name, path) => {
    test('comes whole while its caller may have it', async () => {
      const answer = await begun(path, (await newKey()).headers);
      expect([answer.statusCode, await outcome(answer)]).toEqual([200, 'whole']);
    });

    test('is cut where its key was revoked', async () => {
      const key = await newKey();
      const answer = await begun(path, key.headers);
      await revoke(key);
      expect([answer.statusCode, await outcome(answer)]).toEqual([200, 'ECONNRESET']);
    });

    test('is cut where its user was removed', async () => {
      const { browser, user } = await signedIn(world, mine, 'admin');
      const answer = await begun(path, { cookie: `cadenza=${String(browser.session())}` });
      expect((await mine.api.delete(`/v1/users/${user.userId}`)).status).toBe(200);
      expect([answer.statusCode, await outcome(answer)]).toEqual([200, 'ECONNRESET']);
    });
  });
});

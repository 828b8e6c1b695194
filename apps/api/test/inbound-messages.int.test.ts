import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let stranger: Tenant;
const ids: string[] = [];
const attachmentId = newId();
const CONTENT = Buffer.from('<script>alert(1)</script>');

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  stranger = await world.tenant();
  for (const [kind, verdict, returnOn] of [
    ['human', 'signed', null],
    ['out_of_office', 'signed', '2026-02-15'],
    ['human', 'unverified', null],
  ]) {
    const id = newId();
    ids.push(id);
    await world.rows(
      `INSERT INTO inbound_messages (tenant_id, id, dedupe_key, verdict, kind, kind_confidence, signs,
         from_address, subject, body_text, body_html, reply_text, return_on, headers, received_at)
       VALUES ($1, $2::uuid, $2::uuid::text, $3, $4, 0.8, '{own_words}', 'grace@example.org', 'Re: Hello',
         'Yes.', '<p>Yes.</p>', 'Yes.', $5, '[{"name": "subject", "value": "Re: Hello"}]', now())`,
      [tenant.id, id, verdict, kind, returnOn],
    );
  }
  await world.deps.blobs.put('inbound-attachments/1', bytes());
  await world.rows(
    `INSERT INTO inbound_attachments (tenant_id, id, inbound_message_id, position, filename,
       content_type, bytes, blob_key)
     VALUES ($1, $2, $3, 0, $4, 'text/html', $5, 'inbound-attachments/1')`,
    [tenant.id, attachmentId, ids[0], 'off"er\r\nX: y/ü.html', CONTENT.length],
  );
});
afterAll(() => world.close());

async function* bytes(): AsyncIterable<Uint8Array> {
  yield CONTENT;
}

const download = (key: string, path: string) =>
  fetch(`${world.baseUrl}/v1/inbound-messages/${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });

describe('mails that came in', () => {
  test('are listed newest first, page by page, and by what they are', async () => {
    const listed = async (query: string) => {
      const { status, body } = await tenant.api.get(`/v1/inbound-messages${query}`);
      expect(status).toBe(200);
      return { ids: (body.items ?? []).map(({ id }) => id), next: body.nextCursor };
    };
    expect((await listed('')).ids).toEqual(ids.toReversed());
    const first = await listed('?limit=2');
    expect(first.ids).toEqual(ids.slice(1).reverse());
    expect((await listed(`?limit=2&cursor=${first.next}`)).ids).toEqual(ids.slice(0, 1));
    expect((await listed('?kind=out_of_office')).ids).toEqual([ids[1]]);
    expect((await listed('?verdict=unverified')).ids).toEqual([ids[2]]);
    expect((await listed(`?enrollmentId=${newId()}`)).ids).toEqual([]);
    expect((await listed(`?contactId=${newId()}`)).ids).toEqual([]);
    expect((await tenant.api.get('/v1/inbound-messages?kind=spam')).status).toBe(400);
  });

  test('are read whole, with the day of a return and what was attached', async () => {
    expect((await tenant.api.get(`/v1/inbound-messages/${ids[1]}`)).body).toMatchObject({
      kind: 'out_of_office',
      returnOn: '2026-02-15',
      replyText: 'Yes.',
      headers: [{ name: 'subject', value: 'Re: Hello' }],
      attachments: [],
    });
    expect((await tenant.api.get(`/v1/inbound-messages/${ids[0]}`)).body).toMatchObject({
      attachments: [{ id: attachmentId, contentType: 'text/html', bytes: CONTENT.length }],
    });
  });

  test('have attachments that a browser saves and makes nothing of', async () => {
    const answer = await download(tenant.key, `${ids[0]}/attachments/${attachmentId}`);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(CONTENT)).toBe(true);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(CONTENT.length),
      'x-content-type-options': 'nosniff',
      'content-disposition':
        'attachment; filename="off_er__X: y__.html"; filename*=UTF-8\'\'off%22er__X%3A%20y_%C3%BC.html',
    });
    expect(headers['content-security-policy']).toContain('sandbox');
  });

  test('are nobody else’s, nor is what was attached to them', async () => {
    expect((await stranger.api.get('/v1/inbound-messages')).body.items).toEqual([]);
    expect((await stranger.api.get(`/v1/inbound-messages/${ids[0]}`)).status).toBe(404);
    for (const [key, path] of [
      [stranger.key, `${ids[0]}/attachments/${attachmentId}`],
      [tenant.key, `${ids[1]}/attachments/${attachmentId}`],
      [tenant.key, `${ids[0]}/attachments/${newId()}`],
    ] as const) {
      expect((await download(key, path)).status, path).toBe(404);
    }
  });
});

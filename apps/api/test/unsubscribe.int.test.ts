import { newId } from '@cadenza/domain';
import { createDatabase, createPool } from '@cadenza/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, type Rows } from './support/examples.ts';
import { linkOf, linkWith } from './support/links.ts';
import { rawPost } from './support/raw-post.ts';
import {
  createWorld,
  UNSUBSCRIBE_SECRET,
  variant,
  type Tenant,
  type World,
} from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

async function visit(
  path: string,
  init: RequestInit = {},
  baseUrl = world.baseUrl,
): Promise<Visit> {
  const answer = await fetch(`${baseUrl}${path}`, { redirect: 'manual', ...init });
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
}

const submit = (path: string, choice: string) =>
  visit(path, { method: 'POST', body: new URLSearchParams({ choice }) });

/** All that an unsubscribe could have changed of a tenant. */
async function standing({ id }: Pick<Tenant, 'id'>): Promise<Record<string, unknown>> {
  const of = (query: string) => world.rows<object>(query, [id]);
  return {
    suppressions: await of(
      `SELECT value, reason, source, last_seen_at FROM communication_suppressions
       WHERE tenant_id = $1 ORDER BY value`,
    ),
    optOuts: await of('SELECT contact_id, campaign_id FROM campaign_opt_outs WHERE tenant_id = $1'),
    enrollments: await of(
      'SELECT id, status, end_reason, version FROM contact_campaigns WHERE tenant_id = $1 ORDER BY id',
    ),
    inputs: await of('SELECT count(*) FROM campaign_transitions WHERE tenant_id = $1'),
    events: await of('SELECT count(*) FROM message_events WHERE tenant_id = $1'),
  };
}

const suppressionsOf = ({ email }: Rows) =>
  world.rows('SELECT reason, source FROM communication_suppressions WHERE value = $1', [email]);

async function enrollmentOf({ enrollment }: Rows): Promise<unknown> {
  const { body } = await tenant.api.get(`/v1/enrollments/${enrollment}`);
  return body['status'];
}

describe('looking', () => {
  test.each(['GET', 'HEAD'])('by %s, however often, changes nothing', async (method) => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const before = await standing(own);

    for (let look = 0; look < 20; look += 1) {
      const { status, html } = await visit(`${linkOf(own, rows)}?utm_source=x&choice=leave-all`, {
        method,
      });
      expect(status).toBe(200);
      expect(html === '').toBe(method === 'HEAD');
    }

    expect(await standing(own)).toEqual(before);
  });

  test('shows who writes, the address masked, and what can be left', async () => {
    const rows = await makeRows(tenant);
    const { html, headers } = await visit(linkOf(tenant, rows));
    expect(html).toContain(`tenant ${tenant.id}`);
    expect(html).toContain(`${rows.email[0]}•••@e•••.com`);
    expect(html).not.toContain(rows.email);
    expect(html).toContain('value="leave-all"');
    expect(html).toContain('value="leave-campaign"');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('by a link that names no campaign offers one choice', async () => {
    const rows = await makeRows(tenant);
    const link = linkWith({ tenantId: tenant.id, contactId: rows.contact, scope: 'all' });
    const { html } = await visit(link);
    expect(html).toContain('value="leave-all"');
    expect(html).not.toContain('leave-campaign');
  });

  test('runs no script, loads nothing, and sends its form nowhere else', async () => {
    const { html, headers } = await visit(linkOf(tenant, await makeRows(tenant)));
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(html).not.toMatch(/<script|<img|<link|style=| on\w+=|https?:/i);
    const others = await fetch(`${world.baseUrl}/healthz`);
    expect(others.headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
  });

  test('names a sender without letting it write markup', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    await world.rows('UPDATE tenants SET name = $1 WHERE id = $2', [
      '<b onclick="x">Ann & Co</b>',
      own.id,
    ]);
    const { html } = await visit(linkOf(own, rows));
    expect(html).toContain('&lt;b onclick=&quot;x&quot;&gt;Ann &amp; Co&lt;/b&gt;');
    expect(html).not.toContain('<b onclick');
  });

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'Abmelden'],
    ['fr', 'fr', 'Se désabonner'],
    ['es-MX', 'es', 'Darse de baja'],
    ['ja, it;q=0.5, en;q=0.4', 'it', 'Annulla iscrizione'],
    ['pt-BR,pt', 'pt', 'Cancelar a subscrição'],
    ['en;q=0.1, de;q=0', 'en', 'Unsubscribe'],
    ['*', 'en', 'Unsubscribe'],
    ['constructor', 'en', 'Unsubscribe'],
    [`${'x,'.repeat(5_000)}de`, 'en', 'Unsubscribe'],
  ])('in the language of %.30s', async (accepted, language, word) => {
    const { html, headers } = await visit(linkOf(tenant, await makeRows(tenant)), {
      headers: { 'accept-language': accepted },
    });
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(`<title>${word}</title>`);
    expect(headers.get('content-language')).toBe(language);
  });
});

describe('one click', () => {
  const oneClick = 'List-Unsubscribe=One-Click';
  const multipart = () => {
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    return body;
  };
  test.each<[string, () => RequestInit]>([
    [
      'as a form',
      () => ({
        body: oneClick,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
    ['as multipart', () => ({ body: multipart() })],
    ['with nothing', () => ({})],
    ['with no type', () => ({ body: new Blob([oneClick]) })],
    ['with what is no type', () => ({ body: 'x', headers: { 'content-type': ';;' } })],
    [
      'as JSON that is none',
      () => ({ body: '{', headers: { 'content-type': 'application/json' } }),
    ],
    ['with another field', () => ({ body: new URLSearchParams({ a: 'b' }) })],
    [
      'with a choice that the page does not have',
      () => ({ body: new URLSearchParams({ choice: 'x' }) }),
    ],
    ['with a body larger than any of these', () => ({ body: 'x'.repeat(200_000) })],
  ])('%s leaves everything, without a redirect or a cookie', async (_, init) => {
    const rows = await makeRows(tenant);
    const { status, headers } = await visit(linkOf(tenant, rows), { method: 'POST', ...init() });
    expect(status).toBe(200);
    expect(headers.get('location')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
    expect(await suppressionsOf(rows)).toEqual([{ reason: 'unsubscribed', source: 'one_click' }]);
    expect(await enrollmentOf(rows)).toBe('suppressed');
  });

  test('again, and again at once, changes nothing more', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const post = () => visit(linkOf(own, rows), { method: 'POST', body: oneClick });
    const answers = await Promise.all(Array.from({ length: 10 }, post));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const seen = ({ suppressions, ...rest }: Record<string, unknown>) => ({
      ...rest,
      suppressions: (suppressions as { value: string }[]).length,
    });
    const before = seen(await standing(own));
    expect(before).toMatchObject({ suppressions: 1, enrollments: [{ version: 3 }] });
    await post();
    expect(seen(await standing(own))).toEqual(before);
  });

  test('that is cut off before its body has come changes nothing', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const before = await standing(own);
    const post = rawPost(world.baseUrl, linkOf(own, rows), {
      'content-length': '26',
      expect: '100-continue',
    });
    await post.begun;
    post.socket.destroy();
    await post.closed;
    // Whoever comes next is answered, so the one before has been dealt with.
    await visit(linkOf(own, rows));
    expect(await standing(own)).toEqual(before);
  });
});

describe('the page’s form', () => {
  test('leaves everything, says so, and takes it back', async () => {
    const rows = await makeRows(tenant);
    const link = linkOf(tenant, rows);

    const left = await submit(link, 'leave-all');

    expect(left.status).toBe(200);
    expect(left.html).toContain('You are unsubscribed');
    expect(await suppressionsOf(rows)).toEqual([{ reason: 'unsubscribed', source: 'link' }]);
    expect(await enrollmentOf(rows)).toBe('suppressed');
    const again = await visit(link);
    expect(again.html).toContain('You are unsubscribed');
    expect(again.html).toContain('value="back-to-all"');

    const back = await submit(link, 'back-to-all');

    expect(back.html).toContain('You are subscribed again');
    expect(await suppressionsOf(rows)).toEqual([]);
    // What has ended stays ended.
    expect(await enrollmentOf(rows)).toBe('suppressed');
  });

  test('leaves one campaign, from which an enrolment then keeps out, and takes it back', async () => {
    const rows = await makeRows(tenant);
    const link = linkOf(tenant, rows);
    const enrol = async () => {
      const { body } = await tenant.api.post(`/v1/campaigns/${rows.campaign}/enrollments`, {
        contactIds: [rows.contact],
      });
      return body.refused?.[0]?.['reason'] ?? 'enrolled';
    };

    const left = await submit(link, 'leave-campaign');

    expect(left.html).toContain('You will get no more e-mails of this series.');
    expect(left.html).toContain('value="leave-all"');
    expect(await suppressionsOf(rows)).toEqual([]);
    expect(await enrollmentOf(rows)).toBe('suppressed');
    expect(await enrol()).toBe('opted_out');

    const back = await submit(link, 'back-to-campaign');

    expect(back.html).toContain('You are subscribed again');
    expect(await enrol()).toBe('enrolled');
  });

  test('lifts nothing that an operator has said', async () => {
    const rows = await makeRows(tenant);
    const link = linkOf(tenant, rows);
    await submit(link, 'leave-all');
    await tenant.api.post('/v1/suppressions', { addresses: [rows.email] });

    const back = await submit(link, 'back-to-all');

    expect(back.html).toContain('stopped in another way too');
    expect(await suppressionsOf(rows)).toMatchObject([{ reason: 'unsubscribed' }]);
    expect((await visit(link)).html).not.toContain('back-to-all');
  });

  test('shows in the history of the enrollment', async () => {
    const rows = await makeRows(tenant);
    await submit(linkOf(tenant, rows), 'leave-all');
    const { body } = await tenant.api.get(`/v1/enrollments/${rows.enrollment}/timeline`);
    expect(body.items?.map((item) => [item['kind'], item['type']])).toEqual(
      expect.arrayContaining([
        ['transition', 'event'],
        ['transition', 'suppressed'],
        ['end', 'suppressed'],
      ]),
    );
    const listed = await tenant.api.get(`/v1/suppressions?address=${rows.email}`);
    expect(listed.body.items).toMatchObject([{ reason: 'unsubscribed', source: 'link' }]);
  });

  test('follows the contact to another address', async () => {
    const rows = await makeRows(tenant);
    const email = `${newId()}@elsewhere.example`;
    await tenant.api.patch(`/v1/contacts/${rows.contact}`, { email });
    const { html } = await submit(linkOf(tenant, rows), 'leave-all');
    expect(html).toContain(`${email[0]}•••@e•••.example`);
    expect(await suppressionsOf({ ...rows, email })).toHaveLength(1);
  });
});

describe('a link that is none of ours', () => {
  const methods = [
    ['GET', undefined],
    ['POST', undefined],
    ['POST', new URLSearchParams({ choice: 'leave-all' })],
    ['POST', new URLSearchParams({ choice: 'back-to-all' })],
  ] as const;

  async function changesNothing(own: Tenant, path: string, status: number, words: string) {
    const before = await standing(own);
    for (const [method, body] of methods) {
      const answer = await visit(path, { method, ...(body === undefined ? {} : { body }) });
      expect(answer.status, `${method} ${path}`).toBe(status);
      expect(answer.html).toContain(words);
      expect(answer.html).not.toContain('<form');
    }
    expect(await standing(own)).toEqual(before);
  }

  const broken = 'This link does not work';

  test('forged, cut short or changed is explained, and changes nothing', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const link = linkOf(own, rows);
    const claim = { tenantId: own.id, contactId: rows.contact, scope: 'all' };
    const [path = '', token = ''] = [link.slice(0, 3), link.slice(3)];
    for (const [one, status] of [
      [`${path}`, 400],
      [`${path}x`, 400],
      [`${path}${'x'.repeat(5_000)}`, 400],
      [link.slice(0, -1), 400],
      [link.slice(0, link.length / 2), 400],
      [`${link}=`, 400],
      [`${link}/`, 400],
      [linkWith(claim, 'another secret, of 32 bytes or more'), 403],
      [linkWith({ ...claim, keyId: 'k9' }), 403],
      [linkWith({ ...claim, keyId: 'constructor' }), 403],
      [`${path}${token.replace(/campaign-[0-9a-f-]+/, 'all')}`, 403],
    ] as const) {
      await changesNothing(own, one, status, broken);
    }
  });

  test('of a tenant or contact that is not there is told so', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const other = await world.tenant();
    const theirs = await makeRows(other);
    const words = 'We do not know this address any more';
    for (const claim of [
      { tenantId: newId(), contactId: rows.contact },
      { tenantId: own.id, contactId: newId() },
      { tenantId: other.id, contactId: rows.contact },
      { tenantId: own.id, contactId: theirs.contact },
    ]) {
      await changesNothing(own, linkWith({ ...claim, scope: 'all' }), 404, words);
    }
    expect(await suppressionsOf(theirs)).toEqual([]);
  });

  test('that an old key has signed works as long as the key is kept', async () => {
    const rows = await makeRows(tenant);
    const claim = { tenantId: tenant.id, contactId: rows.contact, scope: 'all', keyId: 'k1' };
    const link = linkWith(claim, `${UNSUBSCRIBE_SECRET}, the former`);
    expect((await visit(link)).status).toBe(200);
    const rotated = await variant(world, { unsubscribeKeys: { k2: UNSUBSCRIBE_SECRET } });
    expect((await visit(link, {}, rotated)).status).toBe(403);
  });
});

test('without the database the page says to come back, and a mail program to try again', async () => {
  const rows = await makeRows(tenant);
  const db = createDatabase(createPool({ url: 'postgres://x:y@127.0.0.1:1/none' }));
  const baseUrl = await variant(world, {
    db,
    store: {
      ...world.deps.store,
      transaction: () => Promise.reject(new Error('Connection terminated')),
    },
  });
  for (const method of ['GET', 'POST']) {
    const answer = await visit(linkOf(tenant, rows), { method }, baseUrl);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.html).toContain('Please try again in a few minutes');
  }
  await db.destroy();
  expect(await suppressionsOf(rows)).toEqual([]);
});

test('neither a token nor an address is logged', async () => {
  const rows = await makeRows(tenant);
  const link = linkOf(tenant, rows);
  await visit(link);
  await submit(link, 'leave-all');
  const lines = world.logged.join('\n');
  expect(lines).toContain('/u/*');
  expect(lines).not.toContain(link.slice(3, 40));
  expect(lines).not.toContain(rows.email);
});

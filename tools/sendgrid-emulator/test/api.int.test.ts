import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, fastEmulator, mailBody, send, START } from './support/emulator.ts';

type Json = Record<string, unknown>;
const HOUR = 3_600_000;
/** A clock that stands almost still, for what must not happen meanwhile. */
const STILL = { rate: 1e-6, realBase: Date.now(), campaignBase: START };

const json = async (answer: Promise<Response>): Promise<unknown> => (await answer).json();

test.each([
  ['hardbounce', 'bounces', 'Bounced Address'],
  ['softbounce', 'bounces', 'Bounced Address'],
  ['complain', 'spam_reports', 'Spam Reporting Address'],
  ['unsubscribe', 'unsubscribes', 'Unsubscribed Address'],
  ['dropped', 'invalid_emails', 'Invalid'],
])('%s@ lands on %s, and the next mail is dropped', async (word, list, reason) => {
  await using emulator = await fastEmulator();
  const to = `${word}@example.org`;
  await send(emulator.url, { to });
  await emulator.idle();
  expect(await json(call(emulator.url, 'GET', `/v3/suppression/${list}`))).toMatchObject([
    { email: to, created: expect.any(Number) as number },
  ]);
  const before = emulator.ledger.planned.length;
  expect((await send(emulator.url, { to, subject: 'Again' })).status).toBe(202);
  await emulator.idle();
  expect(emulator.ledger.planned.slice(before).map(({ event }) => event)).toEqual(['dropped']);
  const found = (await json(
    call(emulator.url, 'POST', '/v3/logs', { query: `subject="Again" AND to_email="${to}"` }),
  )) as { messages: Json[] };
  expect(found.messages).toMatchObject([{ status: 'dropped', reason }]);
});

test('a blocked address is listed as a block and tried again', async () => {
  await using emulator = await fastEmulator();
  await send(emulator.url, { to: 'blocked@example.org' });
  await emulator.idle();
  expect(emulator.suppressions.get('blocks', 'blocked@example.org')?.status).toBe('5.7.1');
  await send(emulator.url, { to: 'blocked@example.org' });
  expect(emulator.ledger.counts().planned).toEqual({ processed: 2, bounce: 2 });
});

test('a soft bounce is delivered at its third send, once taken off the bounce list', async () => {
  await using emulator = await fastEmulator();
  const to = 'softbounce@example.org';
  const remove = () => call(emulator.url, 'DELETE', `/v3/suppression/bounces/${to}`);
  for (const attempt of ['1', '2', '3']) {
    await send(emulator.url, { to, args: { cadenza_message_id: 'm1', cadenza_attempt: attempt } });
    await emulator.idle();
    if (attempt !== '3') expect((await remove()).status).toBe(204);
  }
  const seen = emulator.ledger.planned.map(({ event }) => event);
  expect(seen).toEqual(['processed', 'bounce', 'processed', 'bounce', 'processed', 'delivered']);
  expect((await remove()).status).toBe(404);
});

test('deletes many suppressions, or all', async () => {
  await using emulator = await fastEmulator();
  for (const name of ['a', 'b', 'c']) {
    emulator.suppressions.add('bounces', { email: `${name}@example.org`, created: START });
  }
  const path = '/v3/suppression/bounces';
  expect((await call(emulator.url, 'DELETE', path, { emails: ['a@example.org'] })).status).toBe(
    204,
  );
  expect(emulator.suppressions.entries('bounces')).toHaveLength(2);
  expect((await call(emulator.url, 'DELETE', path, {})).status).toBe(400);
  expect((await call(emulator.url, 'DELETE', path, { delete_all: true })).status).toBe(204);
  expect(await json(call(emulator.url, 'GET', path))).toEqual([]);
});

test('group unsubscribes bind mails of the group only', async () => {
  await using emulator = await fastEmulator();
  const path = '/v3/asm/groups/7/suppressions';
  const to = 'silent@example.org';
  expect((await call(emulator.url, 'POST', path, { recipient_emails: [to] })).status).toBe(201);
  expect(await json(call(emulator.url, 'GET', path))).toEqual([to]);
  await send(emulator.url, { to, extra: { asm: { group_id: 7 } } });
  await send(emulator.url, { to, extra: { asm: { group_id: 8 } } });
  await send(emulator.url, { to });
  expect(emulator.ledger.counts().planned).toEqual({ dropped: 1, processed: 2, delivered: 2 });
});

test('finds messages by custom argument, recipient, id and time, once they are indexed', async () => {
  await using emulator = await fastEmulator({ clock: STILL });
  const args = { cadenza_message_id: 'm1', cadenza_attempt: '1' };
  const answer = await send(emulator.url, { to: 'silent@example.org', args });
  await send(emulator.url, { to: 'silent2@example.org', args: { cadenza_message_id: 'm2' } });
  const id = answer.headers.get('x-message-id') ?? '';
  const search = async (query: string) =>
    (await json(
      call(emulator.url, 'GET', `/v3/messages?limit=10&query=${encodeURIComponent(query)}`),
    )) as { messages: Json[] };
  for (const query of [
    `unique_args['cadenza_message_id']="m1"`,
    `(unique_args["cadenza_message_id"]="m1") AND to_email="silent@example.org"`,
    `msg_id LIKE '${id}%'`,
    `last_event_time BETWEEN TIMESTAMP "2026-03-02T08:59:00Z" AND TIMESTAMP "2026-03-02T09:01:00Z" AND to_email="silent@example.org"`,
  ]) {
    const { messages } = await search(query);
    expect(messages, query).toHaveLength(1);
    expect(messages[0]).toMatchObject({ to_email: 'silent@example.org', status: 'processed' });
  }
  expect((await search(`msg_id LIKE 'other%'`)).messages).toEqual([]);
  const [first] = (await search(`unique_args['cadenza_message_id']="m1"`)).messages;
  const detail = (await json(
    call(emulator.url, 'GET', `/v3/messages/${String(first?.['msg_id'])}`),
  )) as Json;
  expect(JSON.parse(String(detail['unique_args']))).toEqual(args);

  emulator.account.configure({ indexingLagMs: HOUR });
  expect((await search(`unique_args['cadenza_message_id']="m1"`)).messages).toEqual([]);
  emulator.clock.set({ ...STILL, campaignBase: START + 2 * HOUR });
  expect((await search(`unique_args['cadenza_message_id']="m1"`)).messages).toHaveLength(1);
});

test('email logs give custom arguments back, and cannot be searched by them', async () => {
  await using emulator = await fastEmulator();
  await send(emulator.url, { to: 'opener@example.org', args: { cadenza_message_id: 'm1' } });
  await emulator.idle();
  const found = (await json(
    call(emulator.url, 'POST', '/v3/logs', {
      query: `to_email="opener@example.org" AND sg_message_id_created_at >= TIMESTAMP "2026-03-02T00:00:00Z"`,
    }),
  )) as { messages: Json[] };
  const id = String(found.messages[0]?.['sg_message_id']);
  const detail = (await json(call(emulator.url, 'GET', `/v3/logs/${id}`))) as { events: Json[] };
  expect(detail).toMatchObject({ custom_args: { cadenza_message_id: 'm1' }, status: 'delivered' });
  expect(detail.events.map(({ event }) => event)).toEqual(['processed', 'delivered', 'open']);
  const wrong = await call(emulator.url, 'POST', '/v3/logs', { query: `unique_args['a']="b"` });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({
    errors: [{ message: "invalid syntax: 'unique_args' is not a known field" }],
  });
  const either = `to_email="a@example.org" OR to_email="b@example.org"`;
  expect((await call(emulator.url, 'POST', '/v3/logs', { query: either })).status).toBe(400);
});

test('look-ups are refused without add-on or scope, and where nothing is kept', async () => {
  const query = 'to_email="a@example.org"';
  const statuses = async (url: string) => [
    (await call(url, 'GET', `/v3/messages?query=${encodeURIComponent(query)}`)).status,
    (await call(url, 'POST', '/v3/logs', { query })).status,
  ];
  await using plain = await fastEmulator({ account: { activityAddOn: false } });
  expect(await statuses(plain.url)).toEqual([403, 200]);
  await call(plain.url, 'PUT', '/_emulator/account', { activityAddOn: true, emailLogs: false });
  expect(await statuses(plain.url)).toEqual([200, 403]);
  await using lean = await fastEmulator({ ledger: 'counts' });
  expect(await statuses(lean.url)).toEqual([403, 403]);
});

test('scheduled mails wait for send_at, and a batch can be cancelled or paused', async () => {
  await using emulator = await fastEmulator({ clock: STILL });
  const batch = async () => {
    const made = (await json(call(emulator.url, 'POST', '/v3/mail/batch'))) as { batch_id: string };
    return made.batch_id;
  };
  const [cancelled, paused, untouched] = [await batch(), await batch(), await batch()];
  const send_at = START / 1_000 + 3_600;
  for (const batch_id of [cancelled, paused, untouched]) {
    const answer = await send(emulator.url, {
      to: 'silent@example.org',
      extra: { batch_id, send_at },
    });
    expect(answer.status).toBe(202);
  }
  const path = '/v3/user/scheduled_sends';
  await call(emulator.url, 'POST', path, { batch_id: cancelled, status: 'cancel' });
  expect(
    (await call(emulator.url, 'POST', path, { batch_id: paused, status: 'pause' })).status,
  ).toBe(201);
  expect((await call(emulator.url, 'POST', path, { batch_id: 'x', status: 'pause' })).status).toBe(
    400,
  );
  expect(emulator.ledger.counts().planned).toEqual({});
  emulator.clock.set({ rate: 1e6, campaignBase: START + 2 * HOUR });
  await emulator.idle();
  expect(emulator.ledger.counts().planned).toEqual({ processed: 1, delivered: 1 });
  for (const batch of [paused, cancelled]) {
    expect((await call(emulator.url, 'DELETE', `${path}/${batch}`)).status).toBe(204);
  }
  await emulator.idle();
  expect(emulator.ledger.counts().planned).toEqual({ processed: 2, delivered: 2 });
});

test('senders: from unverified to verified', async () => {
  await using emulator = await fastEmulator({ verifiedDomains: [] });
  const mail = { to: 'silent@example.org' };
  expect((await send(emulator.url, mail)).status).toBe(403);
  const sender = { from_email: 'ada@example.com', nickname: 'Ada', reply_to: 'ada@example.com' };
  const made = await call(emulator.url, 'POST', '/v3/verified_senders', sender);
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({ id: 1, verified: false });
  expect((await call(emulator.url, 'POST', '/v3/verified_senders', sender)).status).toBe(400);
  expect((await call(emulator.url, 'POST', '/v3/verified_senders/resend/1')).status).toBe(204);
  expect((await send(emulator.url, mail)).status).toBe(403);
  await call(emulator.url, 'POST', '/_emulator/verify', { email: 'ada@example.com' });
  expect((await send(emulator.url, mail)).status).toBe(202);
  expect(await json(call(emulator.url, 'GET', '/v3/verified_senders'))).toMatchObject({
    results: [{ from_email: 'ada@example.com', verified: true }],
  });
});

test('domains: listed with their records, and validated', async () => {
  await using emulator = await fastEmulator({ verifiedDomains: ['good.example'] });
  emulator.account.addDomain('new.example', false);
  expect(await json(call(emulator.url, 'GET', '/v3/whitelabel/domains'))).toMatchObject([
    { id: 1, domain: 'good.example', valid: true },
    { id: 2, domain: 'new.example', valid: false },
  ]);
  expect(await json(call(emulator.url, 'POST', '/v3/whitelabel/domains/2/validate'))).toMatchObject(
    { id: 2, valid: false, validation_results: { dkim1: { valid: false } } },
  );
  await call(emulator.url, 'POST', '/_emulator/verify', { domain: 'new.example' });
  expect(await json(call(emulator.url, 'POST', '/v3/whitelabel/domains/2/validate'))).toMatchObject(
    { valid: true },
  );
});

test('credits run out with 401', async () => {
  await using emulator = await fastEmulator({ account: { credits: 1 } });
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(202);
  const refused = await send(emulator.url, { to: 'silent@example.org' });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ errors: [{ message: 'Maximum credits exceeded' }] });
});

test('a body of more than 30 MB is refused with 413', async () => {
  await using emulator = await fastEmulator();
  const html = 'x'.repeat(31 * 1024 * 1024);
  expect((await send(emulator.url, { to: 'silent@example.org', html })).status).toBe(413);
  expect(emulator.ledger.refused).toMatchObject([{ status: 413 }]);
});

test.each([
  ['ada@example.org', 'Valid'],
  ['hardbounce@example.org', 'Invalid'],
  ['ada@nowhere.invalid', 'Invalid'],
  ['not an address', 'Invalid'],
  ['info@example.org', 'Risky'],
  ['ada@gmial.com', 'Risky'],
  ['ada@mailinator.com', 'Risky'],
])('validates %s as %s', async (email, verdict) => {
  await using emulator = await fastEmulator();
  const answer = await json(call(emulator.url, 'POST', '/v3/validations/email', { email }));
  expect(answer).toMatchObject({ result: { email, verdict } });
});

test('erasure forgets an address', async () => {
  await using emulator = await fastEmulator();
  await send(emulator.url, { to: 'silent@example.org' });
  const path = `/v3/messages?query=${encodeURIComponent('to_email="silent@example.org"')}`;
  expect(((await json(call(emulator.url, 'GET', path))) as { messages: [] }).messages).toHaveLength(
    1,
  );
  const erased = await call(emulator.url, 'POST', '/v3/recipients/erasejob', {
    email_addresses: ['silent@example.org'],
  });
  expect(erased.status).toBe(202);
  expect(((await json(call(emulator.url, 'GET', path))) as { messages: [] }).messages).toEqual([]);
  const many = { email_addresses: Array.from({ length: 5_001 }, (_, n) => `p${n}@example.org`) };
  expect((await call(emulator.url, 'POST', '/v3/recipients/erasejob', many)).status).toBe(400);
});

test('each recipient of each personalization has events of its own, custom args merged', async () => {
  await using emulator = await fastEmulator();
  const body = {
    ...mailBody({ to: 'x@example.org' }),
    custom_args: { campaign: 'c', shared: 'all' },
    personalizations: [
      {
        to: [{ email: 'silent1@example.org' }, { email: 'silent2@example.org' }],
        custom_args: { shared: 'own' },
      },
      { to: [{ email: 'silent3@example.org' }], subject: 'Another' },
    ],
  };
  expect((await call(emulator.url, 'POST', '/v3/mail/send', body)).status).toBe(202);
  expect(emulator.ledger.accepted).toMatchObject([
    { personalization: 0, customArgs: { campaign: 'c', shared: 'own' }, subject: 'Hello' },
    { personalization: 1, customArgs: { campaign: 'c', shared: 'all' }, subject: 'Another' },
  ]);
  expect(emulator.ledger.counts()).toMatchObject({
    acceptedRequests: 1,
    accepted: 2,
    planned: { processed: 3, delivered: 3 },
  });
});

test('rules of the caller come before words', async () => {
  await using emulator = await fastEmulator({
    behaviour: { rules: [{ match: '*@quiet.example', do: ['silent'] }] },
  });
  await send(emulator.url, { to: 'hardbounce@quiet.example' });
  await call(emulator.url, 'POST', '/_emulator/rules', { match: '*+loud@*', do: ['hardbounce'] });
  await send(emulator.url, { to: 'ada+loud@quiet.example' });
  expect(emulator.ledger.planned.map(({ email, event }) => `${email} ${event}`)).toEqual([
    'hardbounce@quiet.example processed',
    'hardbounce@quiet.example delivered',
    'ada+loud@quiet.example processed',
    'ada+loud@quiet.example bounce',
  ]);
  const wrong = { match: 'x', profile: { open: 2 } };
  expect((await call(emulator.url, 'POST', '/_emulator/rules', wrong)).status).toBe(400);
});

test('the ledger is read over HTTP and appended to a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sendgrid-emulator-'));
  try {
    const ledgerFile = join(folder, 'ledger.ndjson');
    const emulator = await fastEmulator({ ledgerFile });
    await send(emulator.url, { to: 'silent@example.org' });
    await send(emulator.url, { to: 'not an address' });
    const answer = await call(emulator.url, 'GET', '/_emulator/ledger?format=ndjson');
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind)
        .sort();
    const kinds = ['accepted', 'planned', 'planned', 'refused'];
    expect(lines(await answer.text())).toEqual(kinds);
    await emulator.close();
    expect(lines(await readFile(ledgerFile, 'utf8'))).toEqual(kinds);
  } finally {
    await rm(folder, { recursive: true });
  }
});

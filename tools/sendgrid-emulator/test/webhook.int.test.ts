import { expect, test } from 'vitest';
import { call, fastEmulator, send, START } from './support/emulator.ts';
import { signatureHolds, startReceiver } from './support/receiver.ts';

type Event = Record<string, unknown>;
const HOUR = 3_600_000;
const of = (events: readonly Event[], name: string): Event[] =>
  events.filter(({ event }) => event === name);

test('signs the raw bytes with timestamp, and every changed byte is noticed', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  await send(emulator.url, { to: 'clicker@example.org', subject: 'Grüße ✓' });
  await emulator.idle();
  expect(receiver.received.length).toBeGreaterThan(0);
  for (const delivery of receiver.received) {
    expect(signatureHolds(emulator.publicKey, delivery)).toBe(true);
    expect(delivery.headers['content-type']).toBe('application/json');
    const changed = Buffer.from(delivery.raw);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    expect(signatureHolds(emulator.publicKey, { ...delivery, raw: changed })).toBe(false);
  }
  await using other = await fastEmulator();
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing was delivered');
  expect(signatureHolds(other.publicKey, first)).toBe(false);
});

test('nothing follows an acceptance where events are off', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ events: false, webhook: { url: receiver.url } });
  const answer = await send(emulator.url, { to: 'bounce@example.org' });
  expect(answer.status).toBe(202);
  await emulator.idle();
  expect(emulator.ledger.counts()).toMatchObject({ accepted: 1, planned: {} });
  expect(receiver.received).toEqual([]);
  expect(emulator.suppressions.dropReason('bounce@example.org', null)).toBeNull();
});

test('events have the documented fields, custom arguments flattened', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  const answer = await send(emulator.url, {
    to: 'Clicker@Example.org',
    args: { cadenza_message_id: 'm1', cadenza_attempt: '1', event: 'mine', email: 'mine' },
    extra: { categories: ['spring'] },
  });
  const id = answer.headers.get('x-message-id') ?? '';
  expect(id).toMatch(/^[\w-]{22}$/);
  await emulator.idle();
  const events = receiver.events();
  expect(events.map(({ event }) => event)).toEqual(['processed', 'delivered', 'open', 'click']);
  const [, delivered, open, click] = events;
  for (const event of events) {
    expect(event).toMatchObject({
      email: 'clicker@example.org',
      cadenza_message_id: 'm1',
      cadenza_attempt: '1',
      category: ['spring'],
      'smtp-id': expect.stringMatching(/^<.+@.+>$/) as string,
    });
    expect(event['sg_message_id']).toMatch(new RegExp(`^${id}\\.`));
    expect(Number.isInteger(event['timestamp'])).toBe(true);
  }
  expect(new Set(events.map((event) => event['sg_event_id'])).size).toBe(events.length);
  expect(delivered).toMatchObject({ response: '250 2.0.0 OK', tls: 1, ip: '192.0.2.25' });
  expect(open).toMatchObject({ sg_machine_open: false });
  expect(click).toMatchObject({
    url: 'https://example.com/offer',
    url_offset: { index: 0, type: 'html' },
  });
  const times = events.map((event) => Number(event['timestamp']));
  expect(times).toEqual([...times].sort((x, y) => x - y));
  expect(Number(delivered?.['timestamp']) * 1_000 - START).toBeLessThan(24 * HOUR);
});

test.each<[string, string, Event]>([
  [
    'hardbounce',
    'bounce',
    { type: 'bounce', status: '5.1.1', bounce_classification: 'Invalid Address' },
  ],
  [
    'softbounce',
    'bounce',
    { type: 'bounce', status: '5.2.2', bounce_classification: 'Mailbox Unavailable' },
  ],
  ['blocked', 'bounce', { type: 'blocked', status: '5.7.1', bounce_classification: 'Reputation' }],
  ['dropped', 'dropped', { reason: 'Invalid' }],
  ['deferred', 'deferred', { attempt: '1' }],
  ['machine', 'open', { sg_machine_open: true }],
  ['opener', 'open', { sg_machine_open: false }],
  ['complain', 'spamreport', {}],
  ['unsubscribe', 'unsubscribe', {}],
  ['groupunsubscribe', 'group_unsubscribe', { asm_group_id: 7 }],
])('%s@ brings %s', async (word, name, fields) => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  await send(emulator.url, { to: `${word}@example.org`, extra: { asm: { group_id: 7 } } });
  await emulator.idle();
  expect(of(receiver.events(), name)[0]).toMatchObject(fields);
  expect(of(receiver.events(), 'click')).toEqual([]);
});

test('silent@ is delivered and does nothing; tracking switched off hides opens and clicks', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  await send(emulator.url, { to: 'silent@example.org' });
  await send(emulator.url, {
    to: 'clicker.machine@example.org',
    extra: {
      tracking_settings: { open_tracking: { enable: false }, click_tracking: { enable: false } },
    },
  });
  await emulator.idle();
  expect(
    receiver
      .events()
      .map(({ event }) => event)
      .sort(),
  ).toEqual(['delivered', 'delivered', 'processed', 'processed']);
});

test('clicker@ clicks no link that List-Unsubscribe names, and nothing where that is the only one', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  const leave = 'https://mail.example.com/u/1.k1.all.ids.signature';
  const headers = { 'list-unsubscribe': `<${leave}>, <mailto:leave@example.com>` };
  const footer = `<p><a href="${leave}">Leave</a></p>`;
  for (let n = 0; n < 20; n += 1) {
    const html = `<a href="https://example.com/offer">offer</a>${footer}`;
    await send(emulator.url, { to: `clicker${n}@example.org`, html, extra: { headers } });
    await send(emulator.url, { to: `click${n}@example.org`, html: footer, extra: { headers } });
  }
  await emulator.idle();
  const clicks = of(receiver.events(), 'click');
  expect(clicks).toHaveLength(20);
  for (const click of clicks) {
    expect(click).toMatchObject({
      email: expect.stringMatching(/^clicker/) as string,
      url: 'https://example.com/offer',
    });
  }
});

test('an asynchronous bounce has lost its message', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  await send(emulator.url, { to: 'asyncbounce@example.org', args: { cadenza_message_id: 'm1' } });
  await emulator.idle();
  const bounce = of(receiver.events(), 'bounce')[0];
  expect(bounce).toMatchObject({ email: 'asyncbounce@example.org', status: '5.1.1' });
  for (const field of ['sg_message_id', 'cadenza_message_id', 'ip']) {
    expect(bounce).not.toHaveProperty(field);
  }
});

test('batches by number and by bytes', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({
    webhook: { url: receiver.url, batchIntervalMs: 30 * 24 * HOUR, maxBatchEvents: 10 },
  });
  for (let n = 0; n < 15; n += 1) await send(emulator.url, { to: `silent${n}@example.org` });
  await receiver.when(3);
  const sizes = receiver.received.map(({ raw }) => (JSON.parse(String(raw)) as Event[]).length);
  expect(sizes).toEqual([10, 10, 10]);
  emulator.webhook.configure({ maxBatchEvents: 1_000, maxBatchBytes: 1_500 });
  for (let n = 0; n < 15; n += 1) await send(emulator.url, { to: `silent${n}@example.org` });
  await receiver.when(6);
  for (const { raw } of receiver.received.slice(3)) expect(raw.length).toBeLessThanOrEqual(1_500);
});

test('copies and disorder change what arrives, not what happened', async () => {
  const run = async (disturbed: boolean) => {
    await using receiver = await startReceiver();
    await using emulator = await fastEmulator({
      webhook: {
        url: receiver.url,
        ...(disturbed && {
          duplicates: { probability: 1, maxCopies: 5 },
          disorder: { probability: 0.5, maxDelayMs: 48 * HOUR, shuffle: true },
          streams: 3,
        }),
      },
    });
    for (let n = 0; n < 20; n += 1) await send(emulator.url, { to: `clicker${n}@example.org` });
    await emulator.idle();
    return receiver.events();
  };
  const [plain, disturbed] = await Promise.all([run(false), run(true)]);
  const kind = ({ email, event }: Event) => `${String(email)} ${String(event)}`;
  expect(disturbed.length).toBeGreaterThanOrEqual(2 * plain.length);
  expect(new Set(disturbed.map(({ sg_event_id: id }) => id)).size).toBe(plain.length);
  expect([...new Set(disturbed.map(kind))].sort()).toEqual(plain.map(kind).sort());
  const times = disturbed.map(({ timestamp }) => Number(timestamp));
  expect(times).not.toEqual([...times].sort((x, y) => x - y));
});

test('a refused delivery comes again with the same body until it is taken', async () => {
  await using receiver = await startReceiver((nth) => (nth <= 3 ? 503 : 200));
  await using emulator = await fastEmulator({ webhook: { url: receiver.url } });
  await send(emulator.url, { to: 'hardbounce@example.org' });
  await emulator.idle();
  expect(receiver.received.map(({ status }) => status)).toEqual([503, 503, 503, 200]);
  expect(new Set(receiver.received.map(({ raw }) => raw.toString())).size).toBe(1);
  for (const delivery of receiver.received) {
    expect(signatureHolds(emulator.publicKey, delivery)).toBe(true);
  }
  const tries = emulator.ledger.deliveries;
  expect(tries.map((entry) => entry.try)).toEqual([1, 2, 3, 4]);
  const pauses = tries.slice(1).map((entry, index) => entry.at - (tries[index]?.at ?? 0));
  expect(pauses[0]).toBeGreaterThanOrEqual(60_000);
  expect(pauses[1]).toBeGreaterThanOrEqual(120_000);
  expect(pauses[2]).toBeGreaterThanOrEqual(240_000);
});

test('gives a delivery up after a day, and idle says so', async () => {
  await using receiver = await startReceiver(() => 500);
  await using emulator = await fastEmulator({
    webhook: { url: receiver.url },
    // A day is some seconds: a busy machine is late by minutes, and leaves no tries out.
    clock: { rate: 30_000, realBase: Date.now(), campaignBase: START },
  });
  await send(emulator.url, { to: 'hardbounce@example.org' });
  await emulator.idle();
  expect(emulator.ledger.counts().deliveries).toMatchObject({ acknowledged: 0, givenUp: 1 });
  const times = emulator.ledger.deliveries.map(({ at }) => at);
  expect(times.length).toBeGreaterThan(5);
  // A day, and what a busy machine is late by.
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(48 * HOUR);
});

test('follows no redirect, and a cut or silent answer counts as failed', async () => {
  await using receiver = await startReceiver();
  receiver.answer = (nth) => {
    if (nth === 1) return { redirectTo: `${receiver.url}/elsewhere` };
    if (nth === 2) return 'cut';
    return nth === 3 ? 'silence' : 200;
  };
  await using emulator = await fastEmulator({ webhook: { url: receiver.url, timeoutMs: 50 } });
  await send(emulator.url, { to: 'hardbounce@example.org' });
  await emulator.idle();
  expect(receiver.received.map(({ path }) => path)).toEqual(Array(4).fill('/events'));
  const [redirected, cut, silent, taken] = emulator.ledger.deliveries;
  expect(redirected?.status).toBe(302);
  expect(cut?.error).toMatch(/hang up|ECONNRESET/);
  expect(silent?.error).toBe('no answer within 50 ms');
  expect(taken?.status).toBe(200);
});

test('idle waits for what is pending and for the acknowledgement', async () => {
  await using receiver = await startReceiver(() => 'silence');
  await using emulator = await fastEmulator({ webhook: { url: receiver.url, timeoutMs: 50 } });
  const report = async () =>
    (await (await call(emulator.url, 'GET', '/_emulator/idle')).json()) as Record<string, unknown>;
  expect(await report()).toMatchObject({ idle: true, pending: 0, undelivered: 0 });
  await send(emulator.url, { to: 'hardbounce@example.org' });
  await receiver.when(1);
  expect(await report()).toMatchObject({ idle: false, undelivered: 2 });
  receiver.answer = () => 200;
  const waited = await call(emulator.url, 'GET', '/_emulator/idle?wait=10000');
  expect(await waited.json()).toMatchObject({ idle: true });
  expect(emulator.ledger.counts().deliveries.events).toBe(2);
});

test('an address that is none is refused at once', async () => {
  await expect(fastEmulator({ webhook: { url: 'nowhere' } })).rejects.toThrow('"nowhere" is not');
  await using emulator = await fastEmulator();
  const wrong = () => {
    emulator.webhook.configure({ url: 'ftp://127.0.0.1' });
  };
  expect(wrong).toThrow('"ftp://127.0.0.1" is not an http or https address');
  expect((await call(emulator.url, 'PUT', '/_emulator/webhook', { url: 'nowhere' })).status).toBe(
    400,
  );
});

test('idle rejects when the emulator is closed first', async () => {
  const emulator = await fastEmulator({ clock: { rate: 1, realBase: 0, campaignBase: 0 } });
  await send(emulator.url, { to: 'silent@example.org' });
  const waiting = expect(emulator.idle()).rejects.toThrow('closed');
  await emulator.close();
  await waiting;
});

test('the clock can be set while running: what was days away comes at once', async () => {
  await using receiver = await startReceiver();
  await using emulator = await fastEmulator({
    clock: { rate: 1, realBase: Date.now(), campaignBase: START },
    webhook: { url: receiver.url },
  });
  await send(emulator.url, { to: 'clicker@example.org' });
  expect(receiver.received).toHaveLength(0);
  const set = await call(emulator.url, 'PUT', '/_emulator/clock', { rate: 1e7 });
  expect(await set.json()).toMatchObject({ rate: 1e7 });
  await emulator.idle();
  expect(of(receiver.events(), 'click')).toHaveLength(1);
  expect((await call(emulator.url, 'PUT', '/_emulator/clock', { rate: 0 })).status).toBe(400);
});

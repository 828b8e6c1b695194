import { expect, test } from 'vitest';
import { call, emulatorOf, textTo } from './support/emulator.ts';
import { eventsOf, startReceiver, verified } from './support/receiver.ts';

const NUMBER = '+12025550100';
const SENDER = '+12025550199';
const START = Date.UTC(2026, 2, 2, 9);
/** Campaign time that stands almost still, far from the machine's own. */
const clock = () => ({ rate: 1, realBase: Date.now(), campaignBase: START });

test.each([
  ['+12025550100', 'delivered', { type: 'delivered', bounceKind: null }],
  ['+12025550001', 'not a number', { type: 'bounced', bounceKind: 'hard' }],
  ['+12025550002', 'off', { type: 'bounced', bounceKind: 'soft' }],
])('of a message to %s it reports that it is %s, signed', async (to, _name, event) => {
  await using receiver = await startReceiver();
  await using emulator = await emulatorOf({ webhookUrl: receiver.url, clock: clock() });
  const body = textTo(to);
  await call(emulator.url, 'POST', '/v1/messages', { body });
  await emulator.idle();
  const [report, ...more] = receiver.received;
  if (report === undefined) throw new Error('nothing was reported');
  expect(more).toEqual([]);
  expect(verified(emulator.publicKey, report, START)).toEqual({ ok: true });
  const [sent] = emulator.outbox;
  expect(eventsOf(report)).toMatchObject([
    { ...event, reference: body.reference, providerMessageId: sent?.id, at: sent?.at },
  ]);
});

test('it reports nothing of a message to a number that ends in 003', async () => {
  await using receiver = await startReceiver();
  await using emulator = await emulatorOf({ webhookUrl: receiver.url });
  await call(emulator.url, 'POST', '/v1/messages', { body: textTo('+12025550003') });
  await emulator.idle();
  expect(emulator.outbox).toHaveLength(1);
  expect(receiver.received).toEqual([]);
});

test('a signature holds for no other bytes, and for no other emulator', async () => {
  await using receiver = await startReceiver();
  await using emulator = await emulatorOf({ webhookUrl: receiver.url, clock: clock() });
  await using other = await emulatorOf();
  await call(emulator.url, 'POST', '/v1/messages', { body: textTo(NUMBER) });
  await emulator.idle();
  const [report] = receiver.received;
  if (report === undefined) throw new Error('nothing was reported');
  const raw = Buffer.from(report.raw.toString().replace('delivered', 'undelivered'));
  const wrong = { ok: false, reason: 'wrong_signature' };
  expect(verified(emulator.publicKey, { ...report, raw }, START)).toEqual(wrong);
  expect(verified(other.publicKey, report, START)).toEqual(wrong);
});

test.each([
  ['STOP', 'unsubscribed'],
  ['help', 'other'],
  ['Call me', 'replied'],
])('who writes %s to the inbox is reported as somebody who has %s', async (text, type) => {
  await using receiver = await startReceiver();
  await using emulator = await emulatorOf({ webhookUrl: receiver.url, clock: clock() });
  const body = { from: NUMBER, to: SENDER, text };
  const { status } = await call(emulator.url, 'POST', '/inbox', { body, key: null });
  expect(status).toBe(202);
  await emulator.idle();
  const [report] = receiver.received;
  if (report === undefined) throw new Error('nothing was reported');
  expect(verified(emulator.publicKey, report, START)).toEqual({ ok: true });
  expect(eventsOf(report)).toMatchObject([
    { type, reference: null, recipient: NUMBER, answers: { sender: SENDER, number: NUMBER } },
  ]);
});

test('what is no message is refused by the inbox, and not reported', async () => {
  await using receiver = await startReceiver();
  await using emulator = await emulatorOf({ webhookUrl: receiver.url });
  const refused = await call(emulator.url, 'POST', '/inbox', { body: { from: NUMBER } });
  expect(refused).toEqual({ status: 400, body: { error: 'expected {from, to, text}' } });
  await emulator.idle();
  expect(receiver.received).toEqual([]);
});

test('a report is posted until it is acknowledged, each time the same', async () => {
  await using receiver = await startReceiver((nth) => (nth < 3 ? 503 : 204));
  await using emulator = await emulatorOf({ webhookUrl: receiver.url, clock: clock() });
  await call(emulator.url, 'POST', '/inbox', { body: { from: NUMBER, to: SENDER, text: 'STOP' } });
  await emulator.idle();
  expect(receiver.received.map(({ status }) => status)).toEqual([503, 503, 204]);
  expect(new Set(receiver.received.map(({ raw }) => raw.toString())).size).toBe(1);
  for (const post of receiver.received) {
    expect(verified(emulator.publicKey, post, START)).toEqual({ ok: true });
  }
});

test('closing gives up what is not acknowledged', async () => {
  await using receiver = await startReceiver(() => 503);
  await using emulator = await emulatorOf({ webhookUrl: receiver.url });
  await call(emulator.url, 'POST', '/inbox', { body: { from: NUMBER, to: SENDER, text: 'STOP' } });
  await emulator.close();
  await emulator.idle();
  expect(receiver.received.every(({ status }) => status === 503)).toBe(true);
});

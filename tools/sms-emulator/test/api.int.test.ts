import { expect, test } from 'vitest';
import { call, emulatorOf, textTo } from './support/emulator.ts';

test('takes a message with the key, and shows it in the outbox with its own time', async () => {
  const campaignBase = Date.UTC(2026, 2, 2, 9);
  await using emulator = await emulatorOf({
    clock: { rate: 3_600, realBase: Date.now(), campaignBase },
  });
  const message = textTo('+12025550100');
  const began = Date.now();
  const { status, body } = await call(emulator.url, 'POST', '/v1/messages', { body: message });
  const campaignPassed = (Date.now() - began + 1_000) * 3_600;
  expect(status).toBe(202);
  const { id } = body as { id: string };
  const at = expect.toSatisfy(
    (value: number) => value >= campaignBase && value <= campaignBase + campaignPassed,
  );
  const outbox = await call(emulator.url, 'GET', '/outbox', { key: null });
  expect(outbox).toEqual({ status: 200, body: { items: [{ ...message, id, at }] } });
});

test.each([
  ['no key', null],
  ['another key', 'not-the-key'],
])('refuses a message with %s, and keeps nothing of it', async (_name, key) => {
  await using emulator = await emulatorOf({ apiKey: 'the-key' });
  const body = textTo('+12025550100');
  const refused = await call(emulator.url, 'POST', '/v1/messages', { body, key });
  expect(refused.status).toBe(401);
  expect((await call(emulator.url, 'GET', '/v1/senders/ADA', { key })).status).toBe(401);
  expect(emulator.outbox).toEqual([]);
  expect((await call(emulator.url, 'POST', '/v1/messages', { body, key: 'the-key' })).status).toBe(
    202,
  );
});

test.each([
  ['a number that is not in E.164', { ...textTo('0202 555 0100') }, 'to: '],
  ['no text', { ...textTo('+12025550100'), text: '' }, 'text: '],
  ['a reference that is none of ours', { ...textTo('+12025550100'), reference: {} }, 'reference.'],
  ['no JSON', '{"from":', ''],
])('refuses %s, and says where it is', async (_name, body, place) => {
  await using emulator = await emulatorOf();
  const refused = await call(emulator.url, 'POST', '/v1/messages', { body });
  expect(refused).toEqual({ status: 400, body: { error: expect.stringContaining(place) } });
  expect(emulator.outbox).toEqual([]);
});

test('has every sender, and no other routes', async () => {
  await using emulator = await emulatorOf();
  expect((await call(emulator.url, 'GET', '/v1/senders/%2B12025550199')).status).toBe(200);
  expect((await call(emulator.url, 'GET', '/v1/messages')).status).toBe(404);
});

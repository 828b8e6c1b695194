import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { call, fastEmulator, send } from './support/emulator.ts';

const status = async (answer: Promise<Response>): Promise<number | 'cut'> => {
  try {
    return (await answer).status;
  } catch {
    return 'cut';
  }
};

test.each([401, 403, 429, 500, 502, 503, 504] as const)(
  'answers %i so many times and accepts nothing meanwhile',
  async (code) => {
    await using emulator = await fastEmulator();
    emulator.faults.add({ kind: 'respond', status: code, times: 2 });
    const to = 'silent@example.org';
    expect((await send(emulator.url, { to })).status).toBe(code);
    expect((await send(emulator.url, { to })).status).toBe(code);
    expect(emulator.ledger.accepted).toHaveLength(0);
    expect(emulator.ledger.refused.map((entry) => entry.status)).toEqual([code, code]);
    expect((await send(emulator.url, { to })).status).toBe(202);
    expect(emulator.faults.list()).toEqual([]);
  },
);

test('a 429 has its headers, Reset in either form', async () => {
  await using emulator = await fastEmulator();
  emulator.faults.add({ kind: 'respond', status: 429, resetInSeconds: 30, times: 1 });
  const epoch = await send(emulator.url, { to: 'silent@example.org' });
  const now = Math.floor(Date.now() / 1_000);
  expect(epoch.headers.get('x-ratelimit-limit')).toBe('600');
  expect(epoch.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Math.abs(Number(epoch.headers.get('x-ratelimit-reset')) - now - 30)).toBeLessThan(5);
  emulator.faults.add({ kind: 'respond', status: 429, resetInSeconds: 30, resetForm: 'seconds' });
  const seconds = await send(emulator.url, { to: 'silent@example.org' });
  expect(seconds.headers.get('x-ratelimit-reset')).toBe('30');
});

test('cuts the connection after accepting, or before', async () => {
  await using emulator = await fastEmulator();
  const args = { cadenza_message_id: 'm1', cadenza_attempt: '1' };
  emulator.faults.add({ kind: 'accept_then_drop', times: 1 });
  expect(await status(send(emulator.url, { to: 'silent@example.org', args }))).toBe('cut');
  expect(emulator.ledger.accepted).toHaveLength(1);

  emulator.faults.add({ kind: 'drop_before_accept', times: 1 });
  expect(await status(send(emulator.url, { to: 'silent@example.org', args }))).toBe('cut');
  expect(emulator.ledger.accepted).toHaveLength(1);
  expect(emulator.ledger.refused).toMatchObject([{ status: null, customArgs: args }]);

  emulator.faults.add({ kind: 'accept_then_respond', status: 503, times: 1 });
  expect(await status(send(emulator.url, { to: 'silent@example.org', args }))).toBe(503);
  expect(emulator.ledger.accepted).toHaveLength(2);
  expect(emulator.ledger.doubled().attempts).toEqual([{ messageId: 'm1', attempt: '1', times: 2 }]);
});

test('resets a connection before a byte is read', async () => {
  await using emulator = await fastEmulator();
  emulator.faults.add({ kind: 'reset_on_connect', times: 1 });
  const port = Number(new URL(emulator.url).port);
  const ended = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
    socket.on('end', () => {
      resolve('end');
    });
    socket.resume();
  });
  expect(ended).toBe('ECONNRESET');
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(202);
});

test('slow waits in real time and then goes on', async () => {
  await using emulator = await fastEmulator();
  emulator.faults.add({ kind: 'slow', delayMs: 120, times: 1 });
  emulator.faults.add({ kind: 'respond', status: 500, times: 1 });
  const begun = performance.now();
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(500);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(110);
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(202);
});

test('strikes some recipients only, until it is removed', async () => {
  await using emulator = await fastEmulator();
  const id = emulator.faults.add({ kind: 'respond', status: 500, recipient: '*@slow.example' });
  expect((await send(emulator.url, { to: 'silent@slow.example' })).status).toBe(500);
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(202);
  expect(emulator.faults.remove(id)).toBe(true);
  expect((await send(emulator.url, { to: 'silent@slow.example' })).status).toBe(202);
});

test('luck depends on the seed, the recipient and the try, not on the order', async () => {
  const people = Array.from({ length: 60 }, (_, n) => `silent${n}@example.org`);
  const struck = async (order: readonly string[], seed: string) => {
    await using emulator = await fastEmulator({ seed });
    emulator.faults.add({ kind: 'respond', status: 503, probability: 0.5 });
    const hit: string[] = [];
    for (const to of order) if ((await send(emulator.url, { to })).status === 503) hit.push(to);
    return hit.sort();
  };
  const first = await struck(people, 'a');
  expect(await struck([...people].reverse(), 'a')).toEqual(first);
  expect(await struck(people, 'b')).not.toEqual(first);
  expect(first.length).toBeGreaterThan(15);
  expect(first.length).toBeLessThan(45);
});

test('faults are managed over HTTP, and a wrong one is refused by name', async () => {
  await using emulator = await fastEmulator();
  const added = await call(emulator.url, 'POST', '/_emulator/faults', {
    kind: 'respond',
    status: 503,
    path: '/v3/scopes',
  });
  expect(added.status).toBe(201);
  const { id } = (await added.json()) as { id: string };
  expect((await call(emulator.url, 'GET', '/v3/scopes')).status).toBe(503);
  expect((await send(emulator.url, { to: 'silent@example.org' })).status).toBe(202);
  const listed = await call(emulator.url, 'GET', '/_emulator/faults');
  expect(await listed.json()).toMatchObject([{ id, struck: 1, status: 503 }]);
  expect((await call(emulator.url, 'DELETE', `/_emulator/faults/${id}`)).status).toBe(204);
  expect((await call(emulator.url, 'GET', '/v3/scopes')).status).toBe(200);
  const wrong = await call(emulator.url, 'POST', '/_emulator/faults', {
    kind: 'respond',
    status: 418,
  });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ errors: [{ field: 'status' }] });
});

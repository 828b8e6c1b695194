import { expect, test } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { signatureHolds, startReceiver } from './support/receiver.ts';

test.each(['parsed', 'raw'] as const)('posts a mail that comes in, %s and signed', async (form) => {
  await using receiver = await startReceiver();
  const emulator = await startEmulator();
  try {
    const answer = await fetch(`${emulator.url}/_emulator/inbound`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        url: receiver.url,
        from: 'ann@example.org',
        to: ['r-1@replies.example.com'],
        subject: 'Re: Hello',
        text: 'Grüße',
        headers: { 'In-Reply-To': '<1@example.com>' },
        form,
      }),
    });
    expect(await answer.json()).toEqual({ status: 204 });
    const [delivery] = receiver.received;
    if (delivery === undefined) throw new Error('nothing was posted');
    expect(signatureHolds(emulator.publicKey, delivery)).toBe(true);
    const fields = await new Response(new Uint8Array(delivery.raw), {
      headers: { 'content-type': String(delivery.headers['content-type']) },
    }).formData();
    expect(fields.get('envelope')).toBe(
      '{"to":["r-1@replies.example.com"],"from":"ann@example.org"}',
    );
    expect(fields.get(form === 'raw' ? 'email' : 'headers')).toContain(
      'In-Reply-To: <1@example.com>',
    );
    expect(fields.get(form === 'raw' ? 'email' : 'text')).toContain('Grüße');
    expect(fields.has('email')).toBe(form === 'raw');
  } finally {
    await emulator.close();
  }
});

test('posts a mail without a signature where it is told so, and says what it was answered', async () => {
  await using receiver = await startReceiver(() => 503);
  const emulator = await startEmulator();
  try {
    const answer = await emulator.inbound.receive(
      { from: 'ann@example.org', to: ['b@example.com'], raw: 'Subject: Hello\r\n\r\nText' },
      { url: receiver.url, signed: false },
    );
    expect(answer).toEqual({ status: 503 });
    expect(receiver.received[0]?.headers).not.toHaveProperty(
      'x-twilio-email-event-webhook-signature',
    );
  } finally {
    await emulator.close();
  }
});

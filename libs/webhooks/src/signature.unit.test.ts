import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createWebhookSecret, signatureHeaders } from './signature.ts';

const body = '{"type":"message.opened","data":{"name":"Zoë ☕"}}';
const now = () => Math.floor(Date.now() / 1_000);

test('is verified by the reference implementation, with either secret', () => {
  const secrets = [createWebhookSecret(), createWebhookSecret()];
  const headers = signatureHeaders({ id: 'msg_1', timestamp: now(), body, secrets });
  for (const secret of secrets) {
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  }
});

test.each([
  ['another secret', {}, body, createWebhookSecret()],
  ['another body', {}, `${body} `, null],
  ['another id', { 'webhook-id': 'msg_2' }, body, null],
  ['another time', { 'webhook-timestamp': String(now() - 1) }, body, null],
] as const)('is refused there with %s', (_what, over, text, other) => {
  const secret = createWebhookSecret();
  const headers = signatureHeaders({ id: 'msg_1', timestamp: now(), body, secrets: [secret] });
  const verifier = new Webhook(other ?? secret);
  expect(() => verifier.verify(text, { ...headers, ...over })).toThrow();
});

test('a secret has 32 random bytes', () => {
  const [one, two] = [createWebhookSecret(), createWebhookSecret()];
  expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(one).not.toBe(two);
});

import { InvalidInputError } from '@cadenza/domain';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createWebhookVerifier, parseEventBatch, type SignedDelivery } from '../src/index.ts';
import { PUBLIC_VECTOR, VECTOR_NOW } from './public-vector.ts';

const { publicKey, ...delivery } = PUBLIC_VECTOR;
const verifier = createWebhookVerifier(publicKey);
const pem = createPublicKey({
  key: Buffer.from(publicKey, 'base64'),
  format: 'der',
  type: 'spki',
}).export({ format: 'pem', type: 'spki' }) as string;

const refusal = (reason: string) => ({ ok: false, reason });

function otherKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');
}

describe('the vendor’s public vector', () => {
  test('has 327 bytes, is accepted, and holds one event', () => {
    expect(delivery.rawBody).toHaveLength(327);
    expect(verifier.verify({ ...delivery, now: VECTOR_NOW })).toEqual({ ok: true });
    expect(parseEventBatch(delivery.rawBody)).toMatchObject({
      events: [{ event: { type: 'dropped', reason: 'Bounced Address' } }],
    });
  });

  test.each([
    ['PEM', pem],
    ['PEM in one line, as environment files hold it', pem.replaceAll('\n', '\\n')],
    ['base64 with spaces around', ` ${publicKey}\n`],
  ])('is accepted with the key as %s', (_, key) => {
    const result = createWebhookVerifier(key).verify({ ...delivery, now: VECTOR_NOW });
    expect(result).toEqual({ ok: true });
  });

  test('is refused with another key, and accepted while that replaces the old one', () => {
    const other = otherKey();
    const attempt = { ...delivery, now: VECTOR_NOW };
    expect(createWebhookVerifier(other).verify(attempt)).toEqual({
      ok: false,
      reason: 'wrong_signature',
    });
    expect(createWebhookVerifier([other, publicKey]).verify(attempt)).toEqual({ ok: true });
  });
});

describe('refusals', () => {
  test.each([
    ['no signature', { signature: undefined }, 'missing_signature'],
    ['an empty signature', { signature: '' }, 'missing_signature'],
    ['no timestamp', { timestamp: undefined }, 'missing_timestamp'],
    ['an empty timestamp', { timestamp: '' }, 'missing_timestamp'],
    ['a short timestamp', { timestamp: '160011250' }, 'malformed_timestamp'],
    ['a timestamp with a space', { timestamp: ' 1600112502' }, 'malformed_timestamp'],
    ['a timestamp with a line break', { timestamp: '1600112502\n' }, 'malformed_timestamp'],
    ['a signature that is no base64', { signature: '%%%%' }, 'malformed_signature'],
    ['a signature of a million characters', { signature: 'A'.repeat(1e6) }, 'malformed_signature'],
    ['a signature that is no DER', { signature: 'AAAA' }, 'wrong_signature'],
    ['DER of something else', { signature: 'MAMCAQE=' }, 'wrong_signature'],
    ['an empty body', { rawBody: Buffer.alloc(0) }, 'wrong_signature'],
  ])('%s: %s', (_, change, reason) => {
    expect(verifier.verify({ ...delivery, now: VECTOR_NOW, ...change })).toEqual({
      ok: false,
      reason,
    });
  });

  test('of a body that comes in pieces are the same, and so is its acceptance', () => {
    const { rawBody, ...headers } = delivery;
    const inPieces = (change: Partial<SignedDelivery>, of = verifier) => {
      const running = of.begin({ ...headers, now: VECTOR_NOW, ...change });
      for (const byte of change.rawBody ?? rawBody) running.update(Buffer.of(byte));
      return running.end();
    };
    expect(inPieces({})).toEqual({ ok: true });
    expect(inPieces({}, createWebhookVerifier([otherKey(), publicKey]))).toEqual({ ok: true });
    expect(inPieces({ rawBody: rawBody.subarray(1) })).toEqual(refusal('wrong_signature'));
    expect(inPieces({ signature: 'AAAA' })).toEqual(refusal('wrong_signature'));
    expect(inPieces({ signature: '%%' })).toEqual(refusal('malformed_signature'));
    expect(inPieces({ timestamp: '160011250' })).toEqual(refusal('malformed_timestamp'));
    expect(inPieces({}, createWebhookVerifier(otherKey()))).toEqual(refusal('wrong_signature'));
  });

  test('that the headers alone deserve are known without the body', () => {
    const { signature, timestamp } = delivery;
    const headers = { signature, timestamp, now: VECTOR_NOW };
    expect(verifier.headerFlaw(headers)).toBeNull();
    expect(verifier.headerFlaw({ ...headers, signature: 'AAAA' })).toBeNull();
    expect(verifier.headerFlaw({ ...headers, signature: '%%' })).toBe('malformed_signature');
    expect(verifier.headerFlaw({ ...headers, timestamp: undefined })).toBe('missing_timestamp');
    expect(verifier.headerFlaw({ ...headers, now: 0 })).toBe('in_the_future');
  });

  test('a digit moved from the timestamp to the body', () => {
    const moved = {
      ...delivery,
      timestamp: '160011250',
      rawBody: Buffer.concat([Buffer.from('2'), delivery.rawBody]),
    };
    expect(verifier.verify({ ...moved, now: VECTOR_NOW })).toEqual({
      ok: false,
      reason: 'malformed_timestamp',
    });
  });

  test('a signature in the other base64 alphabet', () => {
    const signature = delivery.signature.replaceAll('+', '-').replaceAll('/', '_');
    expect(verifier.verify({ ...delivery, signature, now: VECTOR_NOW })).toEqual({
      ok: false,
      reason: 'malformed_signature',
    });
  });
});

describe('freshness', () => {
  const signedAt = 1_600_112_502_000;
  const hour = 3_600_000;

  test.each([
    ['on the edge of 25 h', {}, 25 * hour, { ok: true }],
    ['beyond 25 h', {}, 25 * hour + 1, { ok: false, reason: 'too_old' }],
    ['10 minutes ahead', {}, -600_000, { ok: true }],
    ['further ahead', {}, -600_001, { ok: false, reason: 'in_the_future' }],
    ['within a window of our own', { maxAgeMs: 1000 }, 1000, { ok: true }],
    ['beyond a window of our own', { maxAgeMs: 1000 }, 1001, { ok: false, reason: 'too_old' }],
  ])('%s', (_, options, age, expected) => {
    const fresh = createWebhookVerifier(publicKey, options);
    expect(fresh.verify({ ...delivery, now: signedAt + age })).toEqual(expected);
  });

  test('the clock is the real one by default', () => {
    expect(verifier.verify(delivery)).toEqual({ ok: false, reason: 'too_old' });
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const rawBody = Buffer.from('[]');
    const signature = sign(
      'sha256',
      Buffer.concat([Buffer.from(timestamp), rawBody]),
      pair.privateKey,
    ).toString('base64');
    const key = pair.publicKey.export({ format: 'pem', type: 'spki' }) as string;
    expect(createWebhookVerifier(key).verify({ signature, timestamp, rawBody })).toEqual({
      ok: true,
    });
  });
});

describe('keys are checked when the verifier is made', () => {
  const spki = (pair: { publicKey: { export(o: object): string | Buffer } }) =>
    pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  test.each([
    ['none', [], 'missing_key', 'keys'],
    ['an empty one', '', 'missing_key', 'keys[0]'],
    ['blanks', [publicKey, ' \n'], 'missing_key', 'keys[1]'],
    ['nonsense', 'not a key', 'unreadable_key', 'keys[0]'],
    ['a key cut short', publicKey.slice(0, 60), 'unreadable_key', 'keys[0]'],
    [
      'a broken PEM',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      'unreadable_key',
      'keys[0]',
    ],
    [
      'P-384',
      spki(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
      'wrong_key_type',
      'keys[0]',
    ],
    ['RSA', spki(generateKeyPairSync('rsa', { modulusLength: 2048 })), 'wrong_key_type', 'keys[0]'],
    ['Ed25519', spki(generateKeyPairSync('ed25519')), 'wrong_key_type', 'keys[0]'],
    [
      'a private key',
      p256.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      'private_key',
      'keys[0]',
    ],
  ])('%s', (_, keys, code, path) => {
    const thrown = catching(() => createWebhookVerifier(keys));
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect(thrown).toMatchObject({ problems: [{ code, path }] });
    expect(String(thrown)).not.toContain('PRIVATE KEY-----');
  });
});

function catching(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

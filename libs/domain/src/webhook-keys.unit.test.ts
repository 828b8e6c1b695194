import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { webhookKeysOf } from './index.ts';

function pair(namedCurve = 'prime256v1') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    base64: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

const [one, two, three] = [pair(), pair(), pair()];

describe('webhookKeysOf', () => {
  it.each([
    ['one', one.base64, [one]],
    ['PEM', one.pem, [one]],
    ['PEM in one line', one.pem.trim().replaceAll('\n', '\\n'), [one]],
    ['commas', `${one.base64},${two.base64}`, [one, two]],
    ['white space', ` ${one.base64}\n\t${two.base64} `, [one, two]],
    ['both', `${one.base64} , ${two.base64},`, [one, two]],
    ['PEM after PEM', `${one.pem}${two.pem}`, [one, two]],
    [
      'PEM and base64',
      `${one.pem.replaceAll('\n', '\\n')},${two.base64} ${three.pem}`,
      [one, three, two],
    ],
    ['one written twice', `${one.base64},${one.pem}`, [one]],
  ])('reads %s', (_name, text, keys) => {
    expect(webhookKeysOf(text)).toEqual(keys.map(({ base64 }) => base64));
  });

  it.each([
    ['nothing', ''],
    ['commas alone', ' , ,'],
    ['no key', 'no-key'],
    ['one that is none beside one that is', `${one.base64},no-key`],
    ['another curve', pair('secp384r1').base64],
    ['a private key', one.privatePem],
    ['a private key in one line', one.privatePem.replaceAll('\n', '\\n')],
    ['PEM cut short', one.pem.slice(0, 60)],
    ['base64 cut short', one.base64.slice(0, 60)],
  ])('refuses %s', (_name, text) => {
    expect(webhookKeysOf(text)).toBeNull();
  });
});

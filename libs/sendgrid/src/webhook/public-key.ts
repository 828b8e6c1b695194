import { InvalidInputError, showValue } from '@cadenza/domain';
import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * Reads the public key that SendGrid shows for a signed Event Webhook: base64 of DER SPKI, or the
 * same as PEM. Throws {@link InvalidInputError} for anything but a key on the curve P-256.
 */
export function readPublicKey(value: string, path: string): KeyObject {
  const text = value.trim().replaceAll('\\n', '\n');
  const refuse = (code: string, found: string): never => {
    throw new InvalidInputError('webhook public key', [
      {
        path,
        code,
        message: `${found}: expected a P-256 public key, base64 of DER SPKI or PEM`,
      },
    ]);
  };
  if (text === '') return refuse('missing_key', 'the key is empty');
  // A private key would be read as its public half, and should not be anywhere near here.
  if (text.includes('PRIVATE KEY')) return refuse('private_key', 'this is a private key');

  const key = parse(text) ?? refuse('unreadable_key', showValue(text));
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType !== 'ec' || curve !== 'prime256v1') {
    return refuse('wrong_key_type', `this is a key of type ${curve ?? key.asymmetricKeyType}`);
  }
  return key;
}

function parse(text: string): KeyObject | null {
  try {
    return text.startsWith('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

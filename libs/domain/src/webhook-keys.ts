import { createPublicKey } from 'node:crypto';

/** What a list of verification keys must be; completes the sentence "expected …". */
export const WEBHOOK_KEYS_EXPECTED =
  'a public key on the curve P-256 (ECDSA, base64 or PEM), ' +
  'or several, with commas or white space between them';

/** A block of PEM: it holds white space itself, so it is taken out before the rest is split. */
const PEM_BLOCK = /-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----/g;

/**
 * The verification keys of a text, each once, in the form that SendGrid shows: base64 of DER SPKI.
 * Line breaks in PEM may be written as `\n`. Null where there is none, or where one is no public
 * key on the curve P-256.
 */
export function webhookKeysOf(text: string): readonly string[] | null {
  const written = text.replaceAll('\\n', '\n');
  const blocks = written.match(PEM_BLOCK) ?? [];
  const others = written.replace(PEM_BLOCK, ' ').split(/[\s,]+/);
  const keys = [...blocks, ...others.filter((part) => part !== '')].map(webhookKeyOf);
  const known = keys.filter((key) => key !== null);
  return known.length === 0 || known.length < keys.length ? null : [...new Set(known)];
}

function webhookKeyOf(text: string): string | null {
  // A private key would be read as its public half, and should not be anywhere near here.
  if (text.includes('PRIVATE KEY')) return null;
  try {
    const key = text.startsWith('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
      ? key.export({ format: 'der', type: 'spki' }).toString('base64')
      : null;
  } catch {
    return null;
  }
}

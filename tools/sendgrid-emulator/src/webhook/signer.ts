import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';

/** The key pair of SendGrid's signed event webhook. */
export interface WebhookSigner {
  /** Base64 of the DER form (SPKI), as SendGrid shows it. */
  readonly publicKey: string;
  /** Headers that sign a body: ECDSA on P-256 with SHA-256 over timestamp and raw body. */
  headers(timestamp: string, body: Buffer): Record<string, string>;
}

/**
 * @param privateKeyPem a P-256 key in PEM form; a new one is made when it is absent.
 * @throws TypeError when the key is not on P-256.
 */
export function createSigner(privateKeyPem?: string): WebhookSigner {
  const privateKey: KeyObject =
    privateKeyPem === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : createPrivateKey(privateKeyPem);
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('the webhook key must be an elliptic-curve key on P-256');
  }
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: publicKey.toString('base64'),
    headers(timestamp, body) {
      const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey);
      return {
        'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
        'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
      };
    },
  };
}

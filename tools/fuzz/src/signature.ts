import { sign, type KeyObject } from 'node:crypto';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@cadenza/sendgrid';
import { SMS_SIGNATURE_HEADER, SMS_TIMESTAMP_HEADER } from '@cadenza/sms-dev';

/** Names of the headers that a provider signs with. */
export const SENDGRID_HEADERS = {
  signature: SIGNATURE_HEADER,
  timestamp: TIMESTAMP_HEADER,
} as const;
export const SMS_HEADERS = {
  signature: SMS_SIGNATURE_HEADER,
  timestamp: SMS_TIMESTAMP_HEADER,
} as const;

/** Signs what is posted as a provider does: with ECDSA, over the time in seconds and the bytes. */
export function signedHeaders<S extends string, T extends string>(
  body: Buffer,
  options: {
    readonly key: KeyObject;
    readonly seconds: number;
    readonly names: { readonly signature: S; readonly timestamp: T };
  },
): Record<S | T, string> {
  const { key, names } = options;
  const timestamp = String(options.seconds);
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), key);
  return {
    [names.signature]: signature.toString('base64'),
    [names.timestamp]: timestamp,
  } as Record<S | T, string>;
}

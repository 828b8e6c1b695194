import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SMS_SIGNATURE_HEADER, SMS_TIMESTAMP_HEADER, type SmsReport } from '@cadenza/sms-dev';

/** Posts reports, signed, until they are acknowledged. */
export interface SmsWebhook {
  /** Base64 of DER SPKI. */
  readonly publicKey: string;
  post(report: SmsReport): void;
  /** Resolves when nothing waits to be acknowledged any more. */
  idle(): Promise<void>;
  close(): void;
}

/** Real milliseconds between two tries, and for one of them. */
const PAUSE_MS = 500;
const TIMEOUT_MS = 10_000;

/** @param now campaign time, by which signatures are dated. */
export function createSmsWebhook(url: string | null, now: () => number): SmsWebhook {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  async function deliver(report: SmsReport, to: string): Promise<void> {
    const body = Buffer.from(JSON.stringify([report]));
    while (!closing.signal.aborted) {
      const timestamp = String(Math.floor(now() / 1_000));
      const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey);
      const status = await fetch(to, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SMS_SIGNATURE_HEADER]: signature.toString('base64'),
          [SMS_TIMESTAMP_HEADER]: timestamp,
        },
        body,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status >= 200 && status < 300) return;
      await delay(PAUSE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    publicKey: publicKey.toString('base64'),
    post(report) {
      if (url === null) return;
      const posted = deliver(report, url);
      underWay.add(posted);
      void posted.finally(() => underWay.delete(posted));
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => closing.abort(),
  };
}

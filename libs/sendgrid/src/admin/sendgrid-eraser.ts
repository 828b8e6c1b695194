import type { DataEraser } from '@cadenza/domain';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';
import { SendGridApiError } from './api-error.ts';

/** Addresses of one request at most; SendGrid takes no more than 256 KB either, which these stay below. */
const MOST = 900;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * SendGrid's erasure of recipients (`POST /v3/recipients/erasejob`), which it works off in its own
 * time. Throws {@link SendGridApiError}; a job is never repeated by itself. Throws
 * `InvalidInputError` for unusable options.
 *
 * https://www.twilio.com/docs/sendgrid/api-reference/recipients-data-erasure/erase-recipients-email-data
 */
export function createSendGridEraser(options: SendGridConnectionOptions): DataEraser {
  const transport = createHttpTransport(resolveConnection(options));
  return {
    async erase(addresses) {
      for (let from = 0; from < addresses.length; from += MOST) {
        const result = await transport.exchange({
          method: 'POST',
          path: '/v3/recipients/erasejob',
          body: JSON.stringify({ email_addresses: addresses.slice(from, from + MOST) }),
          deadline: null,
          maxBodyBytes: MAX_BODY_BYTES,
        });
        const what = 'erasing recipients';
        if (result.kind !== 'answered') throw new SendGridApiError(what, null, result.reason);
        const { status, body } = result;
        if (status < 200 || status >= 300) {
          throw new SendGridApiError(what, status, `HTTP ${status} ${body}`);
        }
      }
    },

    close: () => transport.close(),
  };
}

import type { BounceList } from '@cadenza/domain';
import type { QueueLogger } from '@cadenza/queue';
import type { AccountClients } from '@cadenza/runtime';
import { SendGridApiError, type SendGridAdmin } from '@cadenza/sendgrid';

/**
 * SendGrid's bounce list, of each tenant's account. A key that may not change it is no reason to keep a message for ever:
 * where the address is on the list SendGrid drops the mail, and reports that.
 */
export function bounceList(
  admins: AccountClients<Pick<SendGridAdmin, 'bounces'>>,
  log: QueueLogger,
): BounceList {
  return {
    async remove(email, tenantId) {
      const { client } = await admins.of(tenantId);
      try {
        return await client.bounces.remove(email);
      } catch (error) {
        if (!(error instanceof SendGridApiError) || !FORBIDDEN.has(error.statusCode)) throw error;
        log.warn({ err: error }, 'the key of SendGrid may not remove bounces');
        return false;
      }
    },
  };
}

const FORBIDDEN: ReadonlySet<number | null> = new Set([401, 403]);

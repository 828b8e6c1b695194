import type { SendOptions } from '@cadenza/engine';
import type { QueueLogger } from '@cadenza/queue';

/** Writes a line for each pause that a refusal has caused: until somebody acts, nothing is sent. */
export function logPauses(log: Pick<QueueLogger, 'warn'>): NonNullable<SendOptions['onPaused']> {
  return ({ tenantId, senderIdentityId, reason }) => {
    if (senderIdentityId === null) {
      log.warn({ tenantId, reason }, 'the tenant is paused: nothing more of it is sent');
    } else {
      const fields = { tenantId, senderIdentityId, reason };
      log.warn(fields, 'the sender identity is paused: nothing more of it is sent');
    }
  };
}

import type { Channel, EpochMs, Id } from '@cadenza/domain';
import type { AccountState, SendLimits } from '../ports/limits.ts';

interface Sent {
  readonly tenantId: Id;
  readonly channel: Channel;
}

/** How the account that a message goes through answers; undefined where nothing stands in its way. */
export function accountOf(
  { accounts }: Pick<SendLimits, 'accounts'>,
  { tenantId, channel }: Sent,
): AccountState | undefined {
  return channel === 'email' ? accounts[tenantId] : undefined;
}

/** Until when the account that it goes through takes no message; null where nothing holds it. */
export function accountHeldUntil(limits: Pick<SendLimits, 'accounts'>, sent: Sent): EpochMs | null {
  return accountOf(limits, sent)?.heldUntil ?? null;
}

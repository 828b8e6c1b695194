import type { MailProvider, SendOutcome } from '@cadenza/domain';
import { keyFingerprint, type AccountClients } from '@cadenza/runtime';

/** Real milliseconds for which an account that calls too often is left alone at least. */
const SHORTEST_HOLD_MS = 1_000;

/**
 * Mail of each tenant through its own account, if it has one. Such an account, having answered 429,
 * is not called again by this process before the time that it named: that holds back its own tenant,
 * and nobody else. A tenant whose key cannot be had now sends nothing, and not through the
 * installation's account.
 *
 * @param options.monotonic real milliseconds that never go back.
 */
export function tenantsMail(options: {
  readonly clients: AccountClients<MailProvider>;
  readonly monotonic: () => number;
  readonly onError: (error: unknown, tenantId: string) => void;
}): MailProvider {
  const { clients, monotonic, onError } = options;
  const heldUntil = new WeakMap<MailProvider, number>();

  return {
    async send(mail, deadline) {
      const { tenantId } = mail.reference;
      const found = await clients.of(tenantId).catch((error: unknown) => {
        onError(error, tenantId);
        return null;
      });
      if (found === null) return NOT_REACHED;
      const { client, account } = found;
      const apiKey = account?.apiKey ?? null;
      if (apiKey === null) return client.send(mail, deadline);
      const limited = (retryAfterMs: number, reason: string): SendOutcome => ({
        kind: 'not_handed_off',
        cause: 'rate_limited',
        retryAfterMs,
        reason,
        ownKey: keyFingerprint(apiKey),
      });
      const waitMs = (heldUntil.get(client) ?? 0) - monotonic();
      if (waitMs > 0) return limited(waitMs, 'not called: the account has answered 429 before');
      const outcome = await client.send(mail, deadline);
      if (outcome.kind !== 'not_handed_off' || outcome.cause !== 'rate_limited') return outcome;
      const holdMs = Math.max(outcome.retryAfterMs ?? 0, SHORTEST_HOLD_MS);
      heldUntil.set(client, monotonic() + holdMs);
      return limited(holdMs, outcome.reason);
    },
    close: () => clients.close(),
  };
}

const NOT_REACHED: SendOutcome = {
  kind: 'not_handed_off',
  cause: 'connection_failed',
  retryAfterMs: null,
  reason: 'not called: the SendGrid account of the tenant could not be read',
};

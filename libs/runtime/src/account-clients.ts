import type { Id } from '@cadenza/domain';
import type { SendGridAccount, SendGridAccounts } from './sendgrid-accounts.ts';

/** What is closed when it is needed no more. */
interface Closing {
  close(): Promise<void>;
}

/** Clients of SendGrid, one for each key. */
export interface AccountClients<T> {
  /**
   * The client of a tenant's account, and the account; that is null where the installation's is the
   * only one the tenant ever had.
   *
   * @throws what `SendGridAccounts` throws
   */
  of(tenantId: Id): Promise<{ readonly client: T; readonly account: SendGridAccount | null }>;
  /** Closes all but the installation's. */
  close(): Promise<void>;
}

/** Clients that are kept at most: one that is idle holds no connection, and little memory. */
const MOST_KEPT = 1_000;

/**
 * Opens a client for each tenant with a key of its own, and closes it when the key is replaced.
 *
 * @param options.installation serves all other tenants; whoever gives it closes it.
 * @param options.onError is told what a client threw when it was closed.
 */
export function createAccountClients<T, C extends T & Closing>(options: {
  readonly accounts: SendGridAccounts;
  readonly installation: T;
  readonly open: (apiKey: string) => C;
  readonly onError: (error: unknown) => void;
}): AccountClients<T> {
  const kept = new Map<Id, { readonly apiKey: string; readonly client: C }>();
  const closing = new Set<Promise<void>>();

  function drop(tenantId: Id): void {
    const former = kept.get(tenantId);
    if (former === undefined) return;
    kept.delete(tenantId);
    const closed = former.client.close().catch(options.onError);
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  }

  function clientWith(tenantId: Id, apiKey: string): C {
    const known = kept.get(tenantId);
    if (known?.apiKey === apiKey) {
      // Put behind the others, so that the one that was used least recently is the first.
      kept.delete(tenantId);
      kept.set(tenantId, known);
      return known.client;
    }
    drop(tenantId);
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) drop(oldest);
    const client = options.open(apiKey);
    kept.set(tenantId, { apiKey, client });
    return client;
  }

  return {
    async of(tenantId) {
      const account = await options.accounts.of(tenantId);
      const apiKey = account?.apiKey ?? null;
      if (apiKey === null) {
        drop(tenantId);
        return { client: options.installation, account };
      }
      return { client: clientWith(tenantId, apiKey), account };
    },
    async close() {
      for (const tenantId of [...kept.keys()]) drop(tenantId);
      await Promise.all(closing);
    },
  };
}

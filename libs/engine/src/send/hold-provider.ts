import { CHANNELS, type Channel, type Id, type SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/**
 * Where a provider said that the account calls too often, holds everything of the account back for as
 * long as it asked: all tenants share it, and a message that waits alone would leave the others to
 * hammer on. An account that is one tenant's alone holds back what that one sends, and nobody else.
 */
export async function holdProvider(
  results: readonly {
    readonly context: { readonly channel: Channel; readonly tenantId: Id };
    readonly outcome: SendOutcome;
  }[],
  store: EngineStore,
): Promise<void> {
  const limited = results.flatMap(({ context, outcome }) =>
    outcome.kind === 'not_handed_off' && outcome.cause === 'rate_limited'
      ? [{ ...context, own: outcome.ownAccount === true, waitMs: outcome.retryAfterMs ?? 0 }]
      : [],
  );
  for (const channel of CHANNELS) {
    const shared = limited.filter((one) => one.channel === channel && !one.own);
    if (shared.length > 0) await store.holdProvider(channel, longest(shared));
  }
  const own = Map.groupBy(
    limited.filter((one) => one.own),
    ({ tenantId }) => tenantId,
  );
  for (const [tenantId, waits] of own) await store.holdAccount(tenantId, longest(waits));
}

function longest(waits: readonly { readonly waitMs: number }[]): number {
  return Math.max(...waits.map(({ waitMs }) => waitMs));
}

import { CHANNELS, type Channel, type Id, type SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/**
 * Where a provider said that the account calls too often, holds everything of the account back for as
 * long as it asked: a message that waits alone would leave the others to hammer on. Of text messages
 * that is all there are. Of mail the account may be one tenant's alone: it holds back what that one sends,
 * and nobody else; and not what it sends through another since, whose key has taken the place of the one
 * that was used.
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
      ? [{ ...context, key: outcome.ownKey ?? null, waitMs: outcome.retryAfterMs ?? 0 }]
      : [],
  );
  for (const channel of CHANNELS) {
    const shared = limited.filter((one) => one.channel === channel && one.key === null);
    if (shared.length === 0) continue;
    if (channel === 'email') await store.holdSharedAccount(longest(shared));
    else await store.holdProvider(channel, longest(shared));
  }
  const own = limited.flatMap(({ tenantId, key, waitMs }) =>
    key === null ? [] : [{ tenantId, key, waitMs }],
  );
  for (const waits of Map.groupBy(own, ({ tenantId, key }) => `${tenantId} ${key}`).values()) {
    const [first] = waits;
    if (first !== undefined) await store.holdAccount(first.tenantId, first.key, longest(waits));
  }
}

function longest(waits: readonly { readonly waitMs: number }[]): number {
  return Math.max(...waits.map(({ waitMs }) => waitMs));
}

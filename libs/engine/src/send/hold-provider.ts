import { CHANNELS, type Channel, type SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/**
 * Where a provider said that the account calls too often, holds everything of the account back for as
 * long as it asked: all tenants share it, and a message that waits alone would leave the others to
 * hammer on. An account that is one tenant's alone holds nobody else back.
 */
export async function holdProvider(
  results: readonly {
    readonly context: { readonly channel: Channel };
    readonly outcome: SendOutcome;
  }[],
  store: EngineStore,
): Promise<void> {
  for (const channel of CHANNELS) {
    const waits = results.flatMap(({ context, outcome }) =>
      context.channel === channel &&
      outcome.kind === 'not_handed_off' &&
      outcome.cause === 'rate_limited' &&
      outcome.ownAccount !== true
        ? [outcome.retryAfterMs ?? 0]
        : [],
    );
    if (waits.length > 0) await store.holdProvider(channel, Math.max(...waits));
  }
}

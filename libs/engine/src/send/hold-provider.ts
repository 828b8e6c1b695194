import type { SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/**
 * Where the provider said that the account calls too often, holds everything of the account back
 * for as long as it asked: all tenants share it, and a message that waits alone would leave the
 * others to hammer on.
 */
export async function holdProvider(
  results: readonly { readonly outcome: SendOutcome }[],
  store: EngineStore,
): Promise<void> {
  const waits = results.flatMap(({ outcome }) =>
    outcome.kind === 'not_handed_off' && outcome.cause === 'rate_limited'
      ? [outcome.retryAfterMs ?? 0]
      : [],
  );
  if (waits.length > 0) await store.holdProvider(Math.max(...waits));
}

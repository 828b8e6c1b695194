import { CHANNELS, type Channel, type Id, type SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** Hand-offs in a row without a clear answer after which the breaker opens. */
export const UNKNOWNS_IN_A_ROW = 5;

interface Answered {
  readonly context: { readonly channel: Channel; readonly tenantId: Id };
  readonly outcome: SendOutcome;
  readonly doubted: boolean;
}

/**
 * Several hand-offs in a row of which nobody knows whether they were accepted open the breaker of
 * their channel: nothing is handed to its provider for a while, longer each time, and then one message
 * at a time, until one has an answer. What goes out meanwhile would only make more unknown messages.
 */
export async function mindBreaker(results: readonly Answered[], store: EngineStore): Promise<void> {
  for (const channel of CHANNELS) {
    const own = results.filter(({ context }) => context.channel === channel);
    if (own.length > 0) await mindChannel(channel, own, store);
  }
}

async function mindChannel(
  channel: Channel,
  results: readonly Answered[],
  store: EngineStore,
): Promise<void> {
  const answered = results.filter(
    ({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'rejected',
  );
  if (answered.length > 0) {
    if (results.some(({ doubted }) => doubted)) await store.trustProvider(channel);
    const taking = answered.filter(({ doubted }) => doubted).map(({ context }) => context.tenantId);
    if (channel === 'email' && taking.length > 0) await store.trustAccounts([...new Set(taking)]);
    return;
  }
  const unknowns = results.filter(({ outcome }) => outcome.kind === 'unknown').length;
  if (unknowns === 0) return;
  const inARow = await store.doubtProvider(channel, unknowns, UNKNOWNS_IN_A_ROW);
  if (inARow >= UNKNOWNS_IN_A_ROW) await store.holdProvider(channel, 0);
}

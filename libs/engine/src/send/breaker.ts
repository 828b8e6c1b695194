import type { SendOutcome } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** Hand-offs in a row without a clear answer after which the breaker opens. */
export const UNKNOWNS_IN_A_ROW = 5;

/**
 * Several hand-offs in a row of which nobody knows whether they were accepted open the breaker:
 * nothing is handed to the provider for a while, longer each time, and then one message at a time,
 * until one has an answer. What goes out meanwhile would only make more unknown messages.
 */
export async function mindBreaker(
  results: readonly { readonly outcome: SendOutcome; readonly doubted: boolean }[],
  store: EngineStore,
): Promise<void> {
  const answered = results.some(
    ({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'rejected',
  );
  if (answered) {
    if (results.some(({ doubted }) => doubted)) await store.trustProvider();
    return;
  }
  const unknowns = results.filter(({ outcome }) => outcome.kind === 'unknown').length;
  if (unknowns === 0) return;
  const inARow = await store.doubtProvider(unknowns, UNKNOWNS_IN_A_ROW);
  if (inARow >= UNKNOWNS_IN_A_ROW) await store.holdProvider(0);
}

import { erasedOf, type Erasing } from '../erasure/late-news.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { optOutsOf } from '../suppress/opt-outs.ts';
import { suppressWithin } from '../suppress/suppress.ts';
import type { StrayWord } from './match-events.ts';
import type { EventOptions } from './process-deliveries.ts';

/** What stands for the numbers of people whom the tenant has erased is what was suppressed of them. */
export async function withoutErased(
  strays: readonly StrayWord[],
  store: EngineStore,
  { standIn }: Erasing,
): Promise<StrayWord[]> {
  const isErased = await erasedOf(
    strays.map(({ number }) => standIn(number)),
    store,
  );
  return strays.map((stray) => {
    const hash = standIn(stray.number);
    return isErased(stray.tenantId, hash) ? { ...stray, number: hash } : stray;
  });
}

/** Suppresses numbers that said stop, and that no message went to that could be found; start lifts it. */
export async function heedStrays(
  tx: EngineTransaction,
  strays: readonly StrayWord[],
  { clock, plans, graceMs }: Pick<EventOptions, 'clock' | 'plans' | 'graceMs'>,
): Promise<void> {
  const stops = strays.filter(({ type }) => type === 'unsubscribed');
  for (const [tenantId, own] of Map.groupBy(stops, (stray) => stray.tenantId)) {
    const entries = own.map(({ number, at }) => ({
      channel: 'sms' as const,
      kind: 'address' as const,
      value: number,
      reason: 'unsubscribed' as const,
      source: 'sms_keyword',
      at,
    }));
    await suppressWithin(
      tx,
      { tenantId, entries, actor: 'recipient' },
      { plans, graceMs, now: () => clock.now() },
    );
    const said = entries.map((entry) => ({ ...entry, tenantId, messageId: null }));
    await tx.addContactOptOuts(optOutsOf(said, null));
  }
  await tx.liftKeywordStops(
    strays.flatMap(({ type, tenantId, number, at }) =>
      type === 'resubscribed' ? [{ tenantId, value: number, at }] : [],
    ),
  );
}

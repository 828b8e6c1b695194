import { guardDeliverability, type EngineStore, type GuardResult } from '@cadenza/engine';
import type { QueueLogger } from '@cadenza/queue';
import { startPeriodic, type Periodic } from '@cadenza/runtime';
import type { Metrics } from '@cadenza/telemetry';

/** Real milliseconds between two looks for mail that came back. */
const INTERVAL_MS = 15_000;
const TENANTS_PER_ROUND = 100;

/** Judges senders whose mail came back, and says so where one is paused for it. */
export function startGuarding(
  options: {
    readonly store: EngineStore;
    readonly log: QueueLogger;
    readonly metrics: Pick<Metrics, 'worstRate' | 'guardPauses'>;
  },
  onError: (error: unknown) => void,
): Periodic {
  const { store, log, metrics } = options;
  return startPeriodic(
    async () => {
      const round = await store.alone('guard deliverability', () =>
        guardDeliverability({ store, limit: TENANTS_PER_ROUND }),
      );
      if (round === null || round.judged.length === 0) return false;
      for (const { tenantId, senderIdentityId, scope, level, reason } of round.pauses) {
        metrics.guardPauses.inc({ scope, level });
        const what = senderIdentityId === null ? 'the tenant' : 'the sender identity';
        log.warn({ tenantId, senderIdentityId, reason }, `${what} is paused: too much comes back`);
      }
      for (const [kind, rate] of Object.entries(worstRates(round))) {
        metrics.worstRate.set({ kind }, rate);
      }
      return false;
    },
    INTERVAL_MS,
    onError,
  );
}

function worstRates({ judged }: GuardResult): Record<'bounce' | 'complaint', number> {
  const worst = { bounce: 0, complaint: 0 };
  for (const { judgements } of judged) {
    for (const { scope, rates } of judgements) {
      if (scope !== 'sender') continue;
      for (const { kind, rate } of rates) worst[kind] = Math.max(worst[kind], rate ?? 0);
    }
  }
  return worst;
}

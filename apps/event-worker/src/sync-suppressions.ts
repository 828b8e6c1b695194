import type { ProviderLists } from '@cadenza/domain';
import { lastSync, syncSuppressions } from '@cadenza/engine';
import { startPeriodic, type Periodic, type Runtime } from '@cadenza/runtime';

/** Of an interval, how often somebody looks whether it is over: a day is looked at every hour. */
const LOOKS = 24;

/**
 * Keeps suppressions in step with the provider's lists: one process of all does so, once in an
 * interval. It begins a look after the start, so that workers that are started again and again do not
 * ask the provider each time.
 */
export function startSyncing(
  options: {
    readonly runtime: Pick<Runtime, 'store' | 'plans' | 'clock' | 'graceMs'>;
    readonly lists: ProviderLists;
    readonly suppressionSyncIntervalMs: number;
  },
  onError: (error: unknown) => void,
): Periodic {
  const { runtime, lists } = options;
  const { store, plans, clock, graceMs } = runtime;
  let started = false;
  return startPeriodic(
    async () => {
      if (!started) {
        started = true;
        return false;
      }
      await store.alone('sync suppressions', async () => {
        const last = await lastSync(store);
        const due = options.suppressionSyncIntervalMs * clock.rate;
        const isDue = last === null || clock.now() - last >= due;
        if (isDue) {
          await syncSuppressions({ store, lists, plans, graceMs, now: () => clock.now() });
        }
        return { isDue };
      });
      return false;
    },
    options.suppressionSyncIntervalMs / LOOKS,
    onError,
  );
}

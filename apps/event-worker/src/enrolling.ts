import { workAudiences } from '@cadenza/engine';
import type { QueueLogger } from '@cadenza/queue';
import { startPeriodic, type Periodic, type Runtime } from '@cadenza/runtime';

/** Real milliseconds between two looks for audiences that are to be enrolled. */
const INTERVAL_MS = 1_000;

/** Enrols audiences, in turns, and says so where one cannot go on. */
export function startEnrolling(
  options: {
    readonly runtime: Runtime;
    readonly log: QueueLogger;
    readonly stopping: () => boolean;
  },
  onError: (error: unknown) => void,
): Periodic {
  const { store, plans, clock, graceMs } = options.runtime;
  return startPeriodic(
    async () => {
      const { worked, failure } = await workAudiences({
        store,
        plans,
        now: () => clock.now(),
        graceMs,
        monotonic: () => performance.now(),
        stopping: options.stopping,
      });
      if (worked === null) return false;
      const { tenantId, id: audienceId } = worked;
      if (failure !== null) {
        options.log.warn({ tenantId, audienceId, failure }, 'an audience waits to be tried again');
      }
      return failure === null;
    },
    INTERVAL_MS,
    onError,
  );
}

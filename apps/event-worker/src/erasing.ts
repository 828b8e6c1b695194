import type { BlobStore, DataEraser, StandIn } from '@cadenza/domain';
import { workErasures, type EngineStore, type RedactingOf } from '@cadenza/engine';
import type { QueueLogger } from '@cadenza/queue';
import { startPeriodic, type Periodic } from '@cadenza/runtime';
import { redactDelivery, redactQuarantined } from '@cadenza/sendgrid';
import { redactSmsDelivery, redactSmsReport } from '@cadenza/sms-dev';

/** Real milliseconds between two looks for people who are to be erased. */
const INTERVAL_MS = 2_000;

/** How people are taken out of what providers send. */
export const REDACT: RedactingOf = {
  sendgrid: { delivery: redactDelivery, quarantined: redactQuarantined },
  'sms-dev': { delivery: redactSmsDelivery, quarantined: redactSmsReport },
};

/** Goes on with erasures, one at a time, and says so where one cannot go on. */
export function startErasing(
  options: {
    readonly store: EngineStore;
    readonly blobs: BlobStore;
    readonly eraser: DataEraser | null;
    readonly standIn: StandIn;
    readonly log: QueueLogger;
    readonly stopping: () => boolean;
  },
  onError: (error: unknown) => void,
): Periodic {
  return startPeriodic(
    async () => {
      const { worked, done, failure } = await workErasures({ ...options, redact: REDACT });
      if (worked === null) return false;
      const { tenantId, id: erasureId } = worked;
      if (failure !== null) {
        options.log.warn({ tenantId, erasureId, failure }, 'an erasure failed, and is tried again');
      }
      return done;
    },
    INTERVAL_MS,
    onError,
  );
}

import { createBatcher } from '../batch/batcher.ts';
import type { ClaimedAction } from '../ports/records.ts';
import { beginSends, type BegunMail } from './begin-sends.ts';
import { recordOutcomes, type HandOffResult } from './record-outcomes.ts';
import type { SendOptions } from './send-options.ts';

/** Works jobs of the queue `outreach-send`. */
export interface Sender {
  /** @returns whether the job led to a hand-off, whatever the provider made of it. */
  process(job: ClaimedAction): Promise<boolean>;
}

/** Jobs that share the statements of one batch at most. */
const BATCH_SIZE = 50;
/** Batches of each kind under way at once: one works while the next one fills. */
const BATCHES = 2;

/**
 * A sender whose concurrent jobs share statements: their gates and beginnings are one batch, their
 * calls are each on its own, and what came of them is recorded in batches again.
 */
export function createSender(options: SendOptions): Sender {
  const limits = { size: BATCH_SIZE, concurrency: BATCHES };
  const begin = createBatcher<ClaimedAction, BegunMail | null>(
    (jobs) => beginSends(jobs, options),
    limits,
  );
  const record = createBatcher<HandOffResult, void>(async (results) => {
    await recordOutcomes(results, options);
    return results.map(() => undefined);
  }, limits);

  return {
    async process(job) {
      const begun = await begin.add(job);
      if (begun === null) return false;
      const { handOff, context, mail, deadline } = begun;
      const outcome = await options.provider.send(mail, deadline);
      options.reached?.('answered', handOff.messageId);
      await record.add({ handOff, context, outcome });
      options.reached?.('recorded', handOff.messageId);
      return true;
    },
  };
}

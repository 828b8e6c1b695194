import { createBatcher } from '../batch/batcher.ts';
import type { ClaimedAction } from '../ports/records.ts';
import { beginSends, type BegunMail, type SendJob, type UnclearedMail } from './begin-sends.ts';
import { answerClosedGates, type ClosedHandOff } from './closed-gates.ts';
import { SLOT_LOST } from './late-slots.ts';
import { recordOutcomes, type HandOffResult } from './record-outcomes.ts';
import type { SendOptions } from './send-options.ts';

/** Works jobs of the queue `outreach-send`. */
export interface Sender {
  /** @returns whether the job led to a hand-off, whatever the provider made of it. */
  process(job: ClaimedAction): Promise<boolean>;
}

/** Jobs that share the statements of one batch at most. */
const BATCH_SIZE = 100;
/** Batches of each kind under way at once: one that waits for a lock does not hold up full ones. */
const BATCHES = 2;
/** For how long an outcome is tried to be recorded, and the pauses between tries. */
const RECORDING = { forMs: 600_000, firstPauseMs: 250, longestPauseMs: 10_000 };

/**
 * A sender whose concurrent jobs share statements: their gates and beginnings are one batch, their
 * calls are each on its own, and what came of them is recorded in batches again.
 */
export function createSender(options: SendOptions): Sender {
  const limits = { size: BATCH_SIZE, concurrency: BATCHES };
  const begin = createBatcher<SendJob, BegunMail | ClosedHandOff | UnclearedMail | null>(
    (jobs) => beginSends(jobs, options),
    limits,
  );
  const closed = createBatcher<ClosedHandOff, void>(async (handOffs) => {
    await answerClosedGates(handOffs, options);
    return handOffs.map(() => undefined);
  }, limits);
  const recording = createBatcher<HandOffResult, void>(async (results) => {
    await recordOutcomes(results, options);
    return results.map(() => undefined);
  }, limits);

  /** What the provider answered is known here alone: a database that is away is waited for. */
  async function record(result: HandOffResult): Promise<void> {
    const until = options.time.monotonic() + (options.recordForMs ?? RECORDING.forMs);
    let pauseMs = RECORDING.firstPauseMs;
    for (;;) {
      try {
        return await recording.add(result);
      } catch (error) {
        if (options.time.monotonic() + pauseMs > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, RECORDING.longestPauseMs);
    }
  }

  return {
    async process(job) {
      let begun = await begin.add(job);
      if (begun !== null && 'uncleared' in begun) {
        // A call of its own, so that nobody else's hand-off waits for it.
        await options.bounces.remove(begun.uncleared.toAddress);
        begun = await begin.add({ ...job, cleared: true });
      }
      if (begun === null || 'uncleared' in begun) return false;
      if ('request' in begun) {
        await closed.add(begun);
        return false;
      }
      const { handOff, context, mail, deadline, slotLost, doubted } = begun;
      const outcome = slotLost ? SLOT_LOST : await options.provider.send(mail, deadline);
      options.reached?.('answered', handOff.messageId);
      await record({ handOff, context, outcome, doubted });
      options.reached?.('recorded', handOff.messageId);
      return true;
    },
  };
}

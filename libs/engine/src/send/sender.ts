import pLimit from 'p-limit';
import { createBatcher } from '../batch/batcher.ts';
import { countBy } from '../count-by.ts';
import type { ClaimedAction } from '../ports/records.ts';
import { beginSends, type BegunMail, type SendAction, type UnclearedMail } from './begin-sends.ts';
import { answerClosedGates, type ClosedHandOff } from './closed-gates.ts';
import { SLOT_LOST } from './late-slots.ts';
import { recordOutcomes, type HandOffResult } from './record-outcomes.ts';
import type { SendOptions } from './send-options.ts';

/** What became of a job of the queue `outreach-send`. */
export interface Begun {
  /** Hand-offs that have begun, whatever the provider makes of them. */
  readonly begun: number;
  /** Actions left as they were, because the sender was stopped. */
  readonly left: number;
}

/** Works jobs of the queue `outreach-send`. */
export interface Sender {
  /**
   * Begins the hand-offs of a job. Their calls go on when it resolves: a hand-off that has begun is
   * on the record, and the queue could add nothing to that.
   *
   * @throws whatever kept one of them from beginning; the others are not touched by it.
   */
  process(actions: readonly ClaimedAction[]): Promise<Begun>;
  /** Begins no more hand-offs. */
  stop(): void;
  /** Resolves when no hand-off is under way. */
  idle(): Promise<void>;
}

/** Actions that share the statements of one batch at most. */
const BATCH_SIZE = 100;
/** Batches of each kind under way at once: one that waits for a lock does not hold up full ones. */
const BATCHES = 2;
/**
 * Hand-offs that may not be on the record yet, in multiples of those under way: answers are recorded
 * while others are waited for, but a slow database must not let them pile up.
 */
const UNRECORDED = 2;
/** For how long an outcome is tried to be recorded, and the pauses between tries. */
const RECORDING = { forMs: 600_000, firstPauseMs: 250, longestPauseMs: 10_000 };

/**
 * A sender whose hand-offs share statements: their gates and beginnings are one batch, their calls
 * are each on its own, and what came of them is recorded in batches again.
 */
export function createSender(options: SendOptions): Sender {
  const limits = { size: BATCH_SIZE, concurrency: BATCHES };
  const begin = createBatcher<SendAction, BegunMail | ClosedHandOff | UnclearedMail | null>(
    (actions) => beginSends(actions, options),
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
  const handingOver = pLimit(options.concurrency);
  const unrecorded = pLimit(UNRECORDED * options.concurrency);
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  /** @returns the hand-off that has begun, or null where there is none to make now. */
  async function throughGates(action: ClaimedAction): Promise<BegunMail | null> {
    let result = await begin.add(action);
    if (result !== null && 'uncleared' in result) {
      // A call of its own, so that nobody else's hand-off waits for it.
      await options.bounces.remove(result.uncleared.toAddress);
      result = await begin.add({ ...action, cleared: true });
    }
    if (result === null || 'uncleared' in result) return null;
    if ('handOff' in result) return result;
    await closed.add(result);
    return null;
  }

  async function handOver(begun: BegunMail): Promise<HandOffResult> {
    const { handOff, context, mail, deadline, slotLost, doubted } = begun;
    const outcome = slotLost ? SLOT_LOST : await options.provider.send(mail, deadline);
    options.reached?.('answered', handOff.messageId);
    return { handOff, context, outcome, doubted };
  }

  const notRecorded =
    ({ handOff }: BegunMail | HandOffResult) =>
    (error: unknown): null => {
      options.onUnrecorded?.(error, handOff.messageId);
      return null;
    };

  /** What the provider answered is known here alone: a database that is away is waited for. */
  async function record(result: HandOffResult): Promise<void> {
    const until = options.time.monotonic() + (options.recordForMs ?? RECORDING.forMs);
    let pauseMs = RECORDING.firstPauseMs;
    for (;;) {
      try {
        await recording.add(result);
        options.reached?.('recorded', result.handOff.messageId);
        return;
      } catch (error) {
        if (options.time.monotonic() + pauseMs > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, RECORDING.longestPauseMs);
    }
  }

  /** Takes one action through its call, and says on the way whether its hand-off has begun. */
  async function call(
    action: ClaimedAction,
    said: (step: 'begun' | 'gated' | 'left') => void,
  ): Promise<HandOffResult | null> {
    if (stopped) {
      said('left');
      return null;
    }
    const begun = await throughGates(action);
    said(begun === null ? 'gated' : 'begun');
    return begun === null ? null : handOver(begun).catch(notRecorded(begun));
  }

  async function work(
    action: ClaimedAction,
    said: (step: 'begun' | 'gated' | 'left') => void,
  ): Promise<void> {
    const result = await handingOver(() => call(action, said));
    if (result === null) return;
    await record(result).catch(notRecorded(result));
  }

  function start(action: ClaimedAction): Promise<'begun' | 'gated' | 'left'> {
    return new Promise((resolve, reject) => {
      const ended = unrecorded(() => work(action, resolve)).catch(reject);
      underWay.add(ended);
      void ended.then(() => underWay.delete(ended));
    });
  }

  return {
    async process(actions) {
      const started = actions.map(start);
      await Promise.allSettled(started);
      const steps = countBy(await Promise.all(started), (step) => step);
      return { begun: steps.begun ?? 0, left: steps.left ?? 0 };
    },
    stop() {
      stopped = true;
    },
    async idle() {
      await Promise.all(underWay);
    },
  };
}

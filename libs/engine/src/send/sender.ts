import { setTimeout as delay } from 'node:timers/promises';
import type { SendOutcome } from '@cadenza/domain';
import pLimit from 'p-limit';
import { createBatcher } from '../batch/batcher.ts';
import { countBy } from '../count-by.ts';
import type { ClaimedAction } from '../ports/sends.ts';
import { beginSends, type BegunMail } from './begin-sends.ts';
import { answerClosedGates, type ClosedHandOff } from './closed-gates.ts';
import { isInGoodTime, SLOT_LOST, untilOpen } from './late-slots.ts';
import { keepRecording } from './keep-recording.ts';
import {
  prepareSends,
  type ReadyMail,
  type SendAction,
  type UnclearedMail,
} from './prepare-sends.ts';
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

/** What becomes of text messages where the installation has nothing to send them through. */
const NO_SMS_PROVIDER: SendOutcome = {
  kind: 'rejected',
  scope: 'sender',
  statusCode: 0,
  reason: 'this installation has no provider of text messages: set SMS_BASE_URL',
};

/** What became of an action: its hand-off has begun, a gate kept it back, or it was left alone. */
type Step = 'begun' | 'gated' | 'left';

/** Actions that share the statements of one batch at most. */
const BATCH_SIZE = 100;
/** Batches of each kind under way at once: one that waits for a lock does not hold up full ones. */
const BATCHES = 2;
/**
 * Messages in hand, in multiples of hand-offs under way: some are made ready and some are recorded
 * while the provider is waited for, but a slow database must not let them pile up.
 */
const IN_HAND = 2;

/**
 * A sender whose hand-offs share statements: they are made ready in batches, begin in batches, are
 * called each on its own, and what came of them is recorded in batches again.
 */
export function createSender(options: SendOptions): Sender {
  const limits = { size: BATCH_SIZE, concurrency: BATCHES };
  const preparing = createBatcher<SendAction, ReadyMail | UnclearedMail | null>(
    (actions) => prepareSends(actions, options),
    limits,
  );
  const begin = createBatcher<ReadyMail, BegunMail | ClosedHandOff | null>(
    (ready) => beginSends(ready, options),
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
  const inHand = pLimit(IN_HAND * options.concurrency);
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  /** @returns null where there is nothing to hand over now. */
  async function prepare(action: ClaimedAction): Promise<ReadyMail | null> {
    let result = await preparing.add(action);
    if (result !== null && 'uncleared' in result) {
      // A call of its own, so that nobody else's hand-off waits for it.
      await options.bounces.remove(result.uncleared.toAddress, action.tenantId);
      result = await preparing.add({ ...action, cleared: true });
    }
    return result === null || 'uncleared' in result ? null : result;
  }

  /** @returns the hand-off that has begun, or null where there is none to make now. */
  async function throughGates(action: ClaimedAction, ready: ReadyMail): Promise<BegunMail | null> {
    // What waited long for its turn takes another slot: its own may be over before it begins.
    const timely = isInGoodTime(ready.context, options.clock);
    const inTurn = timely ? ready : await prepare(action);
    const result = inTurn === null ? null : await begin.add(inTurn);
    if (result === null || 'handOff' in result) return result;
    await closed.add(result);
    return null;
  }

  function send(mail: BegunMail['mail'], deadline: BegunMail['deadline']): Promise<SendOutcome> {
    return 'subject' in mail
      ? options.provider.send(mail, deadline)
      : (options.sms?.send(mail, deadline) ?? Promise.resolve(NO_SMS_PROVIDER));
  }

  async function handOver(begun: BegunMail): Promise<HandOffResult> {
    const { handOff, context, mail, deadline, slotLost, doubted } = begun;
    const outcome = slotLost ? SLOT_LOST : await send(mail, deadline);
    options.reached?.('answered', handOff.messageId);
    return { handOff, context, outcome, doubted };
  }

  const notRecorded =
    ({ handOff }: BegunMail | HandOffResult) =>
    (error: unknown): null => {
      options.onUnrecorded?.(error, handOff.messageId);
      return null;
    };

  async function record(result: HandOffResult): Promise<void> {
    await keepRecording(() => recording.add(result), options);
    options.reached?.('recorded', result.handOff.messageId);
  }

  const recorded = (result: HandOffResult) => record(result).catch(notRecorded(result));

  /**
   * Takes one action through its call, and says on the way whether its hand-off has begun.
   *
   * @returns an answer that is still to be recorded.
   */
  async function call(
    action: ClaimedAction,
    ready: ReadyMail,
    said: (step: Step) => void,
  ): Promise<HandOffResult | null> {
    if (stopped) {
      said('left');
      return null;
    }
    const begun = await throughGates(action, ready);
    said(begun === null ? 'gated' : 'begun');
    if (begun === null) return null;
    const result = await handOver(begun).catch(notRecorded(begun));
    if (result === null || !holdsOthers(result.outcome)) return result;
    // Its place is nobody's before that is on record.
    await recorded(result);
    return null;
  }

  async function work(action: ClaimedAction, said: (step: Step) => void): Promise<void> {
    if (stopped) {
      said('left');
      return;
    }
    const ready = await prepare(action);
    if (ready === null) {
      said('gated');
      return;
    }
    const earlyMs = untilOpen(ready.context, options.clock);
    if (earlyMs > 0) await delay(earlyMs);
    const result = await handingOver(() => call(action, ready, said));
    if (result !== null) await recorded(result);
  }

  function start(action: ClaimedAction): Promise<Step> {
    return new Promise((resolve, reject) => {
      const ended = inHand(() => work(action, resolve)).catch(reject);
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

/** Whether an answer can hold, pause or probe what comes after it. */
function holdsOthers(outcome: SendOutcome): boolean {
  const ofMessage = outcome.kind === 'rejected' && outcome.scope === 'message';
  return outcome.kind !== 'accepted' && !ofMessage;
}

import type { Clock, EpochMs, Id, SmsKeyword, SmsWord, StandIn } from '@cadenza/domain';
import type { EngineTransaction } from '../ports/transaction.ts';

/** A word that came by text message, and who is to answer it. */
export interface AskedAnswer {
  readonly tenantId: Id;
  readonly senderIdentityId: Id;
  /** The message that it answered; null: there was none. */
  readonly messageId: Id | null;
  readonly number: string;
  readonly word: SmsWord;
  /** When it was said. */
  readonly at: EpochMs;
  readonly causeKey: string;
}

/**
 * Real milliseconds after which a word is not answered any more. A confirmation later than five
 * minutes would not be covered by the consent that was just revoked (47 CFR 64.1200(a)(12)).
 */
const ANSWERED_WITHIN_MS: Readonly<Record<SmsKeyword, number>> = {
  help: 3_600_000,
  stop: 300_000,
  start: 300_000,
};

/** Queues answers to words that were said a short while ago, one to a number and word. */
export async function queueAnswers(
  tx: EngineTransaction,
  asked: readonly AskedAnswer[],
  { clock, standIn }: { readonly clock: Clock; readonly standIn: StandIn | null },
): Promise<void> {
  const now = clock.now();
  const due = asked.flatMap(({ at, ...one }) => {
    const within = ANSWERED_WITHIN_MS[one.word.keyword];
    const forMs = Math.min(within, within - (now - at) / clock.rate);
    return forMs > 0 ? [{ ...one, forMs, standIn: standIn?.(one.number) ?? null }] : [];
  });
  const distinct = new Map(
    due.map((one) => [`${one.senderIdentityId} ${one.number} ${one.word.keyword}`, one]),
  );
  if (distinct.size > 0) await tx.queueSmsAnswers([...distinct.values()]);
}

import { newId, type SendOutcome, type SmsProvider } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import { deadlineIn, type RealTime } from '../ports/real-time.ts';
import type { SettledSmsAnswer, SmsAnswer } from '../ports/sms-answers.ts';
import type { EngineStore } from '../ports/store.ts';
import { mindBreaker } from '../send/breaker.ts';
import { holdProvider } from '../send/hold-provider.ts';
import { pauseRejected } from '../send/record-outcomes.ts';
import type { SendOptions } from '../send/send-options.ts';
import { answerText } from './answer-text.ts';

export interface SendAnswersOptions extends Pick<SendOptions, 'onPaused'> {
  readonly store: EngineStore;
  readonly sms: SmsProvider;
  readonly time: RealTime;
  /** Real milliseconds from before the begin statement to the last moment of writing. */
  readonly handOffDeadlineMs: number;
  /** Answers that are handed over at once. */
  readonly limit: number;
}

export interface SentAnswers {
  readonly begun: number;
  /** By what the provider made of them. */
  readonly outcomes: Readonly<Partial<Record<SendOutcome['kind'], number>>>;
}

/**
 * Hands queued answers to words over, one round: they begin in one statement that is committed before
 * the first call, and past their deadline none is written. Of an answer whose outcome is not known,
 * as after a crash, nothing is sent again; whoever still needs it asks again.
 */
export async function sendAnswers(options: SendAnswersOptions): Promise<SentAnswers> {
  const { store, sms, handOffDeadlineMs, limit } = options;
  const token = newId();
  const deadline = deadlineIn(options.time, handOffDeadlineMs);
  const refs = await store.beginSmsAnswers({ limit, token, deadlineMs: handOffDeadlineMs });
  if (refs.length === 0) return { begun: 0, outcomes: {} };
  const tenantIds = [...new Set(refs.map(({ tenantId }) => tenantId))];
  const { answers, providers } = await store.transaction(tenantIds, async (tx) => ({
    answers: await tx.smsAnswers(refs),
    providers: (await tx.rateLimits()).providers,
  }));
  const doubted = providers.sms?.doubted ?? false;
  const results = await Promise.all(
    answers.map(async (answer) => ({
      answer,
      context: { ...answer, channel: 'sms' as const },
      doubted,
      outcome: await sms.send(messageOf(answer), deadline),
    })),
  );
  await store.transaction(tenantIds, (tx) =>
    tx.settleSmsAnswers(
      results.map(({ answer: { tenantId, id }, outcome }) => ({
        tenantId,
        id,
        token,
        ...settled(outcome),
      })),
    ),
  );
  await holdProvider(results, store);
  await mindBreaker(results, store);
  await pauseRejected(results, options);
  return { begun: refs.length, outcomes: countBy(results, ({ outcome }) => outcome.kind) };
}

/** An answer has one attempt: what certainly was not handed over is still the first. */
function messageOf({ tenantId, id, from, number, word, sender }: SmsAnswer) {
  const reference = { tenantId, messageId: id, attempt: 1 };
  return { reference, from, to: number, text: answerText(word, sender) };
}

type Settled = Pick<SettledSmsAnswer, 'status' | 'providerMessageId' | 'detail'>;

function settled(outcome: SendOutcome): Settled {
  if (outcome.kind === 'accepted') {
    return { status: 'sent', providerMessageId: outcome.providerMessageId, detail: null };
  }
  return { status: statusOf(outcome), providerMessageId: null, detail: outcome.reason };
}

function statusOf(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): Settled['status'] {
  if (outcome.kind === 'unknown') return 'unknown';
  return outcome.kind === 'rejected' && outcome.scope === 'message' ? 'failed' : 'queued';
}

import { newId, type Id, type SendOutcome, type SmsProvider } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import { deadlineIn, type RealTime } from '../ports/real-time.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { SettledSmsAnswer, SmsAnswer } from '../ports/sms-answers.ts';
import type { EngineStore } from '../ports/store.ts';
import { mindBreaker } from '../send/breaker.ts';
import { holdProvider } from '../send/hold-provider.ts';
import { keepRecording } from '../send/keep-recording.ts';
import { pauseRejected } from '../send/record-outcomes.ts';
import type { SendOptions } from '../send/send-options.ts';
import { answerText } from './answer-text.ts';

export interface SendAnswersOptions extends Pick<SendOptions, 'onPaused' | 'recordForMs'> {
  readonly store: EngineStore;
  readonly sms: SmsProvider;
  readonly time: RealTime;
  /** As of messages; of answers it is a minute at most. */
  readonly handOffDeadlineMs: number;
  /** Answers that are handed over at once. */
  readonly limit: number;
}

export interface SentAnswers {
  readonly begun: number;
  /** By what the provider made of them. */
  readonly outcomes: Readonly<Partial<Record<SendOutcome['kind'], number>>>;
  /** The round was full, and the provider is there: the next is worth beginning at once. */
  readonly more: boolean;
}

/** What is answered for five minutes must not be spent on a deadline. */
const LONGEST_DEADLINE_MS = 60_000;

/**
 * Hands queued answers to words over, one round: they begin in one statement that is committed before
 * the first call, and past their deadline none is written. Of an answer whose outcome is not known,
 * as after a crash, nothing is sent again; whoever still needs it asks again.
 */
export async function sendAnswers(options: SendAnswersOptions): Promise<SentAnswers> {
  const { store, sms, limit } = options;
  const token = newId();
  const deadlineMs = Math.min(options.handOffDeadlineMs, LONGEST_DEADLINE_MS);
  const deadline = deadlineIn(options.time, deadlineMs);
  const refs = await store.beginSmsAnswers({ limit, token, deadlineMs });
  if (refs.length === 0) return { begun: 0, outcomes: {}, more: false };
  const { answers, doubted } = await readBegun(refs, token, options);
  const results = await Promise.all(
    answers.map(async (answer) => ({
      answer,
      context: { ...answer, channel: 'sms' as const },
      doubted,
      outcome: await sms.send(messageOf(answer), deadline),
    })),
  );
  try {
    await settle(
      results.map(({ answer: { tenantId, id }, outcome }) => ({
        tenantId,
        id,
        token,
        ...settled(outcome),
      })),
      options,
    );
  } finally {
    // They are about the provider, and hold whatever could be recorded of single answers.
    await holdProvider(results, store);
    await mindBreaker(results, store);
    await pauseRejected(results, options);
  }
  const outcomes = countBy(results, ({ outcome }) => outcome.kind);
  const more = refs.length === limit && (outcomes.accepted ?? 0) > 0;
  return { begun: refs.length, outcomes, more };
}

/** What is to be said. Where it cannot be read nothing has been called, and all of it is queued again. */
async function readBegun(
  refs: readonly TenantRef[],
  token: Id,
  options: SendAnswersOptions,
): Promise<{ answers: SmsAnswer[]; doubted: boolean }> {
  const tenantIds = [...new Set(refs.map(({ tenantId }) => tenantId))];
  try {
    return await options.store.transaction(tenantIds, async (tx) => ({
      answers: await tx.smsAnswers(refs),
      doubted: (await tx.rateLimits()).providers.sms?.doubted ?? false,
    }));
  } catch (error) {
    await settle(
      refs.map((ref) => ({
        ...ref,
        token,
        status: 'queued',
        providerMessageId: null,
        detail: null,
      })),
      options,
    );
    throw error;
  }
}

function settle(list: readonly SettledSmsAnswer[], options: SendAnswersOptions): Promise<void> {
  const tenantIds = [...new Set(list.map(({ tenantId }) => tenantId))];
  return keepRecording(
    () => options.store.transaction(tenantIds, (tx) => tx.settleSmsAnswers(list)),
    options,
  );
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

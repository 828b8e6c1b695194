import type { Id, SmsKeyword, SmsWord } from '@cadenza/domain';
import type { TenantRef } from './refs.ts';

/** An answer that a word by text message calls for. */
export interface SmsAnswerDue {
  readonly tenantId: Id;
  readonly senderIdentityId: Id;
  /** Who has written, in E.164. */
  readonly number: string;
  readonly word: SmsWord;
  /** The event's own key: it has one answer, however often and of whomever it is processed. */
  readonly causeKey: string;
  /** What stands for the number of somebody whom the tenant has erased; null: nobody is erased. */
  readonly standIn: string | null;
  /** Real milliseconds from now after which nobody waits for it any more. */
  readonly forMs: number;
}

/** What a tenant has answered instead of the words that are answered by default. */
export type SmsAnswerTexts = { readonly [K in SmsKeyword]?: string | undefined };

/** Whom answers come from. */
export interface AnsweringSender {
  readonly name: string;
  /** Where people find help: a number, an address or a page; null: nobody has said. */
  readonly helpContact: string | null;
  readonly answers: SmsAnswerTexts;
}

/** An answer whose hand-off has begun. */
export interface SmsAnswer extends TenantRef {
  readonly senderIdentityId: Id;
  readonly from: string;
  readonly number: string;
  readonly word: SmsWord;
  readonly sender: AnsweringSender;
}

/** What became of the hand-off of an answer; `queued`: it certainly did not happen. */
export interface SettledSmsAnswer extends TenantRef {
  readonly token: Id;
  readonly status: 'sent' | 'failed' | 'unknown' | 'queued';
  readonly providerMessageId: string | null;
  readonly detail: string | null;
}

/** What a provider says of a message that may be an answer; null: nothing of whether it arrived. */
export interface SmsAnswerReport extends TenantRef {
  readonly status: 'delivered' | 'failed' | null;
  readonly detail: string | null;
}

/** Answers to words by text message, within one transaction. */
export interface SmsAnswers {
  /**
   * Queues answers, but for those whose cause had one before, to people who were erased, to numbers
   * that had as many as they may have in a day, to a stop of somebody who had left before, and to a
   * start of somebody who had not left by a word, or is suppressed for all tenants. To be asked before what the words do is done, and
   * before enrollments are locked.
   */
  queueSmsAnswers(due: readonly SmsAnswerDue[]): Promise<void>;
  smsAnswers(refs: readonly TenantRef[]): Promise<SmsAnswer[]>;
  /** By the token's holder; what is known to have arrived stays so. */
  settleSmsAnswers(settled: readonly SettledSmsAnswer[]): Promise<void>;
  /** Keeps what became of answers. Answers with the ids of those that are some. */
  reportSmsAnswers(reports: readonly SmsAnswerReport[]): Promise<ReadonlySet<Id>>;
}

export interface SmsAnswerClaims {
  /**
   * Begins the hand-offs of queued answers, of any tenants, in one statement that asks every gate:
   * `queued` to `dispatching`, with the token and a deadline in real milliseconds. What nobody would
   * wait for any more at that deadline is `expired` from then on, and so is a confirmation that the
   * list of suppressions belies by now; what has begun long ago and was not settled is `unknown`.
   */
  beginSmsAnswers(options: {
    readonly limit: number;
    readonly token: Id;
    readonly deadlineMs: number;
  }): Promise<TenantRef[]>;
}

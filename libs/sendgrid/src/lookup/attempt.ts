import type { EpochMs, LookupAnswer, MessageInquiry, MessageReference } from '@cadenza/domain';
import { CUSTOM_ARGS } from '../custom-args.ts';

/** Custom arguments as SendGrid gives them back. */
export type CustomArgs = Readonly<Record<string, unknown>>;

/** Whether a message's custom arguments name this attempt, and not another of the same message. */
export function names(args: CustomArgs, reference: MessageReference): boolean {
  return (
    args[CUSTOM_ARGS.tenantId] === reference.tenantId &&
    args[CUSTOM_ARGS.messageId] === reference.messageId &&
    args[CUSTOM_ARGS.attempt] === String(reference.attempt)
  );
}

/**
 * @param word SendGrid's status; every message that it shows has been accepted.
 * @param deliveredAt when it was delivered, where that is known without its details.
 */
export function found(
  providerMessageId: string,
  word: string,
  deliveredAt: EpochMs | null = null,
): LookupAnswer {
  const status = STATUSES.get(word) ?? 'accepted';
  return {
    kind: 'found',
    providerMessageId,
    status,
    ...(status === 'delivered' && deliveredAt !== null ? { deliveredAt } : {}),
  };
}

const STATUSES: ReadonlyMap<string, 'delivered' | 'not_delivered'> = new Map([
  ['delivered', 'delivered'],
  ['not_delivered', 'not_delivered'],
  ['dropped', 'not_delivered'],
  ['bounced', 'not_delivered'],
  ['blocked', 'not_delivered'],
]);

/** Answers by inquiry, as far as they are known. */
export type Answers = Map<MessageInquiry, LookupAnswer>;

/** Gives the rest of a group one answer. */
export function answerRest(
  answers: Answers,
  group: Iterable<MessageInquiry>,
  answer: LookupAnswer,
): void {
  for (const inquiry of group) if (!answers.has(inquiry)) answers.set(inquiry, answer);
}

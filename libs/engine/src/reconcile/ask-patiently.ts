import type {
  FoundMessage,
  HistoryAnswer,
  LookupAnswer,
  LookupFailure,
  MessageHistory,
  MessageInquiry,
  MessageLookup,
} from '@cadenza/domain';
import type { MessageRecord } from '../ports/messages.ts';

export interface AskOptions {
  readonly lookup: MessageLookup & MessageHistory;
  /** Waits for real milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** A message with what the provider said about it. */
export interface Asked {
  readonly message: MessageRecord;
  readonly inquiry: MessageInquiry;
  readonly answer: LookupAnswer;
}

/** Real milliseconds before asking again: where the provider names no time, and in any case. */
const WAIT_MS = { usual: 10_000, shortest: 1_000, longest: 600_000 };
/** Refusals in a row, with no answer between them, after which nobody waits any more. */
const REFUSALS = 10;

/** Whether asking about other messages is of no use either, for now. */
export function endsRound({ cause }: LookupFailure): boolean {
  return cause === 'rate_limited' || cause === 'not_enabled' || cause === 'unreachable';
}

/** Asks about messages, and waits where the provider allows no more questions for a while. */
export async function askPatiently(
  messages: readonly MessageRecord[],
  { lookup, wait }: AskOptions,
): Promise<Asked[]> {
  const answers = new Map<MessageRecord, Asked>();
  let open = messages;
  for (let refusals = 0; open.length > 0;) {
    const inquiries = open.map(inquiryOf);
    const given = await lookup.lookUp(inquiries);
    let refused: LookupFailure | null = null;
    const left: MessageRecord[] = [];
    for (const [index, message] of open.entries()) {
      const [answer, inquiry] = [given[index], inquiries[index]];
      if (answer === undefined || inquiry === undefined) continue;
      answers.set(message, { message, inquiry, answer });
      if (!isRateLimited(answer)) continue;
      refused ??= answer;
      left.push(message);
    }
    refusals = left.length < open.length ? 0 : refusals + 1;
    if (refused === null || refusals >= REFUSALS) break;
    await wait(waitAfter(refused));
    open = left;
  }
  return messages.flatMap((message) => answers.get(message) ?? []);
}

/** Reads the history of one message that was found, as patiently. */
export async function historyOf(
  { inquiry }: Asked,
  found: FoundMessage,
  { lookup, wait }: AskOptions,
): Promise<HistoryAnswer> {
  for (let refusals = 1; ; refusals += 1) {
    const history = await lookup.historyOf(inquiry, found);
    if (!isRateLimited(history) || refusals >= REFUSALS) return history;
    await wait(waitAfter(history));
  }
}

function inquiryOf({ tenantId, id, attempt, toAddress, begunAt }: MessageRecord): MessageInquiry {
  return {
    reference: { tenantId, messageId: id, attempt },
    recipient: toAddress ?? '',
    since: begunAt ?? 0,
  };
}

function isRateLimited(answer: LookupAnswer | HistoryAnswer): answer is LookupFailure {
  return answer.kind === 'could_not_look' && answer.cause === 'rate_limited';
}

function waitAfter({ retryAfterMs }: LookupFailure): number {
  return Math.min(Math.max(retryAfterMs ?? WAIT_MS.usual, WAIT_MS.shortest), WAIT_MS.longest);
}

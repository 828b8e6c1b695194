import type { LookupAnswer, LookupFailure, MessageInquiry } from '@cadenza/domain';
import { z } from 'zod';
import { type Answers, answerRest, found, names } from './attempt.ts';
import { acceptedFor } from './conditions.ts';
import { about, type Ask, endsLookup, failure } from './reading.ts';

/** Messages to one recipient whose details are read, at most: each is a request. */
const CANDIDATES = 50;
/** SendGrid's clock and ours may differ; what a wider window adds is told apart by its arguments. */
const CLOCK_MARGIN_MS = 3_600_000;

const listSchema = z.object({
  messages: z.array(z.object({ sg_message_id: z.string(), status: z.string() })),
});
/** A message without custom arguments need not have the field. */
const detailSchema = z.object({ custom_args: z.record(z.string(), z.unknown()).default({}) });

/**
 * Asks Email Logs (`POST /v3/logs`). They cannot be searched by custom arguments, and know no `OR`:
 * one request for each recipient, and one for each message found, whose details show its arguments.
 *
 * @returns the failure that ended it early; what is not answered by then was not asked.
 */
export async function askLogs(
  ask: Ask,
  inquiries: readonly MessageInquiry[],
  answers: Answers,
): Promise<LookupFailure | null> {
  for (const [recipient, own] of Map.groupBy(inquiries, (inquiry) => inquiry.recipient)) {
    const failed = await askRecipient(ask, recipient, own, answers);
    if (failed === null) continue;
    if (endsLookup(failed)) return failed;
    answerRest(answers, own, failed);
  }
  return null;
}

async function askRecipient(
  ask: Ask,
  recipient: string,
  own: readonly MessageInquiry[],
  answers: Answers,
): Promise<LookupFailure | null> {
  const since = Math.min(...own.map((inquiry) => inquiry.since)) - CLOCK_MARGIN_MS;
  const body = { query: acceptedFor(recipient, since), limit: CANDIDATES };
  const list = await ask({ method: 'POST', path: '/v3/logs', body }, listSchema);
  if (!list.ok) return list.failure;
  const { messages } = list.value;
  for (const { sg_message_id, status } of messages) {
    if (own.every((inquiry) => answers.has(inquiry))) return null;
    const detail = await ask(about('/v3/logs', sg_message_id), detailSchema);
    if (!detail.ok) return detail.failure;
    for (const inquiry of own) {
      if (names(detail.value.custom_args, inquiry.reference)) {
        answers.set(inquiry, found(sg_message_id, status));
      }
    }
  }
  const rest: LookupAnswer =
    messages.length < CANDIDATES
      ? { kind: 'not_found' }
      : failure('unexpected_answer', 'more messages to the recipient than can be read');
  answerRest(answers, own, rest);
  return null;
}

import {
  type LookupAnswer,
  type LookupFailure,
  type MessageInquiry,
  normalizeEmail,
} from '@cadenza/domain';
import { z } from 'zod';
import { type Answers, answerRest, type CustomArgs, found, names } from './attempt.ts';
import { anyAttempt } from './conditions.ts';
import { about, type Ask, endsLookup, failure } from './reading.ts';

/**
 * Attempts asked about in one request. Requests are few there (6 a minute); a URL of 30 attempts
 * has about 5 KB, and servers commonly take 8.
 */
const BATCH = 30;
/** The longest list that SendGrid gives. */
const LIMIT = 1_000;

const listSchema = z.object({
  messages: z.array(z.object({ msg_id: z.string(), to_email: z.string(), status: z.string() })),
});
type Shown = z.infer<typeof listSchema>['messages'][number];
/** `unique_args` is documented as text that holds a JSON object. */
const detailSchema = z.object({
  unique_args: z.string().transform((text, context): CustomArgs => {
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: 'expected a JSON object' });
      return z.NEVER;
    }
  }),
});

/**
 * Asks Email Activity (`GET /v3/messages`) about many attempts in one request.
 *
 * @returns the failure that ended it early; what is not answered by then was not asked.
 */
export async function askActivity(
  ask: Ask,
  inquiries: readonly MessageInquiry[],
  answers: Answers,
): Promise<LookupFailure | null> {
  for (const batch of batches(inquiries)) {
    const failed = await askBatch(ask, batch, answers);
    if (failed === null) continue;
    if (endsLookup(failed)) return failed;
    answerRest(answers, batch.values(), failed);
  }
  return null;
}

async function askBatch(ask: Ask, batch: Batch, answers: Answers): Promise<LookupFailure | null> {
  const query = new URLSearchParams({
    query: anyAttempt([...batch.values()].map(({ reference }) => reference)),
    limit: String(LIMIT),
  });
  const path = `/v3/messages?${query.toString()}`;
  const list = await ask({ method: 'GET', path, body: null }, listSchema);
  if (!list.ok) return list.failure;
  const strangers: Shown[] = [];
  for (const message of list.value.messages) {
    // The list shows no arguments, but every entry answers to the query, and no two of its attempts
    // were written to the same address.
    const inquiry = batch.get(normalizeEmail(message.to_email));
    if (inquiry === undefined) strangers.push(message);
    else answers.set(inquiry, found(message.msg_id, message.status));
  }
  const failed = await askDetails(ask, strangers, batch, answers);
  if (failed !== null) return failed;
  const rest: LookupAnswer =
    list.value.messages.length < LIMIT
      ? { kind: 'not_found' }
      : failure('unexpected_answer', 'the list of messages is cut off');
  answerRest(answers, batch.values(), rest);
  return null;
}

/** Entries whose address is shown in another form than it was written to: their arguments tell. */
async function askDetails(
  ask: Ask,
  strangers: readonly Shown[],
  batch: Batch,
  answers: Answers,
): Promise<LookupFailure | null> {
  for (const { msg_id, status } of strangers) {
    const detail = await ask(about('/v3/messages', msg_id), detailSchema);
    if (!detail.ok) return detail.failure;
    for (const inquiry of batch.values()) {
      if (names(detail.value.unique_args, inquiry.reference)) {
        answers.set(inquiry, found(msg_id, status));
      }
    }
  }
  return null;
}

/** Inquiries by recipient, in the form in which addresses are compared. */
type Batch = ReadonlyMap<string, MessageInquiry>;

/** Each inquiry goes into the first batch that has room for it, and not its address. */
function batches(inquiries: readonly MessageInquiry[]): readonly Batch[] {
  const result: Map<string, MessageInquiry>[] = [];
  for (const inquiry of inquiries) {
    const recipient = normalizeEmail(inquiry.recipient);
    const place = result.find((batch) => batch.size < BATCH && !batch.has(recipient));
    if (place === undefined) result.push(new Map([[recipient, inquiry]]));
    else place.set(recipient, inquiry);
  }
  return result;
}

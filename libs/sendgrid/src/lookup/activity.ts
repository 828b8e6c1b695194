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
  messages: z.array(
    z.object({
      msg_id: z.string(),
      to_email: z.string(),
      status: z.string(),
      last_event_time: z.iso.datetime({ offset: true }).nullable().catch(null).default(null),
      opens_count: z.number().nullable().catch(null).default(null),
      clicks_count: z.number().nullable().catch(null).default(null),
    }),
  ),
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
    else answers.set(inquiry, answerOf(message));
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

/**
 * Of a message that nobody has opened, the last event is its delivery: with so few requests, a
 * question for each one's details would take days where whole days of events were lost. What else
 * can follow (a complaint, an unsubscribe) makes its time later, so that its own report is another
 * event, of the same status.
 */
function answerOf({ msg_id, status, ...shown }: Shown): LookupAnswer {
  const untouched = shown.opens_count === 0 && shown.clicks_count === 0;
  const last = shown.last_event_time;
  return found(msg_id, status, untouched && last !== null ? Date.parse(last) : null);
}

/** Entries whose address is shown in another form than it was written to: their arguments tell. */
async function askDetails(
  ask: Ask,
  strangers: readonly Shown[],
  batch: Batch,
  answers: Answers,
): Promise<LookupFailure | null> {
  for (const stranger of strangers) {
    const detail = await ask(about('/v3/messages', stranger.msg_id), detailSchema);
    if (!detail.ok) return detail.failure;
    for (const inquiry of batch.values()) {
      if (names(detail.value.unique_args, inquiry.reference)) {
        answers.set(inquiry, answerOf(stranger));
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

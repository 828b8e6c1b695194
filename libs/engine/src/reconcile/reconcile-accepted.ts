import {
  MESSAGE_STATUS_RANK,
  type EpochMs,
  type Id,
  type LookupFailure,
  type MessageStatus,
  type ProviderEvent,
} from '@cadenza/domain';
import { statusOf } from '../events/event-rules.ts';
import type { AcceptedMessage, MessagePosition } from '../ports/messages.ts';
import {
  askPatiently,
  endsRound,
  historyOf,
  type Asked,
  type AskOptions,
} from './ask-patiently.ts';
import { recordLookedUp, type RecordLookedUpOptions } from './record-looked-up.ts';

export interface AcceptedRequest {
  readonly tenantId: Id;
  /** Campaign time at which hand-offs began, inclusive. */
  readonly since: EpochMs;
  /** Campaign time at which hand-offs began, exclusive. */
  readonly until: EpochMs;
  /** Records what is found; otherwise it is only told. */
  readonly apply: boolean;
}

export interface AcceptedOptions extends RecordLookedUpOptions, AskOptions {}

/** A message of whose way the provider shows more than is recorded. */
export interface MissedNews {
  readonly tenantId: Id;
  readonly messageId: Id;
  readonly attempt: number;
  readonly begunAt: EpochMs | null;
  readonly status: MessageStatus;
  /** What the provider's records make of it; `retrying` is a soft bounce. */
  readonly atProvider: MessageStatus;
  /** When that happened, campaign time; null where it was not asked for. */
  readonly at: EpochMs | null;
}

/** What came of some messages. */
export interface ReconciledPage {
  readonly asked: number;
  readonly missed: readonly MissedNews[];
  /** Messages of which the provider shows nothing. */
  readonly absent: number;
  /** Messages about which nothing could be said. */
  readonly unanswered: number;
  /** Why, of one of them. */
  readonly failure: LookupFailure | null;
  /** Events recorded. */
  readonly recorded: number;
  /** Events that could not be recorded. */
  readonly quarantined: number;
}

/** Messages of a page: ten requests for Email Activity at best, and one delivery. */
const PAGE = 300;

/**
 * Asks the provider about a tenant's messages that it has accepted, and of whose end nothing is
 * recorded, in the order in which their hand-offs began. With `apply` what it shows is recorded, by
 * the way of events that it reports, and with all that follows from them: one that is reported after
 * all is known by its key then.
 *
 * A rate limit is waited for. Any other refusal, and silence, end the walk with their page.
 */
export async function* reconcileAccepted(
  request: AcceptedRequest,
  options: AcceptedOptions,
): AsyncGenerator<ReconciledPage, void, undefined> {
  const { tenantId, since, until } = request;
  for (let after: MessagePosition | null = null; ;) {
    const page: AcceptedMessage[] = await options.store.transaction([tenantId], (tx) =>
      tx.acceptedMessages({ tenantId, since, until, after, limit: PAGE }),
    );
    if (page.length === 0) return;
    const result = await reconcilePage(page, request, options);
    yield result;
    if (result.failure !== null && endsRound(result.failure)) return;
    after = page.at(-1)?.position ?? null;
  }
}

async function reconcilePage(
  page: readonly AcceptedMessage[],
  request: AcceptedRequest,
  options: AcceptedOptions,
): Promise<ReconciledPage> {
  const asked = await askPatiently(
    page.map(({ message }) => message),
    options,
  );
  const missed: MissedNews[] = [];
  const events: ProviderEvent[] = [];
  const failures: LookupFailure[] = [];
  for (const one of asked) {
    const read = await readNews(one, request, failures.find(endsRound) ?? null, options);
    if (read.kind === 'could_not_look') failures.push(read);
    if (read.kind !== 'news') continue;
    missed.push(read.news);
    events.push(...read.events);
  }
  const { recorded, quarantined } = await recordLookedUp(
    request.tenantId,
    request.apply ? events : [],
    options,
  );
  return {
    asked: asked.length,
    missed,
    absent: asked.filter(({ answer }) => answer.kind === 'not_found').length,
    unanswered: failures.length,
    failure: failures.find(endsRound) ?? failures[0] ?? null,
    recorded,
    quarantined,
  };
}

type ReadNews =
  | { readonly kind: 'no_news' }
  | { readonly kind: 'news'; readonly news: MissedNews; readonly events: readonly ProviderEvent[] }
  | LookupFailure;

/** @param ended why no further question is asked; null where one can be. */
async function readNews(
  asked: Asked,
  { apply }: AcceptedRequest,
  ended: LookupFailure | null,
  options: AcceptedOptions,
): Promise<ReadNews> {
  const { answer, message } = asked;
  if (answer.kind === 'could_not_look') return answer;
  if (answer.kind === 'not_found' || answer.status === 'accepted') return { kind: 'no_news' };
  // When it was delivered matters only where that is recorded, and few questions are allowed.
  if (!apply && answer.status === 'delivered') {
    const news = newsOf(asked, 'delivered', answer.deliveredAt ?? null);
    return { kind: 'news', news, events: [] };
  }
  if (ended !== null) return ended;
  const history = await historyOf(asked, answer, options);
  if (history.kind === 'could_not_look') return history;
  const last = furthest(history.events);
  if (last === null || MESSAGE_STATUS_RANK[last.status] <= MESSAGE_STATUS_RANK[message.status]) {
    return {
      kind: 'could_not_look',
      cause: 'unexpected_answer',
      retryAfterMs: null,
      reason: `a message is shown as ${answer.status}, without an event that says so`,
    };
  }
  return { kind: 'news', news: newsOf(asked, last.status, last.at), events: history.events };
}

/** The event that moves a message's status furthest. */
function furthest(
  events: readonly ProviderEvent[],
): { readonly status: MessageStatus; readonly at: EpochMs } | null {
  const ranked = events
    .flatMap((event) => {
      const status = statusOf(event);
      return status === null ? [] : [{ status, at: event.at }];
    })
    .toSorted((a, b) => MESSAGE_STATUS_RANK[b.status] - MESSAGE_STATUS_RANK[a.status]);
  return ranked[0] ?? null;
}

function newsOf({ message }: Asked, atProvider: MessageStatus, at: EpochMs | null): MissedNews {
  const { tenantId, id, attempt, begunAt, status } = message;
  return { tenantId, messageId: id, attempt, begunAt, status, atProvider, at };
}

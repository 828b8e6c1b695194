import type { MessageStatus } from '@cadenza/domain';

/** A message as the database has it at the end. */
export interface PlannedMessage {
  readonly id: string;
  readonly enrollmentId: string;
  readonly attempt: number;
  readonly status: MessageStatus;
  /** Whether an action is there that will send it. */
  readonly liveAction: boolean;
  /** Whether the database has it that the provider accepted it. */
  readonly believedAccepted: boolean;
  /** Whether the provider's answer was recorded, as against an event alone. */
  readonly answered: boolean;
  /** Attempts of which an event says that they were not delivered. */
  readonly undelivered: readonly number[];
}

/** A message as the provider accepted it. */
export interface Acceptance {
  readonly messageId: string;
  readonly attempt: number;
}

/** Where one message and attempt ended, in the manner of Jepsen's `total-queue`. */
export type Fate =
  /** Accepted once. */
  | 'accepted'
  /** Refused for good, by the provider or by a gate that ends the enrollment. */
  | 'failed'
  /** Not sent, since its enrollment ended or moved on before. */
  | 'suppressed'
  /** Never accepted, and nobody can know it: held. */
  | 'unknown'
  /** Accepted, and still held as unknown. */
  | 'unresolved'
  /** Accepted more than once without a proof that the former one was not delivered. */
  | 'doubled'
  /** Neither accepted nor explained, or believed to be accepted though it was not. */
  | 'lost'
  /** Accepted, and never planned. */
  | 'unexpected';

export interface LedgerEntry {
  readonly messageId: string;
  readonly attempt: number;
  readonly fate: Fate;
}

export interface Account {
  readonly entries: readonly LedgerEntry[];
  readonly planned: number;
  readonly byFate: Readonly<Record<Fate, number>>;
  /** Of those accepted: known by an event alone, since the answer was never recorded. */
  readonly recovered: number;
}

/** Accounts for every message that was planned, and for everything that was accepted. */
export function accountFor(
  planned: readonly PlannedMessage[],
  acceptances: readonly Acceptance[],
): Account {
  const accepted = new Map<string, Map<number, number>>();
  for (const { messageId, attempt } of acceptances) {
    const attempts = accepted.get(messageId) ?? new Map<number, number>();
    accepted.set(messageId, attempts.set(attempt, (attempts.get(attempt) ?? 0) + 1));
  }
  const entries = planned.flatMap((message) =>
    entriesOf(message, accepted.get(message.id) ?? new Map<number, number>()),
  );
  const known = new Set(planned.map(({ id }) => id));
  for (const [messageId, attempts] of accepted) {
    if (known.has(messageId)) continue;
    for (const attempt of attempts.keys()) {
      entries.push({ messageId, attempt, fate: 'unexpected' });
    }
  }
  const byFate: Record<Fate, number> = {
    accepted: 0,
    failed: 0,
    suppressed: 0,
    unknown: 0,
    unresolved: 0,
    doubled: 0,
    lost: 0,
    unexpected: 0,
  };
  for (const { fate } of entries) byFate[fate] += 1;
  return {
    entries,
    planned: planned.length,
    byFate,
    recovered: planned.filter(
      ({ id, believedAccepted, answered }) => accepted.has(id) && believedAccepted && !answered,
    ).length,
  };
}

/** One entry for each attempt that was accepted, and one for the current attempt. */
function entriesOf(message: PlannedMessage, accepted: ReadonlyMap<number, number>): LedgerEntry[] {
  const attempts = [...new Set([...accepted.keys(), message.attempt])].sort((x, y) => x - y);
  return attempts.map((attempt) => ({
    messageId: message.id,
    attempt,
    fate: fateOf(message, attempt, accepted),
  }));
}

function fateOf(
  message: PlannedMessage,
  attempt: number,
  accepted: ReadonlyMap<number, number>,
): Fate {
  const times = accepted.get(attempt) ?? 0;
  if (times === 0) return withoutAcceptance(message);
  const former = [...accepted.keys()].filter((one) => one < attempt);
  if (times > 1 || !former.every((one) => message.undelivered.includes(one))) return 'doubled';
  if (attempt === message.attempt && message.status === 'unknown') return 'unresolved';
  // What the provider has and the database does not know of would be sent again.
  if (attempt === message.attempt && !message.believedAccepted) return 'lost';
  return 'accepted';
}

function withoutAcceptance(message: PlannedMessage): Fate {
  switch (message.status) {
    case 'unknown':
      return 'unknown';
    case 'failed':
    case 'skipped':
      return 'failed';
    case 'canceled':
      return message.liveAction ? 'lost' : 'suppressed';
    // At the end nothing is on its way any more.
    case 'queued':
    case 'dispatching':
    case 'retrying':
    case 'sent':
    case 'deferred':
    case 'delivered':
    case 'bounced':
    case 'blocked':
    case 'dropped':
      return 'lost';
  }
}

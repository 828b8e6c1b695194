import type { MessageStatus } from '@cadenza/domain';

/** One attempt of a message, as the database has it at the end. */
export interface PlannedAttempt {
  readonly messageId: string;
  readonly enrollmentId: string;
  readonly attempt: number;
  /** The message's, of its newest attempt; what the attempt came to, of former ones. */
  readonly status: MessageStatus;
  /** Whether an action is there that will send it. */
  readonly liveAction: boolean;
  /** Whether the database has it that the provider accepted it. */
  readonly believedAccepted: boolean;
  /** Whether the provider's answer was recorded, as against an event alone. */
  readonly answered: boolean;
  /** Whether it is known that it was not delivered, so that it may be sent again. */
  readonly undelivered: boolean;
  /** Campaign time at which it was taken for lost, by policy; null where it was not. */
  readonly takenForLostAt: number | null;
}

/** A message as the provider accepted it. */
export interface Acceptance {
  readonly messageId: string;
  readonly attempt: number;
  /** Campaign time. */
  readonly at: number;
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
  /** Never accepted, taken for lost, and sent again. */
  | 'resent'
  /** Accepted, and still held as unknown. */
  | 'unresolved'
  /** Accepted more than once without a proof that the former one was not delivered. */
  | 'doubled'
  /** Accepted although a former attempt was, after that had been looked up and taken for lost. */
  | 'residue'
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
  /** Messages, whatever the number of their attempts. */
  readonly planned: number;
  readonly byFate: Readonly<Record<Fate, number>>;
  /** Of those accepted: known by an event or a look-up alone, since the answer was never recorded. */
  readonly recovered: number;
}

/** The times at which the provider accepted each attempt of a message. */
type Accepted = ReadonlyMap<number, readonly number[]>;

/**
 * Accounts for every attempt that was planned, and for everything that was accepted.
 *
 * @param lookUpMs campaign milliseconds for which a look-up may be under way: what is accepted
 *   meanwhile comes before the moment at which it is taken for lost.
 */
export function accountFor(
  planned: readonly PlannedAttempt[],
  acceptances: readonly Acceptance[],
  lookUpMs = 0,
): Account {
  const accepted = byMessage(acceptances);
  const messages = Map.groupBy(planned, ({ messageId }) => messageId);
  const entries: LedgerEntry[] = [];
  for (const [messageId, attempts] of messages) {
    const times = accepted.get(messageId) ?? new Map<number, readonly number[]>();
    for (const attempt of attempts) {
      const fate = fateOf(attempt, attempts, times, lookUpMs);
      entries.push({ messageId, attempt: attempt.attempt, fate });
    }
  }
  for (const [messageId, times] of accepted) {
    const known = messages.get(messageId) ?? [];
    for (const attempt of times.keys()) {
      if (known.some((one) => one.attempt === attempt)) continue;
      entries.push({ messageId, attempt, fate: 'unexpected' });
    }
  }
  return {
    entries,
    planned: messages.size,
    byFate: countFates(entries),
    recovered: planned.filter(
      ({ messageId, attempt, believedAccepted, answered }) =>
        accepted.get(messageId)?.has(attempt) === true && believedAccepted && !answered,
    ).length,
  };
}

function byMessage(acceptances: readonly Acceptance[]): Map<string, Map<number, number[]>> {
  const accepted = new Map<string, Map<number, number[]>>();
  for (const { messageId, attempt, at } of acceptances) {
    const attempts = accepted.get(messageId) ?? new Map<number, number[]>();
    accepted.set(messageId, attempts.set(attempt, [...(attempts.get(attempt) ?? []), at]));
  }
  return accepted;
}

function countFates(entries: readonly LedgerEntry[]): Record<Fate, number> {
  const byFate: Record<Fate, number> = {
    accepted: 0,
    failed: 0,
    suppressed: 0,
    unknown: 0,
    resent: 0,
    unresolved: 0,
    doubled: 0,
    residue: 0,
    lost: 0,
    unexpected: 0,
  };
  for (const { fate } of entries) byFate[fate] += 1;
  return byFate;
}

function fateOf(
  attempt: PlannedAttempt,
  attempts: readonly PlannedAttempt[],
  accepted: Accepted,
  lookUpMs: number,
): Fate {
  const times = accepted.get(attempt.attempt) ?? [];
  if (times.length === 0) return withoutAcceptance(attempt);
  if (times.length > 1) return 'doubled';
  const former = attempts.filter(
    (one) => one.attempt < attempt.attempt && accepted.has(one.attempt) && !one.undelivered,
  );
  if (former.length > 0) {
    const explained = former.every(
      ({ attempt: number, takenForLostAt }) =>
        takenForLostAt !== null &&
        (accepted.get(number) ?? []).every((at) => at > takenForLostAt - lookUpMs),
    );
    return explained ? 'residue' : 'doubled';
  }
  if (attempt.believedAccepted || attempt.takenForLostAt !== null) return 'accepted';
  // What the provider has and the database does not know of would be sent again.
  return attempt.status === 'unknown' ? 'unresolved' : 'lost';
}

function withoutAcceptance({ status, liveAction, takenForLostAt }: PlannedAttempt): Fate {
  if (takenForLostAt !== null) return 'resent';
  switch (status) {
    case 'unknown':
      return 'unknown';
    case 'failed':
    case 'skipped':
      return 'failed';
    case 'canceled':
      return liveAction ? 'lost' : 'suppressed';
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

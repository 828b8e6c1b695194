import { createWriteStream, type WriteStream } from 'node:fs';
import type { EpochMs } from '@cadenza/domain';
import type { EventName } from './behaviour/story.ts';

/** One accepted personalization. `at` is campaign time. */
export interface AcceptedEntry {
  readonly kind: 'accepted';
  readonly at: EpochMs;
  /** The `X-Message-Id` of the answer, one for the whole request. */
  readonly providerMessageId: string;
  /** The last four characters of the API key that it came with. */
  readonly keyEnd: string;
  /** The Message-ID header under which it goes out; events report it. */
  readonly smtpId: string;
  readonly personalization: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly customArgs: Readonly<Record<string, string>>;
  readonly categories: readonly string[];
  readonly sendAt: EpochMs | null;
  /** SHA-256 of the content blocks, hexadecimal. */
  readonly contentHash: string;
}

/** A request that was answered otherwise, or not at all (`status` null: the connection was cut). */
export interface RefusedEntry {
  readonly kind: 'refused';
  readonly at: EpochMs;
  readonly status: number | null;
  readonly reason: string;
  readonly to: readonly string[];
  readonly customArgs: Readonly<Record<string, string>>;
}

/** An event that will happen at `due`, unless the mail is cancelled before. */
export interface PlannedEntry {
  readonly kind: 'planned';
  readonly due: EpochMs;
  readonly event: EventName;
  readonly email: string;
  readonly providerMessageId: string;
}

/** One try to deliver a batch to the webhook, with the answer's status or the error. */
export interface DeliveryEntry {
  readonly kind: 'delivery';
  readonly at: EpochMs;
  readonly events: number;
  /** 1 for the first. */
  readonly try: number;
  readonly status?: number;
  readonly error?: string;
}

export type LedgerEntry = AcceptedEntry | RefusedEntry | PlannedEntry | DeliveryEntry;

export interface LedgerCounts {
  /** Requests to `/v3/mail/send` answered 202, or accepted and then not answered. */
  readonly acceptedRequests: number;
  /** Personalizations of those. */
  readonly accepted: number;
  readonly refused: number;
  readonly planned: Readonly<Partial<Record<EventName, number>>>;
  readonly deliveries: {
    readonly acknowledged: number;
    readonly failed: number;
    readonly givenUp: number;
    /** Events in acknowledged deliveries, copies included. */
    readonly events: number;
  };
  readonly doubledAttempts: number;
  readonly doubledMessages: number;
}

/** What was accepted more than once. */
export interface Doubled {
  /** Per (`cadenza_message_id`, `cadenza_attempt`): never right. */
  readonly attempts: readonly { messageId: string; attempt: string; times: number }[];
  /** Per `cadenza_message_id`: right only after a proven non-delivery. */
  readonly messages: readonly { messageId: string; times: number }[];
}

/** The record of everything the emulator was asked and did. */
export interface Ledger {
  /** `counts` keeps numbers and the keys of `doubled()`, and no entries. */
  readonly mode: 'full' | 'counts';
  readonly accepted: readonly AcceptedEntry[];
  readonly refused: readonly RefusedEntry[];
  readonly planned: readonly PlannedEntry[];
  readonly deliveries: readonly DeliveryEntry[];
  counts(): LedgerCounts;
  doubled(): Doubled;
  /** All entries, one JSON object a line. */
  ndjson(): Iterable<string>;
  /** Resolves once this many personalizations have been accepted since the start. */
  whenAccepted(count: number): Promise<void>;
  /** Resolves once this many requests have been refused since the start. */
  whenRefused(count: number): Promise<void>;

  request(): void;
  accept(entry: Omit<AcceptedEntry, 'kind'>): void;
  refuse(entry: Omit<RefusedEntry, 'kind'>): void;
  plan(entry: Omit<PlannedEntry, 'kind'>): void;
  delivery(entry: Omit<DeliveryEntry, 'kind'>, givenUp: boolean): void;
  close(): Promise<void>;
}

/** @param file where entries are appended as they come, one JSON object a line. */
export function createLedger(mode: 'full' | 'counts', file?: string): Ledger {
  const accepted: AcceptedEntry[] = [];
  const refused: RefusedEntry[] = [];
  const planned: PlannedEntry[] = [];
  const deliveries: DeliveryEntry[] = [];
  const totals = { requests: 0, accepted: 0, refused: 0 };
  const plannedTotals: Partial<Record<EventName, number>> = {};
  const deliveryTotals = { acknowledged: 0, failed: 0, givenUp: 0, events: 0 };
  const acceptances = createTally();
  const waiters: { reached: () => boolean; resolve: () => void }[] = [];
  const output: WriteStream | undefined =
    file === undefined ? undefined : createWriteStream(file, { flags: 'a' });

  function keep<T extends LedgerEntry>(list: T[], entry: T): void {
    if (mode === 'full') list.push(entry);
    output?.write(`${JSON.stringify(entry)}\n`);
  }

  function wake(): void {
    for (let index = waiters.length - 1; index >= 0; index -= 1) {
      const waiter = waiters[index];
      if (waiter?.reached() !== true) continue;
      waiters.splice(index, 1);
      waiter.resolve();
    }
  }

  const when = (reached: () => boolean): Promise<void> =>
    reached()
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiters.push({ reached, resolve });
        });

  return {
    mode,
    accepted,
    refused,
    planned,
    deliveries,
    counts() {
      return {
        acceptedRequests: totals.requests,
        accepted: totals.accepted,
        refused: totals.refused,
        planned: { ...plannedTotals },
        deliveries: { ...deliveryTotals },
        doubledAttempts: acceptances.doubledAttempts(),
        doubledMessages: acceptances.doubledMessages(),
      };
    },
    doubled: () => acceptances.doubled(),
    *ndjson() {
      for (const list of [accepted, refused, planned, deliveries]) {
        for (const entry of list) yield `${JSON.stringify(entry)}\n`;
      }
    },
    whenAccepted: (count) => when(() => totals.accepted >= count),
    whenRefused: (count) => when(() => totals.refused >= count),
    request() {
      totals.requests += 1;
    },
    accept(entry) {
      totals.accepted += 1;
      acceptances.add(entry.customArgs);
      keep(accepted, { kind: 'accepted', ...entry });
      if (waiters.length > 0) wake();
    },
    refuse(entry) {
      totals.refused += 1;
      keep(refused, { kind: 'refused', ...entry });
      if (waiters.length > 0) wake();
    },
    plan(entry) {
      plannedTotals[entry.event] = (plannedTotals[entry.event] ?? 0) + 1;
      keep(planned, { kind: 'planned', ...entry });
    },
    delivery(entry, givenUp) {
      if (entry.status !== undefined && entry.status >= 200 && entry.status < 300) {
        deliveryTotals.acknowledged += 1;
        deliveryTotals.events += entry.events;
      } else {
        deliveryTotals.failed += 1;
        if (givenUp) deliveryTotals.givenUp += 1;
      }
      keep(deliveries, { kind: 'delivery', ...entry });
    },
    close: () =>
      new Promise((resolve) => {
        if (output === undefined) resolve();
        else output.end(resolve);
      }),
  };
}

/** Counts acceptances per message, and per attempt of it; the counts of doubled ones are at hand. */
function createTally(): {
  add(customArgs: Readonly<Record<string, string>>): void;
  doubledAttempts(): number;
  doubledMessages(): number;
  doubled(): Doubled;
} {
  const byMessage = new Map<string, Map<string, number>>();
  let doubledAttempts = 0;
  const doubledMessages = new Set<string>();
  return {
    add(customArgs) {
      const messageId = customArgs['cadenza_message_id'];
      if (messageId === undefined) return;
      const attempt = customArgs['cadenza_attempt'] ?? '';
      const known = byMessage.get(messageId);
      if (known === undefined) {
        byMessage.set(messageId, new Map([[attempt, 1]]));
        return;
      }
      doubledMessages.add(messageId);
      const times = known.get(attempt) ?? 0;
      if (times === 1) doubledAttempts += 1;
      known.set(attempt, times + 1);
    },
    doubledAttempts: () => doubledAttempts,
    doubledMessages: () => doubledMessages.size,
    doubled() {
      const attempts: { messageId: string; attempt: string; times: number }[] = [];
      const messages: { messageId: string; times: number }[] = [];
      for (const [messageId, byAttempt] of byMessage) {
        let sum = 0;
        for (const [attempt, times] of byAttempt) {
          sum += times;
          if (times > 1) attempts.push({ messageId, attempt, times });
        }
        if (sum > 1) messages.push({ messageId, times: sum });
      }
      return { attempts, messages };
    },
  };
}

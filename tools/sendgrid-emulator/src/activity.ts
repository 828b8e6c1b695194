import type { EpochMs } from '@cadenza/domain';
import type { EventName } from './behaviour/story.ts';

/** One message to one recipient, as activity look-ups and events know it. */
export interface SentMessage {
  /** `<X-Message-Id>.recvd-…`, one per recipient. */
  readonly sgMessageId: string;
  readonly providerMessageId: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly customArgs: Readonly<Record<string, string>>;
  readonly categories: readonly string[];
  readonly asmGroupId: number | null;
  readonly acceptedAt: EpochMs;
  /** What has happened so far, in the order in which it happened. */
  readonly events: {
    readonly event: EventName;
    readonly at: EpochMs;
    readonly fields: EventFields;
  }[];
}

export type EventFields = Readonly<Record<string, unknown>>;

/** A message as a look-up sees it: only what was indexed by then. */
export interface IndexedMessage {
  readonly message: SentMessage;
  readonly events: SentMessage['events'];
  readonly lastEventAt: EpochMs;
}

/** The store behind Email Activity and Email Logs. */
export interface Activity {
  /** False keeps nothing: a look-up must then be refused, since its silence would mean nothing. */
  readonly enabled: boolean;
  add(message: SentMessage): void;
  /** Everything indexed by `horizon`, newest first. */
  indexed(horizon: EpochMs): Iterable<IndexedMessage>;
  find(sgMessageId: string, horizon: EpochMs): IndexedMessage | null;
  /** Forgets an address's messages (erasure). */
  erase(address: string): void;
}

export function createActivity(enabled: boolean): Activity {
  let messages: SentMessage[] = [];
  const asIndexed = (message: SentMessage, horizon: EpochMs): IndexedMessage => {
    const events = message.events.filter((event) => event.at <= horizon);
    return { message, events, lastEventAt: events.at(-1)?.at ?? message.acceptedAt };
  };
  return {
    enabled,
    add(message) {
      if (enabled) messages.push(message);
    },
    *indexed(horizon) {
      for (let index = messages.length - 1; index >= 0; index -= 1) {
        const message = messages[index];
        if (message !== undefined && message.acceptedAt <= horizon) {
          yield asIndexed(message, horizon);
        }
      }
    },
    find(sgMessageId, horizon) {
      const message = messages.find((item) => item.sgMessageId === sgMessageId);
      if (message === undefined || message.acceptedAt > horizon) return null;
      return asIndexed(message, horizon);
    },
    erase(address) {
      messages = messages.filter((message) => message.to !== address);
    },
  };
}

import type { EpochMs } from './clock.ts';

/** One limit that a message must respect: at most `limit` in any window of `windowMs`. */
export interface RateScope {
  /** Names the thing limited, for example `sender:<id>`; shared by all its windows. */
  readonly key: string;
  /** Messages per window, 0 or more. */
  readonly limit: number;
  /** Length of the sliding window in campaign milliseconds. */
  readonly windowMs: number;
}

export interface SlotRequest {
  /** Identifies the reservation, so that it can be released; asking again for it replaces it. */
  readonly id: string;
  readonly scopes: readonly RateScope[];
  /** The earliest start wanted. */
  readonly notBefore: EpochMs;
  /** The latest start wanted; a slot after it is refused. */
  readonly notAfter: EpochMs;
}

/**
 * A reservation: the hand-off may begin at any moment of `[start, end]`. However it falls in
 * there, no window of any scope holds more than its limit.
 */
export type SlotDecision =
  | { readonly granted: true; readonly id: string; readonly start: EpochMs; readonly end: EpochMs }
  | {
      readonly granted: false;
      readonly id: string;
      /** The scope that refused; `limiter` where no limit did: it is closed, or the time is over. */
      readonly scope: string;
      /** When asking again can succeed, as far as is known now. */
      readonly retryAt: EpochMs;
    };

/** When a slot could begin, as things stand. */
export interface EarliestSlot {
  readonly id: string;
  /** Null where a limit of 0 allows none at all. */
  readonly start: EpochMs | null;
  /** The key of the scope that stood in the way of an earlier one last; null where none did. */
  readonly scope: string | null;
}

/** A past hand-off, or a slot that was given before, for a limiter that does not count it yet. */
export interface HandOffRecord {
  readonly id: string;
  readonly scopes: readonly RateScope[];
  /** When it began, or the start of its slot. */
  readonly at: EpochMs;
  /** The end of its slot where it has not begun; by default `at`, or a slot's width after `now`. */
  readonly until?: EpochMs;
}

/**
 * Sliding-window limits, all scopes of a request decided in one atomic step: where one refuses,
 * nothing is taken from the others. Windows look both ways, since slots are planned ahead.
 */
export interface RateLimiter {
  /** Reserves slots for many messages, in the order given. Decisions come in the same order. */
  reserve(requests: readonly SlotRequest[], now: EpochMs): Promise<SlotDecision[]>;
  /**
   * When each of these could begin, `notBefore` or later, asked for alone. Nothing is taken, and a
   * reservation that stands under the id does not stand in its own way. Null while it is closed.
   */
  peek(
    requests: readonly Omit<SlotRequest, 'notAfter'>[],
    now: EpochMs,
  ): Promise<EarliestSlot[] | null>;
  /** Gives reservations back; unknown ids are ignored. */
  release(ids: readonly string[]): Promise<void>;
  /** False after the store came back empty: `reserve` refuses everything until `rebuild`. */
  ready(): Promise<boolean>;
  /**
   * Names what the store remembers: another name after it was emptied and rebuilt, or extended; null
   * while it is closed. A slot that was reserved under one name is worth nothing under the next,
   * unless it was among the records of the rebuilding or extending.
   */
  generation(): Promise<string | null>;
  /**
   * Fills an empty limiter from past hand-offs and opens it. A reservation that is known keeps its
   * slot, and gains the keys that it did not have; each key keeps it for the longer of both windows.
   */
  rebuild(records: readonly HandOffRecord[], now: EpochMs): Promise<void>;
  /**
   * The same for an open limiter, whose keys or windows are to look further back than it remembers.
   * `read` is called once the limiter has another name: so a slot that it must find is written down
   * by then, or whoever took it finds another name and does not use it.
   *
   * @returns false where it is closed, or was emptied meanwhile: what was read may not be counted.
   */
  extend(read: () => Promise<readonly HandOffRecord[]>, now: EpochMs): Promise<boolean>;
  close(): Promise<void>;
}

import type { Actor, BounceKind, EndStatus, EpochMs } from '@cadenza/domain';

/** Events of a message, or of a person, that a plan's transitions can name (`on`). */
export type ReactionType =
  | 'delivered'
  | 'opened'
  | 'clicked'
  | 'replied'
  | 'bounced'
  | 'blocked'
  | 'dropped'
  | 'spamreport'
  | 'unsubscribed';

/** Silence, and the end of all waiting at a node (`elapsed`, never named by a plan). */
export type TimerType = 'no_open' | 'no_click' | 'no_reply' | 'elapsed';

/** One hand-off of one visit to a send node. */
export interface HandOff {
  readonly nodeId: string;
  /** 1 for the first time an enrollment comes to the node. */
  readonly visit: number;
  /** 1 for the first hand-off of the visit's message. */
  readonly attempt: number;
}

/**
 * What can happen to an enrollment. Every input is recorded, whether it moves anything or not.
 * `at` is its own time: for an event the provider's, for a timer the time it was due.
 */
export type EnrollmentInput =
  | { readonly kind: 'enrolled'; readonly at: EpochMs }
  /** A hand-off began; `at` is the message's time sent and never changes. */
  | ({ readonly kind: 'begun'; readonly at: EpochMs } & HandOff)
  /** A begun hand-off is proven not to have reached the provider: it has not begun. */
  | ({ readonly kind: 'released'; readonly at: EpochMs; readonly reason: string } & HandOff)
  /** The provider has accepted the message. */
  | ({
      readonly kind: 'sent';
      readonly at: EpochMs;
      /** Evidence of acceptance for a hand-off that had been released: the release was wrong. */
      readonly reinstated?: true;
    } & HandOff)
  /** A hand-off of which nothing was known is taken for lost: it is repeated as a new attempt. */
  | ({ readonly kind: 'lost'; readonly at: EpochMs; readonly reason: string } & HandOff)
  /** An operator wants a message that has failed tried again, as the attempt after this one. */
  | ({ readonly kind: 'resend'; readonly at: EpochMs } & HandOff)
  /** The provider will never accept it, or it cannot be rendered. */
  | ({ readonly kind: 'failed'; readonly at: EpochMs; readonly reason: string } & HandOff)
  | ({
      readonly kind: 'event';
      readonly type: ReactionType;
      readonly at: EpochMs;
      readonly actor: Actor;
      /** For `bounced` alone; one of unknown kind counts as soft. */
      readonly bounce?: BounceKind;
    } & HandOff)
  | {
      readonly kind: 'timer';
      readonly type: TimerType;
      readonly nodeId: string;
      readonly visit: number;
      /** When it was due (its grace not counted). */
      readonly at: EpochMs;
    }
  /** The step was later than its `maxLateness`. */
  | {
      readonly kind: 'skipped';
      readonly nodeId: string;
      readonly visit: number;
      readonly at: EpochMs;
    }
  /** An automatic answer says that the person is away: waiting stands still until then. */
  | {
      readonly kind: 'away';
      readonly at: EpochMs;
      readonly until: EpochMs;
      /** The answer names no day: it makes no absence shorter that is known. */
      readonly estimated?: true;
    }
  /** An operator wants a message that has not begun sent now, without the rest of its delay. */
  | ({
      readonly kind: 'hurried';
      readonly at: EpochMs;
      /** Whatever send windows and quiet hours say. */
      readonly anyTime: boolean;
    } & HandOff)
  /** The address may not be written to any more. */
  | { readonly kind: 'suppressed'; readonly at: EpochMs; readonly reason: string }
  /** Stopped by an operator. */
  | { readonly kind: 'stopped'; readonly at: EpochMs; readonly reason: string };

/** An input as recorded. */
export interface RecordedInput {
  /** The enrollment's version that recording it made: 1, 2, 3 … in order of arrival. */
  readonly seq: number;
  /**
   * Breaks ties between inputs of equal time and type. It must not depend on the order of
   * arrival: an event's de-duplication key, a timer's action key.
   */
  readonly id: string;
  /** Campaign time at which it was recorded. */
  readonly now: EpochMs;
  readonly input: EnrollmentInput;
}

/** An event of the anchor message. */
export interface SeenEvent {
  readonly type: ReactionType;
  readonly at: EpochMs;
  /** Present where a machine opened or clicked: it counts only where the plan says `any`. */
  readonly machine?: true;
}

/** A stretch of time in which the person is away. Ends are in campaign time; `from` is before `until`. */
export interface Hold {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/**
 * Where an enrollment stands: the fold of its recorded inputs. Plain JSON, so that it can be
 * stored and compared.
 *
 * - `new`: nothing recorded yet.
 * - `scheduled`: at a send node whose hand-off has not begun.
 * - `handed_off`: begun; whether the provider accepted is not known yet.
 * - `listening`: the node's message is sent, or the node is a wait.
 * - `ended`.
 */
export interface EnrollmentState {
  readonly phase: 'new' | 'scheduled' | 'handed_off' | 'listening' | 'ended';
  /** Null in `new` alone. */
  readonly nodeId: string | null;
  readonly visit: number;
  readonly attempt: number;
  /** Own time of the input that entered the node. */
  readonly enteredAt: EpochMs;
  /** The message whose events drive this node; a wait node keeps that of the node before it. */
  readonly anchor: (HandOff & { readonly sentAt: EpochMs }) | null;
  /** Visits per node so far, the current one included. */
  readonly visits: Readonly<Record<string, number>>;
  /** Events of the anchor message that no transition has used up yet, in their own order. */
  readonly seen: readonly SeenEvent[];
  /** The first of each kind of event of the anchor message, used up or not: it refutes timers. */
  readonly happened: readonly SeenEvent[];
  /**
   * Why the anchor's attempt is to be repeated: it bounced softly, or it was lost on its way to the
   * provider. Until the next attempt begins, or this one is proven to have arrived after all
   * (`clearedAt`), none of its timers run.
   */
  readonly retry: {
    readonly at: EpochMs;
    readonly dueAt: EpochMs;
    readonly clearedAt: EpochMs | null;
  } | null;
  /**
   * The message last handed off, while the step after it has not begun and nobody is known to have
   * read it: its soft bounce calls that step back.
   */
  readonly behind: (HandOff & { readonly sentAt: EpochMs }) | null;
  /**
   * When the person is away, in order and without overlaps; absent where nothing is known of it.
   * Delays, silences and `within` do not count this time. The next hand-off ends it.
   */
  readonly away?: readonly Hold[];
  /** Since when an operator wants the hand-off that is waited for; absent where nobody has said so. */
  readonly hurry?: { readonly at: EpochMs; readonly anyTime: boolean };
  readonly end: {
    readonly status: EndStatus;
    readonly reason: string;
    readonly at: EpochMs;
  } | null;
}

/** A future step that a state implies. */
export interface ImpliedAction {
  /** Unique within the enrollment, and the same whenever the same step is implied again. */
  readonly key: string;
  readonly type: 'send' | 'timeout';
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  /** For `timeout` alone. */
  readonly timer: TimerType | null;
  /**
   * When the plan wants it, before windows and quiet hours, and without regard to now (so that
   * the order of arrival leaves no trace in it). A timer's is its own time; it fires a grace later.
   */
  readonly dueAt: EpochMs;
  /** An operator wants it now: its time of day does not count, and with `any_time` no window does. */
  readonly hurried?: 'in_window' | 'any_time';
}

/** What an input did, recorded beside it. */
export type Outcome =
  /** It moved the enrollment, or ended it. */
  | 'applied'
  /** It is remembered, but nothing of the plan answers to it here. */
  | 'noted'
  /** It belongs to a node that the enrollment has left behind by a hand-off. */
  | 'late'
  /** It belongs to a node that is neither this one's message nor this one. */
  | 'other_node'
  /** Later than the transition's `within`. */
  | 'outside_within'
  /** A machine's open or click. */
  | 'machine'
  /** A timer whose real event had happened. */
  | 'refuted'
  /** A soft bounce, which will be retried. */
  | 'soft_bounce'
  /** The enrollment had ended. */
  | 'ended'
  /** A hand-off later proven not to have begun, or the proof of that. */
  | 'withdrawn';

export interface StepResult {
  readonly state: EnrollmentState;
  readonly outcome: Outcome;
}

/** How recorded inputs were understood, by their `seq`. */
export type Outcomes = ReadonlyMap<number, Outcome>;

/** The point from which an enrollment is folded: the state just after its last hand-off began. */
export interface FoldBase {
  readonly state: EnrollmentState;
  /** The `seq` of the input that made it; 0 where nothing has begun. */
  readonly seq: number;
}

export interface FoldResult {
  readonly state: EnrollmentState;
  readonly base: FoldBase;
  readonly outcomes: Outcomes;
  /** The latest time, as it counted, of the inputs folded since the base; null where there are none. */
  readonly until: EpochMs | null;
}

/** What the machine needs to know beside the plan; recorded with each input. */
export interface MachineSettings {
  /** The contact's IANA zone; null, or a name that is no zone, means the plan's. */
  readonly timezone: string | null;
  /** How long after its time a timer fires, so that a webhook under way is not beaten; 2 min. */
  readonly graceMs: number;
  /**
   * How long after each soft bounce its message is tried again, in milliseconds; by default 1 h,
   * 4 h and 24 h. A soft bounce after the last is final.
   */
  readonly softBounceRetryMs?: readonly number[];
}

/** The version of these semantics, recorded with each input for `verify`. */
export const MACHINE_VERSION = 1;
export type MachineVersion = typeof MACHINE_VERSION;

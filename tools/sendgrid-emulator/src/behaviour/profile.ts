/**
 * How likely each thing is to happen to a message, every number between 0 and 1. The first that
 * holds of `dropped`, `hardBounce`, `softBounce` and `blocked` ends the message's way; otherwise it
 * is delivered (perhaps `deferred` first) and the rest is decided.
 */
export interface BehaviourProfile {
  /** SendGrid refuses the address as invalid without trying it. */
  readonly dropped: number;
  readonly hardBounce: number;
  /** The mailbox is full for the first sends of the message; see `softBounces`. */
  readonly softBounce: number;
  /** Sends of one message that bounce softly before one is delivered; 2 by default. */
  readonly softBounces: number;
  /** Refused for the sender's reputation or the content. */
  readonly blocked: number;
  /** Delivered only after one to three deferrals. */
  readonly deferred: number;
  /** Delivered, and reported as bounced minutes later, without custom arguments. */
  readonly asyncBounce: number;
  /** A privacy proxy fetches the pixel (`sg_machine_open`), whatever the person does. */
  readonly machineOpen: number;
  readonly open: number;
  /** A click, given an open. */
  readonly click: number;
  /** Another open later, given an open. */
  readonly reopen: number;
  /** An unsubscribe through SendGrid's own link, given a delivery. */
  readonly unsubscribe: number;
  readonly groupUnsubscribe: number;
  readonly complaint: number;
}

/** Nothing but a delivery. */
export const SILENT: BehaviourProfile = Object.freeze({
  dropped: 0,
  hardBounce: 0,
  softBounce: 0,
  softBounces: 2,
  blocked: 0,
  deferred: 0,
  asyncBounce: 0,
  machineOpen: 0,
  open: 0,
  click: 0,
  reopen: 0,
  unsubscribe: 0,
  groupUnsubscribe: 0,
  complaint: 0,
});

/** A list of business contacts in fair order. */
export const DEFAULT_PROFILE: BehaviourProfile = Object.freeze({
  ...SILENT,
  hardBounce: 0.02,
  softBounce: 0.015,
  blocked: 0.01,
  deferred: 0.04,
  machineOpen: 0.15,
  open: 0.4,
  click: 0.2,
  reopen: 0.25,
  unsubscribe: 0.006,
  complaint: 0.0004,
});

/** What each word does, in the local part of an address or in a rule. */
export const BEHAVIOUR_WORDS = {
  silent: {},
  hardbounce: { hardBounce: 1 },
  bounce: { hardBounce: 1 },
  asyncbounce: { asyncBounce: 1 },
  softbounce: { softBounce: 1 },
  blocked: { blocked: 1 },
  dropped: { dropped: 1 },
  deferred: { deferred: 1 },
  machine: { machineOpen: 1 },
  opener: { open: 1 },
  open: { open: 1 },
  clicker: { open: 1, click: 1 },
  click: { open: 1, click: 1 },
  unsubscribe: { unsubscribe: 1 },
  groupunsubscribe: { groupUnsubscribe: 1 },
  complain: { complaint: 1 },
} as const satisfies Readonly<Record<string, Partial<BehaviourProfile>>>;

export type BehaviourWord = keyof typeof BEHAVIOUR_WORDS;

/** The words, for schemas and documentation. */
export const BEHAVIOUR_WORD_LIST = Object.keys(BEHAVIOUR_WORDS) as readonly BehaviourWord[];

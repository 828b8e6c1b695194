/** Events that a transition's `on` can name. */
export const EVENT_TRIGGERS = [
  'delivered',
  'opened',
  'clicked',
  'replied',
  'bounced',
  'blocked',
  'dropped',
  'spamreport',
  'unsubscribed',
] as const;

/** Silences that a transition's `on` can name. */
export const TIMER_TRIGGERS = ['no_open', 'no_click', 'no_reply'] as const;

export type EventTrigger = (typeof EVENT_TRIGGERS)[number];
export type TimerTrigger = (typeof TIMER_TRIGGERS)[number];
/** Everything that `on` can name; `skipped` answers to a step later than its `maxLateness`. */
export type Trigger = EventTrigger | TimerTrigger | 'skipped';

/** `after` of a timer transition that names none. */
export const DEFAULT_AFTER: Readonly<Record<TimerTrigger, string>> = {
  no_open: 'PT72H',
  no_click: 'PT24H',
  no_reply: 'P5D',
};

/** For plans that do not say how somebody who is away is left alone, or not all of it. */
export const DEFAULT_OUT_OF_OFFICE = { businessDays: 1, withoutDate: 'P7D' } as const;

/** What proves a silence wrong. Whoever clicks or answers has opened, images shown or not. */
export const REFUTES = {
  no_open: ['opened', 'clicked', 'replied'],
  no_click: ['clicked'],
  no_reply: ['replied'],
} as const satisfies Readonly<Record<TimerTrigger, readonly EventTrigger[]>>;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The target of a transition that ends the enrollment. */
export const STOP = 'stop';

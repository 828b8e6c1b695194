import { CRASH_POINTS } from '@cadenza/engine';

/** The kinds of programs that are tortured. */
export type Role = 'api' | 'send' | 'event';

/** The programs, by name. */
export const PROCESSES = [
  { name: 'api-1', role: 'api' },
  { name: 'api-2', role: 'api' },
  { name: 'send-1', role: 'send' },
  { name: 'send-2', role: 'send' },
  { name: 'send-3', role: 'send' },
  { name: 'event-1', role: 'event' },
  { name: 'event-2', role: 'event' },
] as const satisfies readonly { readonly name: string; readonly role: Role }[];

export type ProcessName = (typeof PROCESSES)[number]['name'];

/** Connections that lead through a proxy of their own, for each kind of program. */
export const LINKS = {
  api: ['postgres', 'redis'],
  send: ['postgres', 'redis', 'sendgrid'],
  event: ['postgres', 'redis', 'sendgrid'],
} as const satisfies Record<Role, readonly string[]>;

export type Link = (typeof LINKS)[Role][number];

/**
 * Points at which a program can be told to kill itself. Those of a send worker are the engine's own
 * and the ends of its transactions; the others' are the calls of their ports.
 */
export const POINTS = {
  send: [...CRASH_POINTS, 'begin_uncommitted', 'outcome_uncommitted'],
  event: [
    'sends_claimed',
    'slots_uncommitted',
    'slots_committed',
    'sends_published',
    'timers_claimed',
    'timers_published',
    'timers_uncommitted',
    'timers_committed',
    'delivery_loaded',
    'delivery_uncommitted',
    'delivery_committed',
    'unknown_uncommitted',
    'unknown_committed',
    'look_up_uncommitted',
    'look_up_committed',
  ],
  api: [
    'delivery_stored',
    'delivery_published',
    'suppression_uncommitted',
    'suppression_committed',
    'enrolment_uncommitted',
    'enrolment_committed',
  ],
} as const satisfies Record<Role, readonly string[]>;

export type Point = (typeof POINTS)[Role][number];

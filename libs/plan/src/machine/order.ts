import type { EpochMs } from '@cadenza/domain';
import type { EnrollmentInput, RecordedInput } from './types.ts';

const EVENT_ORDER = [
  'delivered',
  'opened',
  'clicked',
  'replied',
  'bounced',
  'blocked',
  'dropped',
  'spamreport',
  'unsubscribed',
];
const TIMER_ORDER = ['no_open', 'no_click', 'no_reply', 'elapsed'];

/**
 * The rank of an input among those of the same time. Providers give whole seconds, so ties are
 * common: what people did comes before what they failed to do, and causes before consequences.
 */
function rankOf(input: EnrollmentInput): number {
  switch (input.kind) {
    case 'enrolled':
      return 0;
    case 'begun':
    case 'released':
      return 1;
    case 'sent':
      return 2;
    case 'event':
      return 10 + EVENT_ORDER.indexOf(input.type);
    case 'away':
      return 3;
    case 'lost':
      return 29;
    case 'failed':
      return 30;
    case 'suppressed':
      return 31;
    case 'stopped':
      return 32;
    case 'skipped':
      return 33;
    case 'resend':
      return 34;
    case 'timer':
      return 40 + TIMER_ORDER.indexOf(input.type);
    // It speaks of the step that whatever came at that time has led to.
    case 'hurried':
      return 50;
  }
}

/** An input in its place. */
interface Placed {
  /** As it counts. */
  readonly time: EpochMs;
  readonly recorded: RecordedInput;
}

/**
 * Inputs in their own order: time, rank of type, id. Times before `floor` count as `floor`, but
 * for timers, whose time says which wait they belong to.
 */
export function inOwnOrder(inputs: readonly RecordedInput[], floor: EpochMs): Placed[] {
  const keyed = inputs.map((recorded) => {
    const { input } = recorded;
    const time = Math.max(input.at, floor);
    const clamped = time === input.at || input.kind === 'timer' ? input : { ...input, at: time };
    return { time, rank: rankOf(input), recorded: { ...recorded, input: clamped } };
  });
  keyed.sort(
    (a, b) =>
      a.time - b.time ||
      a.rank - b.rank ||
      (a.recorded.id < b.recorded.id ? -1 : a.recorded.id > b.recorded.id ? 1 : 0) ||
      a.recorded.seq - b.recorded.seq,
  );
  return keyed;
}

import type { WireSms } from '@cadenza/sms-dev';

/** A text message that the emulator has accepted. */
export interface SentText extends WireSms {
  readonly id: string;
  /** Campaign time, milliseconds since 1970. */
  readonly at: number;
}

/**
 * What becomes of a message, by the end of its number, as the people of a made-up world cannot say it
 * themselves: `…001` does not exist, `…002` is off; an answer of a server that takes the message and
 * says nothing of it, `…003`; everybody else receives it.
 */
export type Fate = 'delivered' | 'unknown_number' | 'unreachable' | 'silent';

export function fateOf({ to }: Pick<WireSms, 'to'>): Fate {
  if (to.endsWith('001')) return 'unknown_number';
  if (to.endsWith('002')) return 'unreachable';
  return to.endsWith('003') ? 'silent' : 'delivered';
}

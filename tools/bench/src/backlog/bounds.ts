import { ROUND } from './installation.ts';
import type { Scan } from './scans.ts';

/** What has to hold, however many actions are pending. */
export const BOUNDS = {
  /** Megabytes by which Redis may grow while a backlog is gone through. */
  redisGrowthMb: 10,
  /** Milliseconds of a round at the median. */
  roundMs: 50,
  /** Of a round's median to the one with a small backlog. */
  ratio: 1.2,
  /**
   * Rows of scheduled_actions that a round reads for each of its actions: those on offer, a few
   * times as many as are taken; then each one to claim it, to plan it and to give it its slot.
   */
  rowsPerAction: 12,
} as const;

export interface Findings {
  readonly redisGrowth: number;
  readonly baselineMs: number;
  readonly pendingMs: number;
  /** Of one round, with the whole backlog. */
  readonly scans: readonly Scan[];
}

export interface Verdict {
  readonly holds: boolean;
  readonly text: string;
}

export function judge({ redisGrowth, baselineMs, pendingMs, scans }: Findings): Verdict[] {
  const growthMb = redisGrowth / 1_000_000;
  const ratio = pendingMs / baselineMs;
  // Rows that were found before are read again by their place, each by itself.
  const whole = scans.filter(({ index, node }) => index === null && node !== 'Tid Scan');
  const rows = scans.reduce((sum, scan) => sum + scan.rows, 0);
  const rowsAtMost = BOUNDS.rowsPerAction * ROUND;
  return [
    {
      holds: growthMb < BOUNDS.redisGrowthMb,
      text: `Redis has grown by ${growthMb.toFixed(2)} MB, to be less than ${BOUNDS.redisGrowthMb}`,
    },
    {
      holds: pendingMs < BOUNDS.roundMs,
      text: `a round takes ${pendingMs.toFixed(1)} ms, to be less than ${BOUNDS.roundMs}`,
    },
    {
      holds: ratio <= BOUNDS.ratio,
      text: `that is ${ratio.toFixed(2)} times its cost with the small backlog, to be at most ${BOUNDS.ratio}`,
    },
    {
      holds: scans.length > 0 && whole.length === 0,
      text: `${scans.length} nodes of its plans read scheduled_actions, ${whole.length} of them without an index, to be none`,
    },
    {
      holds: rows <= rowsAtMost,
      text: `they read ${rows} rows, to be at most ${rowsAtMost}`,
    },
  ];
}

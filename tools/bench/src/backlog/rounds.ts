import { means, median, percentile } from '../measure/figures.ts';
import { ROUND, type Installation, type Round } from './installation.ts';

/** What rounds of one installation took, in milliseconds. */
export interface Timing {
  readonly rounds: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly claimMs: number;
  readonly enqueueMs: number;
  /** CPU milliseconds of a round by process, the mean: each reading is coarser than a round. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Of all claimed. */
  readonly refused: number;
}

export function timingOf(rounds: readonly Round[]): Timing {
  const ms = rounds.map((round) => round.ms);
  return {
    rounds: ms.length,
    medianMs: median(ms),
    p95Ms: percentile(ms, 0.95),
    claimMs: median(rounds.map((round) => round.claimMs)),
    enqueueMs: median(rounds.map((round) => round.enqueueMs)),
    cpuMs: means(rounds.map((round) => round.cpuMs)),
    refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
  };
}

/** Rounds' worth of people who are due and free to go before each round. */
const STOCK = 2;

/**
 * Times full rounds of several installations, a round of each in turn and not always in the same
 * order: what else the machine does hits all of them.
 *
 * @returns the rounds by installation, those that warm up left out.
 */
export async function timeRounds(
  installations: readonly Installation[],
  counts: { readonly rounds: number; readonly warmUp: number },
): Promise<Round[][]> {
  const measured = installations.map((): Round[] => []);
  for (const { loader } of installations) await loader.open(STOCK * ROUND);
  for (let turn = 0; turn < counts.warmUp + counts.rounds; turn += 1) {
    const order = [...installations.entries()];
    for (const [which, installation] of turn % 2 === 0 ? order : order.toReversed()) {
      const round = await fullRound(installation);
      if (turn >= counts.warmUp) measured[which]?.push(round);
    }
  }
  return measured;
}

/** One round, and around it, untimed, the sending of what it dispatched and people to follow. */
export async function fullRound(installation: Installation): Promise<Round> {
  const round = await installation.round();
  const claimed = round.dispatched + round.refused;
  if (claimed !== ROUND) throw new Error(`a round claimed ${claimed} actions, not ${ROUND}`);
  await installation.drain();
  await installation.loader.open(round.dispatched);
  return round;
}

import { median, medians } from '../measure/figures.ts';
import type { Reading } from './measure-side.ts';
import { SIDE_NAMES, type SideName } from './side.ts';

/** Medians of a side over all rounds, per message where nothing else is said. */
export interface Summary {
  readonly side: SideName;
  readonly perSecond: number;
  /** Of the rounds, the slowest and the fastest. */
  readonly range: readonly [number, number];
  /** Median over the rounds of the ratio to the baseline of the same round; null without one. */
  readonly ratio: number | null;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly cpuMsInAll: number;
  /** Without transaction control and without the queue's own. */
  readonly statements: number | null;
  readonly statementsWithSetConfig: number | null;
  readonly queueStatements: number | null;
  /** All statements, with transaction control and the queue's own: each is a round trip. */
  readonly postgresTrips: number | null;
  readonly redisCommands: number | null;
  readonly redisScripts: number | null;
  /** Reads of the server from clients' sockets. */
  readonly redisTrips: number | null;
}

const BASELINE: SideName = 'sendgrid-mail';

/** @param rounds the readings of each round, each side at most once in it. */
export function summarize(rounds: readonly (readonly Reading[])[]): Summary[] {
  return SIDE_NAMES.flatMap((side) => {
    const readings = rounds.flatMap((round) => round.filter((one) => one.side === side));
    return readings.length === 0 ? [] : [summaryOf(side, readings, ratios(rounds, side))];
  });
}

function ratios(rounds: readonly (readonly Reading[])[], side: SideName): number[] {
  return rounds.flatMap((round) => {
    const own = round.find((one) => one.side === side);
    const baseline = round.find((one) => one.side === BASELINE);
    return own === undefined || baseline === undefined ? [] : [rate(own) / rate(baseline)];
  });
}

function rate({ messages, seconds }: Reading): number {
  return messages / seconds;
}

function summaryOf(
  side: SideName,
  readings: readonly Reading[],
  ratio: readonly number[],
): Summary {
  const rates = readings.map(rate);
  const cpuMs = medians(readings.map((one) => perMessage(one.cpuMs, one.messages)));
  const each = (count: (one: Reading) => number | null | undefined): number | null => {
    const counted = readings.map((one) => (count(one) ?? Number.NaN) / one.messages);
    return counted.some(Number.isNaN) ? null : median(counted);
  };
  return {
    side,
    perSecond: median(rates),
    range: [Math.min(...rates), Math.max(...rates)],
    ratio: ratio.length === 0 ? null : median(ratio),
    cpuMs,
    cpuMsInAll: sum(cpuMs),
    statements: each(({ statements }) => statements?.data),
    statementsWithSetConfig: each(
      ({ statements }) => statements && statements.data + statements.setConfig,
    ),
    queueStatements: each(({ statements }) => statements?.queue),
    postgresTrips: each(({ statements }) => statements && sum({ ...statements })),
    redisCommands: each(({ redis }) => redis && sum(redis.commands)),
    redisScripts: each(({ redis }) => redis?.scripts),
    redisTrips: each(({ redis }) => redis?.reads),
  };
}

function sum(figures: Readonly<Record<string, number>>): number {
  return Object.values(figures).reduce((all, figure) => all + figure, 0);
}

function perMessage(
  figures: Readonly<Record<string, number>>,
  messages: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, value / messages]),
  );
}

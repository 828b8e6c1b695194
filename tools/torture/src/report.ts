import type { Account } from './ledger/account.ts';
import type { LimitExceeded } from './ledger/limits.ts';
import type { Unsettled } from './ledger/quiet.ts';
import type { LateBegin } from './ledger/read-ledger.ts';
import type { Verified } from './ledger/verified.ts';
import type { StrikeCounts } from './monkey/monkey.ts';
import type { TortureOptions } from './options.ts';

/** What a run found. */
export interface TortureReport {
  readonly options: TortureOptions;
  readonly planHash: string;
  readonly strikes: StrikeCounts;
  /** How often a program killed or stopped itself at an armed point. */
  readonly pointsReached: number;
  readonly suppressions: number;
  readonly account: Account;
  readonly exceeded: readonly LimitExceeded[];
  readonly afterSuppression: readonly LateBegin[];
  /** Enrollments that nobody will ever move. */
  readonly stuck: readonly string[];
  readonly verified: Verified;
  readonly unsettled: Unsettled;
  /** Programs that were left behind, or did not stop in order. */
  readonly unclean: readonly string[];
  /** What happened to the enrollments that something is wrong with, the first few of them. */
  readonly traces: readonly string[];
}

/** What is wrong, in words; nothing, if the protocol held. */
export function findings(report: TortureReport): string[] {
  const { account, exceeded, afterSuppression, stuck, verified, unsettled, options } = report;
  const { byFate } = account;
  const count = (what: string, found: number) => (found === 0 ? [] : [`${found} ${what}`]);
  return [
    ...count('doubled', byFate.doubled + (residueAllowed(options) ? 0 : byFate.residue)),
    ...count('lost', byFate.lost),
    ...count('accepted and never planned', byFate.unexpected),
    ...count('unknown though the provider has accepted them', byFate.unresolved),
    ...count('limits exceeded', exceeded.length),
    ...count('hand-offs begun after a suppression', afterSuppression.length),
    ...count('people whom nobody will ever move', stuck.length),
    ...count('differences from what the inputs imply', verified.differences.length),
    ...count('people still under way', unsettled.enrollments),
    ...count('deliveries still waiting', unsettled.deliveries),
    ...(account.planned < options.messages
      ? [`${account.planned} messages planned, ${options.messages} asked for`]
      : []),
    ...report.unclean,
  ];
}

/**
 * What was accepted after it had been looked up and taken for lost is the price of `resend`: a call
 * that the network or the provider held back for longer than the look-up waits.
 */
function residueAllowed({ policy, control }: TortureOptions): boolean {
  return policy === 'resend' && control === 'none';
}

/** Differences that are printed; all are counted. */
const SHOWN_DIFFERENCES = 20;

/** The report as text. */
export function printed(report: TortureReport): string {
  const { account, strikes, options, verified } = report;
  const kinds = Object.entries(strikes.struck)
    .sort(([x], [y]) => x.localeCompare(y))
    .map(([kind, times]) => `${kind} ${times}`);
  const struck = Object.values(strikes.struck).reduce((sum, times) => sum + times, 0);
  const found = findings(report);
  return [
    '',
    `Faults: ${struck} struck, ${strikes.missed} found nothing to strike, of ${strikes.planned} planned`,
    `  ${kinds.join(', ')}`,
    `  ${report.pointsReached} times a program died or stopped at an armed point`,
    '',
    `Ledger, by message and attempt (policy ${options.policy}, control ${options.control})`,
    row('planned', account.planned),
    row('accepted', account.byFate.accepted),
    row('  of these, by evidence', account.recovered),
    row('failed', account.byFate.failed),
    row('suppressed or canceled', account.byFate.suppressed),
    row('unknown, and not accepted', account.byFate.unknown),
    row('unknown, though accepted', account.byFate.unresolved),
    row('taken for lost, sent again', account.byFate.resent),
    row('doubled', account.byFate.doubled),
    row('doubled by resending', account.byFate.residue),
    row('lost', account.byFate.lost),
    row('unexpected', account.byFate.unexpected),
    '',
    row('limits exceeded', report.exceeded.length),
    ...report.exceeded.map(
      ({ scope, limit, windowMs, held, at }) =>
        `    ${scope}: ${held} in ${windowMs / 1_000} s, limit ${limit}, up to ${new Date(at).toISOString()}`,
    ),
    row('suppressions', report.suppressions),
    row('begun after one', report.afterSuppression.length),
    row('people stuck', report.stuck.length),
    row('people verified', verified.enrollments),
    row('  by inputs run again', verified.inputs),
    row('differences', verified.differences.length),
    ...verified.differences
      .slice(0, SHOWN_DIFFERENCES)
      .map((difference) => `    ${JSON.stringify(difference)}`),
    '',
    ...report.traces,
    found.length === 0 ? 'The protocol held.' : `FOUND: ${found.join('; ')}`,
    '',
  ].join('\n');
}

function row(what: string, count: number): string {
  return `  ${what.padEnd(28)}${String(count).padStart(9)}`;
}

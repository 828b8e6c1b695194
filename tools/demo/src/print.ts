import type { RunningCampaign } from './campaign.ts';
import type { OpenWork, Waiting } from './open-work.ts';
import type { Progress } from './progress.ts';
import type { CampaignReport } from './report.ts';

/** Where text goes. */
export type Print = (text: string) => void;

/** Rejected rows that are shown one by one. */
const SHOWN = 12;

export function printStart(print: Print, campaign: RunningCampaign): void {
  const { imported, refused } = campaign;
  print(
    `Contacts: ${imported.imported} imported, ${imported.duplicates} duplicates, ` +
      `${imported.rejectedTotal} rows rejected, ${imported.warnings.length} taken without a value.\n`,
  );
  for (const row of imported.rejected.slice(0, SHOWN)) {
    print(`  row ${row.row}${row.column === null ? '' : `, ${row.column}`}: ${row.message}\n`);
  }
  if (imported.rejected.length > SHOWN) {
    print(`  and ${imported.rejected.length - SHOWN} more\n`);
  }
  print(`Enrolled: ${campaign.enrolled}, refused: ${refused.length}. The campaign runs.\n\n`);
}

/** A stretch of time, as one speaks of it: `3 min`. */
export function roughly(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [unit, length] = units.find(([, length]) => ms >= 1.5 * length) ?? ['s', 1_000];
  return `${Math.ceil(ms / length)} ${unit}`;
}

/** One line of progress: over the last one on a terminal, a line of its own in a log. */
export function progressLine(progress: Progress): string {
  const { people, ended, sent, events, held } = progress;
  const width = 24;
  const full = people === 0 ? width : Math.round((width * ended) / people);
  const bar = `${'█'.repeat(full)}${'·'.repeat(width - full)}`;
  const time = minute(progress.now);
  const waiting = held === 0 ? '' : `, ${held} held`;
  return `${time}  ${bar}  ${ended}/${people} ended${waiting}, ${sent} sent, ${events} events`;
}

export function printReport(print: Print, report: CampaignReport, campaign: RunningCampaign): void {
  print('\nPer node              sent  delivered   opened  clicked  bounced\n');
  for (const row of report.funnel) {
    const cells = [row.accepted, row.delivered, row.opened, row.clicked, row.bounced];
    print(
      `  ${row.node.padEnd(16)}${cells.map((cell, i) => String(cell).padStart(i === 0 ? 8 : i === 1 ? 11 : 9)).join('')}\n`,
    );
  }
  print('\nHow it ended\n');
  for (const { status, reason, people } of report.ends) {
    print(`  ${String(people).padStart(5)}  ${status.padEnd(11)} ${reason}\n`);
  }
  print(
    `\nRejected rows of the contact list: ${campaign.imported.rejectedTotal}` +
      `, by reason: ${byReason(campaign)}\n` +
      `Messages accepted by the provider: ${report.acceptedByProvider}\n` +
      `Events recorded: ${report.events}, kept apart: ${report.quarantinedEvents}\n` +
      `Messages of unknown fate, held: ${report.unknown}\n` +
      `Hand-offs doubled at the provider: ${report.doubled}\n` +
      `People unaccounted for: ${report.unaccounted}\n`,
  );
}

/** Why a campaign has not ended: who waits for what, and what stands in the way of everybody. */
export function printOpenWork(print: Print, open: OpenWork): void {
  print(`\nStill open at ${minute(open.now)} of the campaign\n`);
  for (const group of open.waiting) {
    const { people, phase, node } = group;
    print(
      `  ${String(people).padStart(5)}  ${phase} at ${node ?? 'no node'}: ${next(group, open.now)}\n`,
    );
  }
  for (const { status, messages } of open.underWay) {
    print(`  ${String(messages).padStart(5)}  messages ${status}\n`);
  }
  if (open.deliveries > 0) {
    print(`  ${String(open.deliveries).padStart(5)}  webhook deliveries not processed\n`);
  }
  for (const sentence of open.obstacles) print(`${sentence}\n`);
}

function next({ awaits, firstDue }: Waiting, now: Date): string {
  if (awaits === null || firstDue === null) return 'nothing scheduled';
  const ms = firstDue.getTime() - now.getTime();
  const distance = ms < 0 ? `${roughly(-ms)} ago` : `in ${roughly(ms)}`;
  return `${awaits}, the first due ${minute(firstDue)}, ${distance}`;
}

function minute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

function byReason({ imported }: RunningCampaign): string {
  const reasons = Map.groupBy(imported.rejected, (row) => row.code);
  return [...reasons].map(([code, rows]) => `${rows.length} ${code}`).join(', ') || 'none';
}

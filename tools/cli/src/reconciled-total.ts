import type { LookupFailure } from '@cadenza/domain';
import type { MissedNews, ReconciledPage } from '@cadenza/engine';
import { table, type Answer } from './terminal.ts';

/** Counts all, and keeps no more than is listed. */
export function createReconciledTotal(options: {
  readonly apply: boolean;
  readonly limit: number;
}) {
  const { apply, limit } = options;
  const listed: MissedNews[] = [];
  const count = { asked: 0, missed: 0, absent: 0, unanswered: 0, recorded: 0, quarantined: 0 };
  const byStatus: Record<string, number> = {};
  let failure: LookupFailure | null = null;
  let emailActivity = true;
  return {
    add(page: ReconciledPage): void {
      for (const name of ['asked', 'absent', 'unanswered', 'recorded', 'quarantined'] as const) {
        count[name] += page[name];
      }
      count.missed += page.missed.length;
      for (const { atProvider } of page.missed) {
        byStatus[atProvider] = (byStatus[atProvider] ?? 0) + 1;
      }
      listed.push(...page.missed.slice(0, limit - listed.length));
      if (failure === null || ended(page.failure)) failure = page.failure ?? failure;
    },
    noActivity(): void {
      emailActivity = false;
    },
    answer(range: { readonly since: number; readonly until: number }): Answer {
      const { asked, missed, absent, unanswered, recorded, quarantined } = count;
      const settled = apply ? quarantined === 0 : missed === 0;
      const words = Object.entries(byStatus).map(([status, n]) => `${n} ${status}`);
      return {
        data: {
          since: new Date(range.since).toISOString(),
          until: new Date(range.until).toISOString(),
          apply,
          ...count,
          byStatus,
          emailActivity,
          failure: failure === null ? null : reasonOf(failure),
          listed: listed.map((one) => ({ ...one, begunAt: isoOf(one.begunAt), at: isoOf(one.at) })),
        },
        text: [
          ...(listed.length === 0 ? [] : [tableOf(listed)]),
          ...(listed.length === missed ? [] : [`${missed - listed.length} more are not listed`]),
          `${asked} messages without news: SendGrid shows more of ${missed}` +
            (words.length === 0 ? '' : ` (${words.join(', ')})`) +
            `, nothing of ${absent}` +
            (apply ? `; ${recorded} events recorded` : '; nothing changed') +
            (quarantined === 0 ? '' : `, ${quarantined} in quarantine`),
        ].join('\n'),
        notes: [
          ...(emailActivity || failure?.cause === 'not_enabled' ? [] : [WITHOUT_ACTIVITY]),
          ...(failure === null ? [] : [`${unanswered} not answered: ${reasonOf(failure)}`]),
        ],
        ok: settled && failure === null,
      };
    },
  };
}

const WITHOUT_ACTIVITY =
  'The account has no Email Activity add-on, or the key may not read it: Email Logs were asked ' +
  'instead, which takes a request or more for each message';

/** Whether an account of SendGrid answers no more questions. */
export function ended(failure: LookupFailure | null): boolean {
  return failure !== null && !['unexpected_answer', 'out_of_retention'].includes(failure.cause);
}

function reasonOf({ cause, reason }: LookupFailure): string {
  return cause === 'not_enabled'
    ? 'the account has no Email Activity add-on, or the key may not read it, and Email Logs are ' +
        `refused as well (${reason})`
    : `${cause}: ${reason}`;
}

function tableOf(listed: readonly MissedNews[]): string {
  return table(
    ['tenant', 'message', 'attempt', 'handed over', 'here', 'at SendGrid', 'since'],
    listed.map((one) => [
      one.tenantId,
      one.messageId,
      String(one.attempt),
      isoOf(one.begunAt) ?? '',
      one.status,
      one.atProvider,
      isoOf(one.at) ?? '',
    ]),
  );
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

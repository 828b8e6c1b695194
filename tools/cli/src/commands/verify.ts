import type { Database } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { verify, type Difference, type VerifiedPage } from '@cadenza/engine';
import type { Command } from 'commander';
import { countValue, idValue, textValue } from '../option-values.ts';
import { asTenant, tenantStore, withOwner } from '../owner.ts';
import { findTenant, listTenants } from '../tenants.ts';
import type { Answer, Answering, Terminal } from '../terminal.ts';

interface VerifyOptions {
  readonly tenant?: string;
  readonly campaign?: Id;
  readonly limit: number;
}

/** Differences that are listed by default. */
const LISTED = 1_000;

export function verifyCommand(program: Command, { env }: Terminal, answering: Answering): void {
  const command = program.command('verify');
  answering<VerifyOptions>(
    command
      .description('run all recorded inputs again, and compare with what is stored')
      .option('--tenant <id or name>', 'of this tenant alone', textValue(200))
      .option('--campaign <id>', 'of this campaign of the tenant alone', idValue('a campaign'))
      .option('--limit <number>', 'differences listed; all are counted', countValue, LISTED),
    ({ tenant, campaign = null, limit }, _args, { progress }) => {
      if (campaign !== null && tenant === undefined) {
        command.error('error: --campaign needs the --tenant whose it is');
      }
      return withOwner(env, async (db) => {
        const started = performance.now();
        const total = createTotal(limit);
        const ids = await tenantIds(db, tenant);
        const shown = await progress('enrollments', () => countEnrollments(db, ids, campaign));
        for (const tenantId of ids) {
          const store = tenantStore(db, tenantId);
          for await (const page of verify({ tenantId, campaignId: campaign }, { store })) {
            total.add(page);
            shown.advance(page.enrollments);
          }
        }
        return total.answer((performance.now() - started) / 1_000);
      });
    },
  );
}

async function tenantIds(db: Database, tenant: string | undefined): Promise<Id[]> {
  if (tenant !== undefined) return [(await findTenant(db, tenant)).id];
  return (await listTenants(db)).map(({ id }) => id);
}

async function countEnrollments(
  db: Database,
  tenants: readonly Id[],
  campaign: Id | null,
): Promise<number> {
  let count = 0;
  for (const tenantId of tenants) {
    const { n } = await asTenant(db, tenantId, (trx) =>
      trx
        .selectFrom('contact_campaigns')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('tenant_id', '=', tenantId)
        .$if(campaign !== null, (query) => query.where('campaign_id', '=', campaign ?? ''))
        .executeTakeFirstOrThrow(),
    );
    count += Number(n);
  }
  return count;
}

/** Counts all, and keeps no more than is listed. */
function createTotal(limit: number) {
  const listed: Difference[] = [];
  const count = { enrollments: 0, inputs: 0, notComparable: 0, differences: 0 };
  return {
    add(page: VerifiedPage): void {
      count.enrollments += page.enrollments;
      count.inputs += page.inputs;
      count.notComparable += page.notComparable;
      count.differences += page.differences.length;
      listed.push(...page.differences.slice(0, limit - listed.length));
    },
    answer(seconds: number): Answer {
      const perSecond = Math.round(count.enrollments / seconds);
      const { enrollments, inputs, notComparable, differences } = count;
      const summary =
        `${enrollments} enrollments with ${inputs} inputs, ${perSecond} per second: ` +
        (differences === 0 ? 'no differences' : `${differences} differences`);
      const others =
        notComparable === 0
          ? []
          : [
              `${notComparable} enrollments not compared: another version of the machine moved them`,
            ];
      const more =
        listed.length === differences ? [] : [`${differences - listed.length} more are not listed`];
      return {
        data: { ...count, seconds, perSecond, listed },
        text: [...listed.map(lineOf), ...more, ...others, summary].join('\n'),
        ok: differences === 0,
      };
    },
  };
}

function lineOf({ tenantId, enrollmentId, what, expected, found }: Difference): string {
  return `${tenantId} ${enrollmentId} ${what}: expected ${textOf(expected)}, found ${textOf(found)}`;
}

function textOf(value: unknown): string {
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

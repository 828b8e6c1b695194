import {
  countEnrollments,
  findCampaignSummary,
  listCampaigns,
  type CampaignSummary,
  type Database,
} from '@cadenza/database';
import { CAMPAIGN_STATUSES, InvalidInputError, isId, type Id } from '@cadenza/domain';
import {
  campaignWarnings,
  enrollmentTotals,
  finishCampaignAs,
  pauseCampaignAs,
  startCampaignAs,
  type CampaignChange,
} from '@cadenza/runtime';
import { Option, type Command } from 'commander';
import { problemLine } from '../failure.ts';
import { expectedOne } from '../nearest.ts';
import { textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answer, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}
type Status = CampaignSummary['status'];

/** Campaigns that are listed at once, the newest first, and among which a name is looked for. */
const LISTED = 500;

export function campaignCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const campaign = program.command('campaign').description('what a tenant sends, and to whom');
  const ofTenant = (name: string) =>
    campaign.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));
  const ofCampaign = (name: string) =>
    ofTenant(name).argument('<campaign>', 'its id or its name', textValue(200));

  answering<OfTenant & { readonly status?: Status }>(
    ofTenant('list')
      .description('list a tenant’s campaigns, the newest first')
      .addOption(new Option('--status <status>', 'only these').choices(CAMPAIGN_STATUSES)),
    ({ tenant, status }) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const { items } = await asTenant(db, tenantId, (trx) =>
          listCampaigns(trx, tenantId, { after: null, limit: LISTED }, { status }),
        );
        return {
          data: { campaigns: items },
          text: table(
            ['id', 'status', 'name', 'pause reason'],
            items.map((one) => [one.id, one.status, one.name, one.pauseReason ?? '']),
          ),
        };
      }),
  );

  answering<OfTenant>(
    ofCampaign('status').description('say where the people of a campaign stand, and what is amiss'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const ref = await findCampaign(db, tenant, which);
        return asTenant(db, ref.tenantId, async (trx) => {
          const summary = await findCampaignSummary(trx, ref.tenantId, ref.id);
          if (summary === null) throw noCampaign(which);
          const counts = await countEnrollments(trx, ref.tenantId, ref.id);
          const enrollments = enrollmentTotals(counts);
          const warnings = await campaignWarnings(trx, ref.tenantId, summary);
          return {
            data: { ...summary, enrollments, warnings },
            text: [
              `${summary.name}: ${summary.status}${because(summary.pauseReason)}`,
              `${enrollments.total} enrollments${listOf(enrollments.byStatus)}`,
              ...Object.entries(enrollments.byNode).map(
                ([node, count]) => `  at ${node}: ${count}`,
              ),
            ].join('\n'),
            notes: warnings.map(problemLine),
          };
        });
      }),
  );

  for (const [name, description, from] of [
    ['start', 'let the messages of a campaign leave', ['draft', 'paused']],
    ['resume', 'let a paused campaign go on', ['paused']],
  ] as const) {
    answering<OfTenant>(ofCampaign(name).description(description), ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const ref = await findCampaign(db, tenant, which);
        return asTenant(db, ref.tenantId, async (trx) => {
          const result = await startCampaignAs(trx, ref, { by: OPERATOR, from });
          const started = changed(result, which);
          return answerOf(started, await campaignWarnings(trx, ref.tenantId, started));
        });
      }),
    );
  }

  answering<OfTenant & { readonly reason: string }>(
    ofCampaign('pause')
      .description('let nothing more of a campaign leave, while people keep moving on events')
      .option('--reason <text>', 'shown to whoever asks why', textValue(500), 'by an operator'),
    ({ tenant, reason }, [which = '']) =>
      withOwner(env, async (db) => {
        const ref = await findCampaign(db, tenant, which);
        const result = await asTenant(db, ref.tenantId, (trx) =>
          pauseCampaignAs(trx, ref, { by: OPERATOR, reason }),
        );
        return answerOf(changed(result, which), []);
      }),
  );

  answering<OfTenant>(
    ofCampaign('finish').description(
      'end a campaign for good: nobody is enrolled any more, and who takes part is ended in time',
    ),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const ref = await findCampaign(db, tenant, which);
        const result = await asTenant(db, ref.tenantId, (trx) =>
          finishCampaignAs(trx, ref, { by: OPERATOR }),
        );
        return answerOf(changed(result, which), []);
      }),
  );
}

function answerOf(
  summary: CampaignSummary,
  warnings: Awaited<ReturnType<typeof campaignWarnings>>,
): Answer {
  const { name, status, pauseReason } = summary;
  return {
    data: { ...summary, warnings },
    text: `${name} is ${status}${because(pauseReason)}`,
    notes: warnings.map(problemLine),
  };
}

/** @throws Error, InvalidInputError of what keeps it from being started. */
function changed(result: CampaignChange, which: string): CampaignSummary {
  if (result.ok) return result.campaign;
  const { refusal } = result;
  switch (refusal.code) {
    case 'not_found':
      throw noCampaign(which);
    case 'wrong_state':
      throw new Error(refusal.message);
    case 'not_ready':
      throw new InvalidInputError('the campaign cannot be started', refusal.problems);
  }
}

/** @throws Error where no campaign of the tenant, or more than one, is meant by an id or a name. */
async function findCampaign(
  db: Database,
  tenant: string,
  which: string,
): Promise<{ readonly tenantId: Id; readonly id: Id }> {
  const { id: tenantId } = await findTenant(db, tenant);
  if (isId(which)) return { tenantId, id: which.toLowerCase() };
  const { items } = await asTenant(db, tenantId, (trx) =>
    listCampaigns(trx, tenantId, { after: null, limit: LISTED }),
  );
  return { tenantId, id: namedCampaign(items, which).id };
}

function namedCampaign(items: readonly CampaignSummary[], wanted: string): CampaignSummary {
  const names = items.map(({ name }) => name);
  const [campaign, ...others] = items.filter(({ name }) => name === wanted);
  if (campaign === undefined) throw noCampaign(wanted, names);
  if (others.length === 0) return campaign;
  const ids = [campaign, ...others].map(({ id }) => id).join(', ');
  throw new Error(`campaign "${wanted}" can be any of ${ids}: use the id`);
}

function noCampaign(which: string, names: readonly string[] = []): Error {
  return new Error(`campaign "${which}" is unknown: ${expectedOne(which, names)}`);
}

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

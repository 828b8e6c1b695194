import {
  countEnrollments,
  findCampaignSummary,
  insertCampaign,
  listCampaigns,
  listEnrollments,
  knownSenderIdentities,
  planVersionChannels,
  updateCampaign,
  type CampaignSummary,
  type Schema,
} from '@cadenza/database';
import {
  ADDRESS_KINDS,
  CAMPAIGN_STATUSES,
  ENROLLMENT_STATUSES,
  type Channel,
  type Id,
} from '@cadenza/domain';
import { enrol } from '@cadenza/engine';
import {
  campaignWarnings,
  enrollmentTotals,
  finishCampaignAs,
  pauseCampaignAs,
  startCampaignAs,
  type CampaignChange,
} from '@cadenza/runtime';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant, line, reason, warnings } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import {
  found,
  HttpProblem,
  missingReferences,
  notFound,
  type MissingReference,
} from '../http/problem.ts';
import { route, type Route, type RouteContext } from '../http/route.ts';
import { enrollmentSummary } from './enrollments.ts';

const campaign = z
  .strictObject({
    id,
    name: z.string(),
    planVersionId: id,
    senderIdentityId: id,
    smsSenderIdentityId: id.nullable(),
    status: z.enum(CAMPAIGN_STATUSES),
    pauseReason: z.string().nullable(),
    priority: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Campaign' });

const blocked = warnings.meta({
  description:
    'What keeps it from sending: the tenant is paused or has no postal address, or its own sender is not verified or paused; and what may keep its mail from arriving.',
});

const counts = z.record(z.string(), z.int());
const campaignDetail = campaign
  .extend({
    enrollments: z.strictObject({
      total: z.int(),
      byStatus: counts,
      byNode: counts.meta({ description: 'Active enrollments by the node at which they are.' }),
    }),
    warnings: blocked,
  })
  .meta({ id: 'CampaignDetail' });

const startedCampaign = campaign.extend({ warnings: blocked }).meta({ id: 'StartedCampaign' });

const priority = z.int().min(1).max(10).meta({
  description:
    'Its share where campaigns of the tenant compete: one of 10 sends twice as much as one of 5, the default.',
});
const MAX_CONTACTS = 10_000;
const tag = 'Campaigns';
const params = z.strictObject({ id });
type Context = RouteContext<z.output<typeof params>, unknown, unknown>;

function wrongState(message: string): HttpProblem {
  return new HttpProblem('conflict', message, [{ path: 'status', code: 'wrong_state', message }]);
}

interface Senders {
  readonly senderIdentityId: Id;
  readonly smsSenderIdentityId?: Id | undefined;
}

/** Senders that are not the tenant's, or not of the channel that they are named for. */
async function missingSenders(
  trx: Transaction<Schema>,
  tenantId: Id,
  { senderIdentityId, smsSenderIdentityId }: Senders,
  channels: readonly Channel[],
): Promise<MissingReference[]> {
  const textsAlone = channels.length > 0 && !channels.includes('email');
  const wanted = [
    { path: 'senderIdentityId', id: senderIdentityId, channel: textsAlone ? 'sms' : 'email' },
    ...(smsSenderIdentityId === undefined
      ? []
      : [{ path: 'smsSenderIdentityId', id: smsSenderIdentityId, channel: 'sms' }]),
  ];
  const known = await knownSenderIdentities(
    trx,
    tenantId,
    wanted.map(({ id: senderId }) => senderId),
  );
  return wanted
    .filter(({ id: senderId, channel }) => known.get(senderId) !== channel)
    .map(({ path, id: senderId, channel }) => ({
      path,
      what: channel === 'sms' ? 'SMS sender' : 'sender identity',
      id: senderId,
    }));
}

function needsSmsSender({ smsSenderIdentityId }: Senders, channels: readonly Channel[]): boolean {
  return (
    smsSenderIdentityId === undefined && channels.includes('email') && channels.includes('sms')
  );
}

function smsSenderMissing(): HttpProblem {
  return new HttpProblem('unprocessable', 'The plan sends text messages, too.', [
    {
      path: 'smsSenderIdentityId',
      code: 'required',
      message: 'missing: expected the id of an SMS sender, for the nodes that send text messages',
    },
  ]);
}

/** A change as it was wished for, or why it was not made. */
function changed(result: CampaignChange, campaignId: Id): CampaignSummary {
  if (result.ok) return result.campaign;
  const { refusal } = result;
  switch (refusal.code) {
    case 'not_found':
      throw notFound('campaign', campaignId);
    case 'wrong_state':
      throw wrongState(refusal.message);
    case 'not_ready':
      throw new HttpProblem('unprocessable', 'The campaign cannot be started.', refusal.problems);
  }
}

export function campaignRoutes(
  deps: Pick<ApiDeps, 'store' | 'plans' | 'clock' | 'settings'>,
): readonly Route[] {
  const { store, plans, clock } = deps;
  const { graceMs } = deps.settings;

  function start(context: Context, from: readonly CampaignSummary['status'][]) {
    const { tenantId, actor, tx } = context;
    const { id: campaignId } = context.params;
    return tx(async (trx) => {
      const ref = { tenantId, id: campaignId };
      const result = await startCampaignAs(trx, ref, { by: actor, from });
      const started = changed(result, campaignId);
      return { ...started, warnings: await campaignWarnings(trx, tenantId, started) };
    });
  }

  return [
    route({
      method: 'POST',
      path: '/campaigns',
      operation: 'createCampaign',
      answersIn: 'transaction',
      tag,
      summary: 'Create a campaign, as a draft',
      body: z.strictObject({
        name: line(200),
        planVersionId: id,
        senderIdentityId: id.meta({
          description:
            'Whom it sends for; an SMS sender, where the plan sends text messages alone.',
        }),
        smsSenderIdentityId: id.optional().meta({
          description: 'The SMS sender, where the plan sends mail and text messages.',
        }),
        priority: priority.optional(),
      }),
      status: 201,
      response: campaign,
      handle: ({ tenantId, body, tx }) =>
        tx(async (trx) => {
          const { planVersionId } = body;
          const missing: MissingReference[] = [];
          const channels = await planVersionChannels(trx, tenantId, planVersionId);
          if (channels === null) {
            missing.push({ path: 'planVersionId', what: 'plan version', id: planVersionId });
          }
          missing.push(...(await missingSenders(trx, tenantId, body, channels ?? [])));
          if (missing.length > 0) throw missingReferences(missing);
          if (needsSmsSender(body, channels ?? [])) throw smsSenderMissing();
          const created = await insertCampaign(trx, tenantId, body);
          return found(await findCampaignSummary(trx, tenantId, created), 'campaign', created);
        }),
    }),
    route({
      method: 'GET',
      path: '/campaigns',
      operation: 'listCampaigns',
      tag,
      summary: 'List campaigns, newest first',
      query: z.strictObject({ ...pageQuery, status: z.enum(CAMPAIGN_STATUSES).optional() }),
      response: pageSchema(campaign),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listCampaigns(trx, tenantId, pageRequest(query), query))),
    }),
    route({
      method: 'GET',
      path: '/campaigns/:id',
      operation: 'getCampaign',
      tagged: { row: 'campaigns', besides: ['enrollments', 'warnings', 'updatedAt'] },
      tag,
      summary: 'Read a campaign, with where its people stand',
      params,
      response: campaignDetail,
      handle: ({ tenantId, params: { id: campaignId }, tx }) =>
        tx(async (trx) => {
          const row = found(
            await findCampaignSummary(trx, tenantId, campaignId),
            'campaign',
            campaignId,
          );
          const enrollments = enrollmentTotals(await countEnrollments(trx, tenantId, campaignId));
          return { ...row, enrollments, warnings: await campaignWarnings(trx, tenantId, row) };
        }),
    }),
    route({
      method: 'PATCH',
      path: '/campaigns/:id',
      operation: 'updateCampaign',
      tag,
      summary: 'Change a campaign’s name or priority, whatever its status',
      params,
      body: z.strictObject({ name: line(200).optional(), priority: priority.optional() }),
      response: campaign,
      handle: ({ tenantId, params: { id: campaignId }, body, tx }) =>
        tx(async (trx) => {
          const changed = await updateCampaign(trx, tenantId, campaignId, body);
          if (!changed) throw notFound('campaign', campaignId);
          return found(
            await findCampaignSummary(trx, tenantId, campaignId),
            'campaign',
            campaignId,
          );
        }),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/start',
      operation: 'startCampaign',
      answersIn: 'transaction',
      tag,
      summary: 'Start a campaign: its messages begin to leave',
      params,
      response: startedCampaign,
      auditsItself: true,
      handle: (context) => start(context, ['draft', 'paused']),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/pause',
      operation: 'pauseCampaign',
      answersIn: 'transaction',
      tag,
      summary: 'Pause a campaign: nothing more leaves, while people keep moving on events',
      params,
      body: z.strictObject({ reason: reason.optional() }).optional(),
      response: campaign,
      auditsItself: true,
      handle: (context) =>
        context.tx(async (trx) => {
          const { tenantId, actor, body } = context;
          const { id: campaignId } = context.params;
          const result = await pauseCampaignAs(
            trx,
            { tenantId, id: campaignId },
            { by: actor, reason: body?.reason ?? 'paused by an operator' },
          );
          return changed(result, campaignId);
        }),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/resume',
      operation: 'resumeCampaign',
      answersIn: 'transaction',
      tag,
      summary: 'Let a paused campaign go on',
      params,
      response: startedCampaign,
      auditsItself: true,
      handle: (context) => start(context, ['paused']),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/finish',
      operation: 'finishCampaign',
      answersIn: 'transaction',
      tag,
      summary:
        'End a campaign for good: nothing more leaves, nobody is enrolled, and who takes part is ended in time',
      params,
      response: campaign,
      auditsItself: true,
      handle: ({ tenantId, actor, params: { id: campaignId }, tx }) =>
        tx(async (trx) => {
          const ref = { tenantId, id: campaignId };
          return changed(await finishCampaignAs(trx, ref, { by: actor }), campaignId);
        }),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/enrollments',
      operation: 'enrol',
      changesBeside: true,
      tag,
      summary: 'Enrol contacts; those who cannot be are named with the reason',
      params,
      body: z.strictObject({ contactIds: z.array(id).min(1).max(MAX_CONTACTS) }),
      response: z
        .strictObject({
          enrolled: z.array(z.strictObject({ contactId: id, enrollmentId: id })),
          refused: z.array(
            z.strictObject({
              contactId: id,
              reason: z.enum([
                'not_found',
                'erased',
                'no_address',
                ...ADDRESS_KINDS.map((kind) => `${kind}_address` as const),
                'suppressed',
                'no_phone',
                'phone_suppressed',
                'opted_out',
                'already_active',
                'campaign_finished',
              ]),
            }),
          ),
          warned: z
            .array(z.strictObject({ contactId: id, kinds: z.array(z.enum(ADDRESS_KINDS)) }))
            .meta({
              description:
                'Of those enrolled, whose address is of a kind that the address policy warns of.',
            }),
        })
        .meta({ id: 'EnrolResult' }),
      async handle({ tenantId, params: { id: campaignId }, body }) {
        const result = await enrol(
          { tenantId, campaignId, contactIds: body.contactIds },
          { store, plans, now: () => clock.now(), graceMs },
        );
        return found(result, 'campaign', campaignId);
      },
    }),
    route({
      method: 'GET',
      path: '/campaigns/:id/enrollments',
      operation: 'listEnrollments',
      tag,
      summary: 'List a campaign’s enrollments, newest first',
      params,
      query: z.strictObject({
        ...pageQuery,
        status: z.enum(ENROLLMENT_STATUSES).optional(),
        nodeId: line(64).optional(),
      }),
      response: pageSchema(enrollmentSummary),
      handle: ({ tenantId, params: { id: campaignId }, query, tx }) =>
        tx(async (trx) => {
          if ((await findCampaignSummary(trx, tenantId, campaignId)) === null) {
            throw notFound('campaign', campaignId);
          }
          const { status, nodeId } = query;
          const filter = { campaignId, status, nodeId };
          return pageBody(await listEnrollments(trx, tenantId, pageRequest(query), filter));
        }),
    }),
  ];
}

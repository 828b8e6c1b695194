import {
  AUDIENCE_STATUSES,
  cancelAudience,
  findAudience,
  findCampaignSummary,
  insertAudience,
  knownReferences,
  listAudiences,
  storeWithin,
  type Schema,
} from '@cadenza/database';
import { audienceReferences, type AudienceFilter, type Id } from '@cadenza/domain';
import { previewAudience } from '@cadenza/engine';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { withinCost } from '../http/audience-cost.ts';
import type { FilterGate } from '../http/filter-gate.ts';
import { audienceFilter } from '../http/audience-filter.ts';
import { id, instant } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, missingReferences } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const refused = z
  .record(z.string(), z.int())
  .meta({ description: 'Contacts by the reason, as when they are enrolled by their ids.' });

const audience = z
  .strictObject({
    id,
    campaignId: id,
    filter: audienceFilter,
    status: z.enum(AUDIENCE_STATUSES).meta({
      description:
        '`requested`: nothing is done yet; `failed`: it could not go on, and is tried again by itself.',
    }),
    enrolled: z.int(),
    warned: z.int().meta({
      description: 'Of those enrolled, whose address the address policy warns of.',
    }),
    refused,
    error: z.string().nullable(),
    doneAt: instant.nullable().meta({ description: 'When it was done, or canceled.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Audience' });

const body = z.strictObject({ filter: audienceFilter });
const params = z.strictObject({ id });
const tag = 'Audiences';

/** Campaigns and leads that a filter names are the tenant's own. @throws HttpProblem */
export async function demandReferences(
  trx: Transaction<Schema>,
  tenantId: Id,
  filter: AudienceFilter,
  place: string,
): Promise<void> {
  const named = audienceReferences(filter, place);
  const known = await knownReferences(
    trx,
    tenantId,
    named.map((one) => one.id),
  );
  const missing = named.filter((one) => !known.has(`${one.what} ${one.id}`));
  if (missing.length > 0) throw missingReferences(missing);
}

export function audienceRoutes({
  plans,
  clock,
  filters,
}: Pick<ApiDeps, 'plans' | 'clock'> & { readonly filters: FilterGate }): Route[] {
  return [
    route({
      method: 'POST',
      path: '/campaigns/:id/audiences/preview',
      operation: 'previewAudience',
      tag,
      summary: 'Count the contacts that a filter means, and look at some as enrolment would',
      scope: 'read',
      params,
      body,
      response: z
        .strictObject({
          matching: z.int(),
          checked: z.int().meta({
            description: 'Of those, how many were looked at as enrolment does: up to 5,000.',
          }),
          enrollable: z.int().meta({ description: 'Of those looked at.' }),
          refused,
        })
        .meta({ id: 'AudiencePreview' }),
      handle: ({ tenantId, params: { id: campaignId }, body: { filter }, tx }) =>
        filters(tenantId, () =>
          tx(async (trx) => {
            await demandReferences(trx, tenantId, filter, 'filter');
            const preview = await withinCost(trx, 'filter', () =>
              previewAudience(
                { tenantId, campaignId, filter },
                { store: storeWithin(trx), plans, now: () => clock.now() },
              ),
            );
            const {
              matching,
              checked,
              enrollable,
              refused: by,
            } = found(preview, 'campaign', campaignId);
            return { matching, checked, enrollable, refused: { ...by } };
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/campaigns/:id/audiences',
      operation: 'enrolAudience',
      changesBeside: true,
      answersIn: 'transaction',
      tag,
      summary: 'Enrol every contact that a filter means, in the background',
      params,
      body,
      status: 201,
      response: audience,
      handle: ({ tenantId, params: { id: campaignId }, body: { filter }, tx }) =>
        tx(async (trx) => {
          const summary = await findCampaignSummary(trx, tenantId, campaignId);
          const { status } = found(summary, 'campaign', campaignId);
          if (status === 'finished' || status === 'archived') {
            throw new HttpProblem(
              'conflict',
              `The campaign is ${status}: nobody is enrolled any more.`,
              [
                {
                  path: 'status',
                  code: 'wrong_state',
                  message: 'expected draft, running or paused',
                },
              ],
            );
          }
          await demandReferences(trx, tenantId, filter, 'filter');
          const created = await insertAudience(trx, tenantId, { campaignId, filter });
          return found(await findAudience(trx, tenantId, created), 'audience', created);
        }),
    }),
    route({
      method: 'GET',
      path: '/campaigns/:id/audiences',
      operation: 'listAudiences',
      tag,
      summary: 'List a campaign’s audiences, newest first',
      params,
      query: z.strictObject(pageQuery),
      response: pageSchema(audience),
      handle: ({ tenantId, params: { id: campaignId }, query, tx }) =>
        tx(async (trx) => {
          found(await findCampaignSummary(trx, tenantId, campaignId), 'campaign', campaignId);
          return pageBody(await listAudiences(trx, tenantId, pageRequest(query), { campaignId }));
        }),
    }),
    route({
      method: 'GET',
      path: '/audiences/:id',
      operation: 'getAudience',
      tag,
      summary: 'Read how far an audience has been enrolled',
      params,
      response: audience,
      handle: async ({ tenantId, params: { id: audienceId }, tx }) =>
        found(await tx((trx) => findAudience(trx, tenantId, audienceId)), 'audience', audienceId),
    }),
    route({
      method: 'POST',
      path: '/audiences/:id/cancel',
      operation: 'cancelAudience',
      answersIn: 'transaction',
      tag,
      summary: 'Enrol nobody more of an audience; who is enrolled stays so',
      params,
      response: audience,
      handle: ({ tenantId, params: { id: audienceId }, tx }) =>
        tx(async (trx) => {
          await cancelAudience(trx, tenantId, audienceId);
          const now = found(await findAudience(trx, tenantId, audienceId), 'audience', audienceId);
          if (now.status === 'done') {
            throw new HttpProblem('conflict', 'All of this audience is enrolled already.');
          }
          return now;
        }),
    }),
  ];
}

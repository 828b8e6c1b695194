import { findLead, insertLead, listLeads, updateLead } from '@cadenza/database';
import { z } from 'zod';
import { custom, id, instant, LENGTHS, line, lines } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, notFound, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const lead = z
  .strictObject({
    id,
    name: z.string(),
    website: z.string().nullable(),
    industry: z.string().nullable(),
    summary: z.string().nullable(),
    custom: z.record(z.string(), z.unknown()),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Lead' });

const fields = {
  website: line(LENGTHS.website).nullable().optional(),
  industry: line(LENGTHS.name).nullable().optional(),
  summary: lines(LENGTHS.summary).nullable().optional(),
  custom: custom.optional(),
};

const NAME_TAKEN = 'Another lead has this name.';

export const leadRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/leads',
    operation: 'createLead',
    answersIn: 'transaction',
    tag: 'Leads',
    summary: 'Create a lead',
    body: z.strictObject({ name: line(LENGTHS.leadName), ...fields }),
    status: 201,
    response: lead,
    handle: ({ tenantId, body, tx }) =>
      tx(async (trx) => {
        const created = await insertLead(trx, tenantId, body);
        if (created === null) throw taken('name', NAME_TAKEN);
        return found(await findLead(trx, tenantId, created), 'lead', created);
      }),
  }),
  route({
    method: 'GET',
    path: '/leads',
    operation: 'listLeads',
    tag: 'Leads',
    summary: 'List leads, newest first',
    query: z.strictObject({
      ...pageQuery,
      name: line(LENGTHS.leadName)
        .optional()
        .meta({ description: 'The one with this name, whatever its case.' }),
    }),
    response: pageSchema(lead),
    handle: async ({ tenantId, query, tx }) =>
      pageBody(await tx((trx) => listLeads(trx, tenantId, pageRequest(query), query))),
  }),
  route({
    method: 'GET',
    path: '/leads/:id',
    operation: 'getLead',
    tagged: { row: 'leads' },
    tag: 'Leads',
    summary: 'Read a lead',
    params: z.strictObject({ id }),
    response: lead,
    handle: async ({ tenantId, params, tx }) =>
      found(await tx((trx) => findLead(trx, tenantId, params.id)), 'lead', params.id),
  }),
  route({
    method: 'PATCH',
    path: '/leads/:id',
    operation: 'updateLead',
    tag: 'Leads',
    summary: 'Change a lead: what is given; null empties a field',
    params: z.strictObject({ id }),
    body: z.strictObject({ name: line(LENGTHS.leadName).optional(), ...fields }),
    response: lead,
    handle: ({ tenantId, params, body, tx }) =>
      tx(async (trx) => {
        const outcome = await updateLead(trx, tenantId, params.id, body);
        if (outcome === 'not_found') throw notFound('lead', params.id);
        if (outcome === 'name_taken') throw taken('name', NAME_TAKEN);
        return found(await findLead(trx, tenantId, params.id), 'lead', params.id);
      }),
  }),
];

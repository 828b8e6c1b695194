import {
  ensureLead,
  erasedAddresses,
  findContact,
  findLead,
  insertContact,
  listContacts,
  recheckAddress,
  updateContact,
  type ContactConflict,
} from '@cadenza/database';
import {
  ADDRESS_FLAGS,
  ADDRESS_KINDS,
  ADDRESS_VALIDITIES,
  CHANNELS,
  type Id,
  type StandIn,
} from '@cadenza/domain';
import type { Schema } from '@cadenza/database';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { withinCost } from '../http/audience-cost.ts';
import type { FilterGate } from '../http/filter-gate.ts';
import { audienceFilterText, parsedAudience } from '../http/audience-filter.ts';
import { custom, email, id, instant, LENGTHS, line, phone, timezone } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, missingReference, notFound, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { demandReferences } from './audiences.ts';

const emailCheck = z
  .strictObject({
    reasons: z.array(z.string()).meta({ description: 'Why it is thought to be what it is.' }),
    flags: z.array(z.enum(ADDRESS_FLAGS)),
    blockedFor: z
      .array(z.enum(ADDRESS_KINDS))
      .meta({ description: 'Why nothing is sent to it, by the address policy; empty: it is.' }),
    checkedAt: instant.nullable(),
    pending: z.boolean().meta({ description: 'Whether it is to be checked, or checked again.' }),
  })
  .meta({ id: 'EmailCheck' });

const consent = z
  .strictObject({
    channel: z.enum(CHANNELS),
    source: z.string(),
    givenAt: instant,
    wording: z.string().nullable(),
    version: z.string().nullable(),
  })
  .meta({ id: 'Consent' });

const contact = z
  .strictObject({
    id,
    email: z.string().nullable(),
    emailValidity: z.enum(ADDRESS_VALIDITIES).nullable(),
    emailCheck: emailCheck.nullable(),
    phone: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    title: z.string().nullable(),
    timezone: z.string().nullable(),
    lead: z.strictObject({ id, name: z.string() }).nullable(),
    custom: z.record(z.string(), z.unknown()),
    consents: z.array(consent).meta({ description: 'Those that hold, one for each channel.' }),
    source: z.string().nullable(),
    erasedAt: instant
      .nullable()
      .meta({ description: 'When the person was erased: nothing else is known of them.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Contact' });

const fields = {
  phone: phone.nullable().optional(),
  firstName: line(LENGTHS.name).nullable().optional(),
  lastName: line(LENGTHS.name).nullable().optional(),
  title: line(LENGTHS.name).nullable().optional(),
  timezone: timezone.nullable().optional(),
  leadId: id.nullable().optional(),
  company: line(LENGTHS.leadName)
    .optional()
    .meta({ description: 'Name of the lead, which is made where there is none: or `leadId`.' }),
  custom: custom.optional(),
};

function notBoth({ leadId, company }: { leadId?: unknown; company?: unknown }): boolean {
  return leadId === undefined || company === undefined;
}
const NOT_BOTH = { error: 'either leadId or company', path: ['company'] };

const newContact = z.strictObject({ email, ...fields }).refine(notBoth, NOT_BOTH);
const contactChanges = z
  .strictObject({ email: email.optional(), ...fields })
  .refine(notBoth, NOT_BOTH);

/** The lead that a body names, by id or by name. */
async function leadOf(
  trx: Transaction<Schema>,
  tenantId: Id,
  { leadId, company }: { leadId?: Id | null | undefined; company?: string | undefined },
): Promise<{ leadId?: Id | null }> {
  if (company !== undefined) return { leadId: await ensureLead(trx, tenantId, company) };
  if (leadId === undefined || leadId === null) return leadId === null ? { leadId } : {};
  if ((await findLead(trx, tenantId, leadId)) === null) {
    throw missingReference('leadId', 'lead', leadId);
  }
  return { leadId };
}

function conflict(kind: ContactConflict): Error {
  return kind === 'email_taken'
    ? taken('email', 'Another contact has this address.')
    : taken('phone', 'Another contact has this phone number.');
}

/** Nobody is reached by an address or number whose person was erased. */
async function refuseErased(
  trx: Transaction<Schema>,
  tenantId: Id,
  given: { readonly email?: string | undefined; readonly phone?: string | null | undefined },
  standIn: StandIn,
): Promise<void> {
  const reached = Object.entries({ email: given.email, phone: given.phone }).flatMap(
    ([path, address]) => (address === undefined || address === null ? [] : [{ path, address }]),
  );
  const addresses = reached.map(({ address }) => address);
  const refused = await erasedAddresses(trx, tenantId, addresses, standIn);
  const problems = reached
    .filter(({ address }) => refused.has(address))
    .map(({ path }) => ({ path, code: 'erased', message: ERASED }));
  if (problems.length > 0) throw new HttpProblem('conflict', ERASED, problems);
}
const ERASED =
  'The person of this address was erased at their own wish: expected one of somebody else, or their consent given since then (POST /v1/erasures/lift).';

export const contactRoutes = ({
  standIn,
  filters,
}: Pick<ApiDeps, 'standIn'> & { readonly filters: FilterGate }): readonly Route[] => [
  route({
    method: 'POST',
    path: '/contacts',
    operation: 'createContact',
    answersIn: 'transaction',
    tag: 'Contacts',
    summary: 'Create a contact',
    body: newContact,
    status: 201,
    response: contact,
    handle: ({ tenantId, body, tx }) =>
      tx(async (trx) => {
        const { company, leadId, ...rest } = body;
        await refuseErased(trx, tenantId, rest, standIn);
        const lead = await leadOf(trx, tenantId, { company, leadId });
        const created = await insertContact(trx, tenantId, { ...rest, ...lead, source: 'api' });
        if ('conflict' in created) throw conflict(created.conflict);
        return found(await findContact(trx, tenantId, created.id), 'contact', created.id);
      }),
  }),
  route({
    method: 'GET',
    path: '/contacts',
    operation: 'listContacts',
    tag: 'Contacts',
    summary: 'List contacts, newest first',
    query: z.strictObject({
      ...pageQuery,
      email: email.optional(),
      leadId: id.optional(),
      filter: audienceFilterText,
    }),
    response: pageSchema(contact),
    handle({ tenantId, query: { email: address, leadId, filter, ...page }, tx }) {
      const audience = parsedAudience(filter);
      const wanted = { email: address, leadId, audience };
      const list = (trx: Transaction<Schema>) =>
        listContacts(trx, tenantId, pageRequest(page), wanted);
      if (!audience) return tx(async (trx) => pageBody(await list(trx)));
      return filters(tenantId, () =>
        tx(async (trx) => {
          await demandReferences(trx, tenantId, audience, 'query.filter');
          return pageBody(await withinCost(trx, 'query.filter', () => list(trx)));
        }),
      );
    },
  }),
  route({
    method: 'GET',
    path: '/contacts/:id',
    operation: 'getContact',
    tagged: { row: 'contacts', besides: ['emailValidity', 'emailCheck'] },
    tag: 'Contacts',
    summary: 'Read a contact',
    params: z.strictObject({ id }),
    response: contact,
    handle: async ({ tenantId, params, tx }) =>
      found(await tx((trx) => findContact(trx, tenantId, params.id)), 'contact', params.id),
  }),
  route({
    method: 'POST',
    path: '/contacts/:id/validate',
    operation: 'validateContact',
    changesBeside: true,
    answersIn: 'transaction',
    tag: 'Contacts',
    summary: 'Have a contact’s address checked anew, within some seconds, whatever is known of it',
    params: z.strictObject({ id }),
    response: contact,
    handle: ({ tenantId, params, tx }) =>
      tx(async (trx) => {
        found(await findContact(trx, tenantId, params.id), 'contact', params.id);
        await recheckAddress(trx, tenantId, params.id);
        return found(await findContact(trx, tenantId, params.id), 'contact', params.id);
      }),
  }),
  route({
    method: 'PATCH',
    path: '/contacts/:id',
    operation: 'updateContact',
    tag: 'Contacts',
    summary: 'Change a contact: what is given; null empties a field',
    params: z.strictObject({ id }),
    body: contactChanges,
    response: contact,
    handle: ({ tenantId, params, body, tx }) =>
      tx(async (trx) => {
        const { company, leadId, ...rest } = body;
        await refuseErased(trx, tenantId, rest, standIn);
        const { erasedAt } = found(
          await findContact(trx, tenantId, params.id),
          'contact',
          params.id,
        );
        if (erasedAt !== null) throw new HttpProblem('conflict', 'The person was erased.');
        const lead = await leadOf(trx, tenantId, { company, leadId });
        const outcome = await updateContact(trx, tenantId, params.id, { ...rest, ...lead });
        if (outcome === 'not_found') throw notFound('contact', params.id);
        if (outcome !== 'updated') throw conflict(outcome);
        return found(await findContact(trx, tenantId, params.id), 'contact', params.id);
      }),
  }),
];

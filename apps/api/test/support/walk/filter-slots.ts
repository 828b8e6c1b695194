import type { AudienceFilter } from '@cadenza/domain';
import type { Slot } from './operations.ts';
import type { Request } from './request.ts';

/** A filter that asks for nobody by name. */
export const SOMEBODY: AudienceFilter = { where: 'phone', known: true };

/** Each place of a filter that takes a text, of any of its forms. */
const PLACES: readonly {
  readonly name: string;
  readonly takes: Slot['takes'];
  readonly filter: (value: string) => AudienceFilter;
}[] = [
  { name: 'lead.is', takes: 'id', filter: (id) => ({ where: 'lead', is: [id] }) },
  {
    name: 'enrolled.campaignId',
    takes: 'id',
    filter: (campaignId) => ({ where: 'not', of: { where: 'enrolled', campaignId } }),
  },
  {
    name: 'messaged.campaignId',
    takes: 'id',
    filter: (campaignId) => ({ where: 'any', of: [SOMEBODY, { where: 'messaged', campaignId }] }),
  },
  {
    name: 'reacted.campaignId',
    takes: 'id',
    filter: (campaignId) => ({ where: 'reacted', by: ['opened'], campaignId }),
  },
  { name: 'email.is', takes: 'address', filter: (address) => ({ where: 'email', is: [address] }) },
  {
    name: 'email.domain',
    takes: 'text',
    filter: (domain) => ({ where: 'email', domain: [domain] }),
  },
  { name: 'text.is', takes: 'text', filter: (text) => ({ where: 'firstName', is: [text] }) },
  {
    name: 'text.contains',
    takes: 'text',
    filter: (text) => ({ where: 'company', contains: text }),
  },
  {
    name: 'custom.is',
    takes: 'text',
    filter: (text) => ({ where: 'custom', key: 'own', is: [text] }),
  },
];

/**
 * The places of a filter. They are not read from its schema, which holds itself, and has a form for each
 * thing that is asked.
 *
 * @param put the same request with this filter.
 */
export function filterSlots(
  group: 'body' | 'query',
  put: (request: Request, filter: AudienceFilter) => Request,
): readonly Slot[] {
  return PLACES.map(({ name, takes, filter }) => ({
    name: `${group}.filter of ${name}`,
    takes,
    put: (request, value) => put(request, filter(value)),
  }));
}

import type { AudienceFilter } from '@cadenza/domain';

/** What a page may look up: some tens of milliseconds of it. */
const BUDGET = 10_000;
/** Whatever is asked, a page gets on. */
const LEAST = 100;
/** Conditions that look into other tables cost as much as so many that look at the contact alone. */
const LOOK_UP = 10;
/** Values of a list that cost as much as one more condition: a text is compared with each of them. */
const VALUES = 50;

/**
 * How many contacts one page of a list goes through for a filter: the more it asks of each, the fewer.
 *
 * @returns 100 to 10,000.
 */
export function soughtContacts(filter: AudienceFilter): number {
  return Math.max(LEAST, Math.floor(BUDGET / costOf(filter)));
}

function costOf(filter: AudienceFilter): number {
  switch (filter.where) {
    case 'all':
    case 'any':
      return filter.of.reduce((sum, one) => sum + costOf(one), 0);
    case 'not':
      return costOf(filter.of);
    default:
      return baseOf(filter) + valuesOf(filter) / VALUES;
  }
}

type Condition = Exclude<AudienceFilter, { readonly where: 'all' | 'any' | 'not' }>;

function valuesOf(condition: Condition): number {
  return Object.values(condition).reduce<number>(
    (sum, part) => sum + (Array.isArray(part) ? part.length : 0),
    0,
  );
}

function baseOf(condition: Condition): number {
  switch (condition.where) {
    case 'firstName':
    case 'lastName':
    case 'title':
    case 'timezone':
    case 'source':
    case 'custom':
    case 'lead':
    case 'created':
    case 'updated':
      return 1;
    case 'company':
    case 'industry':
    case 'email':
    case 'phone':
    case 'consent':
    case 'enrolled':
    case 'messaged':
    case 'reacted':
      return LOOK_UP;
  }
}

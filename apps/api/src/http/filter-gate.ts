import type { Id } from '@cadenza/domain';
import { createGate, type Gate } from './gate.ts';

const REFUSAL = 'Too many ask by filters at this moment. Try again later.';
/** Most of the connections are left to all others, whatever filters ask. */
const ALL = { atOnce: 2, waiting: 20, refusal: REFUSAL };
/** No tenant keeps the others from asking. */
const OF_TENANT = { atOnce: 1, waiting: 10, refusal: REFUSAL };

/**
 * Lets in what asks the database by a filter, before it has a connection: how long it will hold one
 * nobody knows.
 */
export type FilterGate = <T>(tenantId: Id, work: () => Promise<T>) => Promise<T>;

/** @returns a gate of this process, which throws HttpProblem where too many wait. */
export function createFilterGate(): FilterGate {
  const all = createGate(ALL);
  const ofTenants = new Map<Id, { readonly gate: Gate; inside: number }>();
  return async (tenantId, work) => {
    const own = ofTenants.get(tenantId) ?? { gate: createGate(OF_TENANT), inside: 0 };
    ofTenants.set(tenantId, own);
    own.inside += 1;
    try {
      return await own.gate(() => all(work));
    } finally {
      own.inside -= 1;
      if (own.inside === 0) ofTenants.delete(tenantId);
    }
  };
}

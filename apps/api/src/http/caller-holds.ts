import { accompanied, apiKeyHolds, sessionHolds, type Schema } from '@cadenza/database';
import type { Transaction } from 'kysely';
import { noCaller, type Caller } from './caller.ts';
import type { Route } from './route.ts';

/**
 * Whether what a request came with is still valid, by the database's clock, while it is answered.
 *
 * @param forChange whether it shall stay so until the transaction ends.
 */
export function callerHolds(
  trx: Transaction<Schema>,
  { tenantId, credential }: Caller,
  forChange = false,
): Promise<boolean> {
  return credential.kind === 'key'
    ? apiKeyHolds(trx, tenantId, credential.id, forChange)
    : sessionHolds(trx, tenantId, credential.sessionId, forChange);
}

/** @throws HttpProblem where what a request came with has ended. */
export async function demandHeld(
  trx: Transaction<Schema>,
  caller: Caller,
  forChange = false,
): Promise<void> {
  if (!(await callerHolds(trx, caller, forChange))) throw noCaller(caller.credential.kind);
}

/**
 * Does what a route does for as long as its caller may: a body can take minutes to come, and an import
 * longer. Each transaction in the caller's tenant asks again, before its work, but for a GET: one that is
 * answered at length asks as it is written.
 *
 * @throws HttpProblem where what the request came with has ended.
 */
export function whileHeld<T>(
  {
    method,
    givesAccess,
    replacesSession,
  }: Pick<Route, 'method' | 'givesAccess' | 'replacesSession'>,
  caller: Caller,
  work: () => Promise<T>,
): Promise<T> {
  if (method === 'GET' || replacesSession === true) return work();
  return accompanied(
    {
      async begun(trx, tenantIds) {
        if (!tenantIds.includes(caller.tenantId)) return;
        await demandHeld(trx, caller, givesAccess === true);
      },
    },
    work,
  );
}

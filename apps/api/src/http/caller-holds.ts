import { apiKeyHolds, sessionHolds, type Schema } from '@cadenza/database';
import type { Transaction } from 'kysely';
import type { Caller } from './caller.ts';

/** Whether what a request came with is still valid, by the database's clock, while it is answered. */
export function callerHolds(
  trx: Transaction<Schema>,
  { tenantId, credential }: Caller,
): Promise<boolean> {
  return credential.kind === 'key'
    ? apiKeyHolds(trx, tenantId, credential.id)
    : sessionHolds(trx, tenantId, credential.sessionId);
}

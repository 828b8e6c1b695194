import type { Database } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { createPlanCache, timerGraceMs, type OperatorOptions } from '@cadenza/engine';
import { readClock } from './clock.ts';
import { tenantStore, type Operation } from './owner.ts';

/** The engine's way in, with the rights of the API and for one tenant, whose audit log tells of it. */
export async function operatorOptions(
  db: Database,
  tenantId: Id,
  operation: Operation,
): Promise<OperatorOptions> {
  const { now, rate } = await readClock(db);
  return {
    store: tenantStore(db, tenantId, operation),
    plans: createPlanCache(),
    now: () => now,
    graceMs: timerGraceMs(rate),
  };
}

import type { Database } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { createPlanCache, timerGraceMs, type OperatorOptions } from '@cadenza/engine';
import { readClock } from './clock.ts';
import { tenantStore } from './owner.ts';

/** The engine's way in, with the rights of the API and for one tenant. */
export async function operatorOptions(db: Database, tenantId: Id): Promise<OperatorOptions> {
  const { now, rate } = await readClock(db);
  return {
    store: tenantStore(db, tenantId),
    plans: createPlanCache(),
    now: () => now,
    graceMs: timerGraceMs(rate),
  };
}

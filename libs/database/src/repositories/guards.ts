import type { Id } from '@cadenza/domain';
import {
  DEFAULT_GUARD_THRESHOLDS,
  type GuardThresholds,
  type RateThresholds,
} from '@cadenza/engine';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from './audit.ts';
import { definedOnly, type Changes } from './changes.ts';
import { lockRow } from './locks.ts';

/** What a tenant has set, the rest as by default; null where it has set nothing. */
export async function findGuardThresholds(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<GuardThresholds | null> {
  const row = await trx
    .selectFrom('tenant_guards')
    .select('thresholds')
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  return row === undefined ? null : merged(DEFAULT_GUARD_THRESHOLDS, row.thresholds);
}

export interface ThresholdChanges {
  readonly bounce?: Changes<RateThresholds> | undefined;
  readonly complaint?: Changes<RateThresholds> | undefined;
}

/**
 * Sets what is given, the rest stays as it is. What comes back from now on is judged by it.
 *
 * @param check is given what would hold, and throws where it may not.
 */
export async function setGuardThresholds(
  trx: Transaction<Schema>,
  tenantId: Id,
  changes: ThresholdChanges,
  { actor, check }: { readonly actor: string; readonly check: (next: GuardThresholds) => void },
): Promise<GuardThresholds> {
  // There may be no row of its own yet that two at once could wait for.
  await lockRow(trx, tenantId, 'tenants', tenantId);
  const before = (await findGuardThresholds(trx, tenantId)) ?? DEFAULT_GUARD_THRESHOLDS;
  const after = merged(before, changes);
  check(after);
  const thresholds = JSON.stringify(after);
  await trx
    .insertInto('tenant_guards')
    .values({ tenant_id: tenantId, thresholds })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ thresholds }))
    .execute();
  const change = { actor, action: 'guard_thresholds.set', entity: 'tenant', entityId: tenantId };
  await recordAudit(trx, tenantId, { ...change, before, after });
  return after;
}

function merged(base: GuardThresholds, changes: ThresholdChanges): GuardThresholds {
  return {
    bounce: { ...base.bounce, ...definedOnly(changes.bounce ?? {}) },
    complaint: { ...base.complaint, ...definedOnly(changes.complaint ?? {}) },
  };
}

import { newId, type EpochMs, type Id } from '@cadenza/domain';
import { warmUpAllowance, type WarmUpRamp } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** A ramp of a tenant's, as it stands. */
export interface WarmUpRecord {
  readonly startsAt: Date;
  readonly allowances: readonly number[];
  /** What any 24 hours may hold now; null once the ramp is over. */
  readonly today: number | null;
}

type RampOf = Pick<WarmUpRamp, 'scope' | 'reference'>;

/** The ramps of these senders or pools, by their reference. */
export async function findWarmUps(
  trx: Transaction<Schema>,
  tenantId: Id,
  scope: WarmUpRamp['scope'],
  references: readonly string[],
): Promise<Map<string, WarmUpRecord>> {
  if (references.length === 0) return new Map();
  const rows = await trx
    .selectFrom('warmup_ramps')
    .select(['reference', 'starts_at as startsAt', 'allowances'])
    .select(sql<EpochMs>`epoch_ms(campaign_now())`.as('now'))
    .where('tenant_id', '=', tenantId)
    .where('scope', '=', scope)
    .where('reference', 'in', references)
    .execute();
  return new Map(
    rows.map(({ reference, startsAt, allowances, now }) => {
      const today = warmUpAllowance({ startsAt: startsAt.getTime(), allowances }, now);
      return [reference, { startsAt, allowances, today }];
    }),
  );
}

/** Sets a ramp in place of the one there is; without a start it begins now, or goes on. */
export async function putWarmUp(
  trx: Transaction<Schema>,
  tenantId: Id,
  { scope, reference }: RampOf,
  ramp: { readonly startsAt: Date | null; readonly allowances: readonly number[] },
): Promise<void> {
  await sql`
    INSERT INTO warmup_ramps AS w (id, tenant_id, scope, reference, starts_at, allowances)
    VALUES (${newId()}, ${tenantId}, ${scope}, ${reference},
      coalesce(${ramp.startsAt}::timestamptz, campaign_now()), ${ramp.allowances}::integer[])
    ON CONFLICT (tenant_id, scope, reference) DO UPDATE
    SET allowances = excluded.allowances,
        starts_at = coalesce(${ramp.startsAt}::timestamptz, w.starts_at)`.execute(trx);
}

/** Ends a ramp, whatever its day: it bounds nothing any more. */
export async function dropWarmUp(
  trx: Transaction<Schema>,
  tenantId: Id,
  { scope, reference }: RampOf,
): Promise<void> {
  await trx
    .deleteFrom('warmup_ramps')
    .where('tenant_id', '=', tenantId)
    .where('scope', '=', scope)
    .where('reference', '=', reference)
    .execute();
}

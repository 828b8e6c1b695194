import { newId } from '@cadenza/domain';
import { inTenants, putSendRateLimit, putWarmUp } from '../../src/index.ts';
import type { Tenant, World } from './world.ts';

export interface NewLimit {
  readonly scope: 'sender' | 'tenant' | 'recipient_domain';
  readonly windowSeconds: number;
  readonly maxMessages: number;
}

/** Sets a limit as the API does; past hand-offs are not counted for it yet. */
export function setLimit(world: World, { tenantId }: Tenant, setting: NewLimit): Promise<void> {
  return inTenants(world.api, [tenantId], (trx) =>
    putSendRateLimit(trx, tenantId, { ...setting, reference: null }),
  );
}

/** Sets or changes the ramp of the tenant's sender as the API does. */
export function setRamp(
  world: World,
  { tenantId, senderId }: Tenant,
  allowances: readonly number[],
  startsAt: Date | null = null,
): Promise<void> {
  return inTenants(world.api, [tenantId], (trx) =>
    putWarmUp(trx, tenantId, { scope: 'sender', reference: senderId }, { startsAt, allowances }),
  );
}

/** Sets a limit of the installation as its operators do; for each sender, or for a pool. */
export async function setPlatformLimit(
  world: World,
  limit: {
    readonly scope: 'sender' | 'ip_pool';
    readonly reference: string | null;
    readonly windowSeconds: number;
    readonly maxMessages: number;
  },
): Promise<void> {
  await world.rows(
    `INSERT INTO send_rate_limits (id, scope, reference, window_seconds, max_messages)
     VALUES (?, ?, ?, ?, ?)`,
    newId(),
    limit.scope,
    limit.reference,
    limit.windowSeconds,
    limit.maxMessages,
  );
}

/** Has the tenant send through an account of its own, whose key has this fingerprint. */
export async function giveAccount(
  world: World,
  { tenantId }: Pick<Tenant, 'tenantId'>,
  fingerprint: string,
): Promise<void> {
  await world.rows('INSERT INTO sendgrid_accounts (tenant_id) VALUES (?)', tenantId);
  await world.rows(
    `UPDATE sendgrid_accounts SET sealed_key = 'v1.e1.aaaaaaaaaaa.b', last_four = 'four', fingerprint = ?
     WHERE tenant_id = ?`,
    fingerprint,
    tenantId,
  );
}

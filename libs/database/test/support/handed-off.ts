import { crowd } from './crowd.ts';
import { findable } from './found-messages.ts';
import { sendDue } from './scenario.ts';
import type { Tenant, World } from './world.ts';

/** So many messages of the tenant that were handed off a while ago. */
export async function handedOff(
  world: World,
  tenant: Tenant,
  count: number,
  ago = '2 hours',
): Promise<void> {
  await crowd(world, tenant, count);
  await sendDue(world);
  await world.rows(
    'UPDATE outbound_messages SET begun_at = begun_at - ?::interval WHERE campaign_id = ?',
    ago,
    tenant.campaignId,
  );
  await findable(world);
}

import { newId } from '@cadenza/domain';
import {
  enrol,
  takeBackUnsubscribe,
  unsubscribe,
  type EngineStore,
  type UnsubscribeRequest,
  type UnsubscribeSource,
} from '@cadenza/engine';
import { findUnsubscriber, inTenants } from '../../src/index.ts';
import type { Enrolled } from './scenario.ts';
import type { Tenant, World } from './world.ts';

/** Whose mail holds the link. */
export type Leaving = Pick<Enrolled, 'tenant' | 'contactId'>;

export function requestOf(mail: Leaving, scope: 'all' | 'campaign' = 'all'): UnsubscribeRequest {
  const { tenantId, campaignId } = mail.tenant;
  return { tenantId, contactId: mail.contactId, campaignId, scope };
}

/** What people do who follow the links of mails, and what can be seen of it. */
export function leavers(world: World) {
  return {
    /** As the API does it: by its role, in its store. */
    leave(
      request: UnsubscribeRequest,
      source: UnsubscribeSource = 'link',
      store: EngineStore = world.apiStore,
    ) {
      return unsubscribe({ ...request, source }, { ...world, store, now: () => world.clock.now() });
    },

    comeBack: (request: UnsubscribeRequest) =>
      takeBackUnsubscribe(request, { store: world.apiStore }),

    pageOf: ({ tenant, contactId }: Leaving) =>
      inTenants(world.api, [tenant.tenantId], (trx) =>
        findUnsubscriber(trx, {
          tenantId: tenant.tenantId,
          contactId,
          campaignId: tenant.campaignId,
        }),
      ),

    suppressionsOf: (tenantId: string) =>
      world.rows<{ value: string; reason: string; source: string }>(
        `SELECT value, reason, source FROM communication_suppressions
         WHERE tenant_id = ? ORDER BY value`,
        tenantId,
      ),

    eventsOf: (messageId: string) =>
      world.rows<object>('SELECT type, data FROM message_events WHERE message_id = ?', messageId),

    async secondCampaign({ tenantId, campaignId }: Tenant): Promise<string> {
      const id = newId();
      await world.rows(
        `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
         SELECT tenant_id, ?, 'Other', plan_version_id, sender_identity_id, 'running'
         FROM campaigns WHERE tenant_id = ? AND id = ?`,
        id,
        tenantId,
        campaignId,
      );
      return id;
    },

    /** Gives a contact another address, as an operator does. */
    async move({ contactId }: Leaving, address: string = `new-${newId()}@example.org`) {
      await world.rows(
        `UPDATE contact_channels SET address = ? WHERE contact_id = ? AND channel = 'email'`,
        address,
        contactId,
      );
      return address;
    },

    async tryEnrol({ tenant, contactId }: Leaving) {
      const result = await enrol(
        { ...tenant, contactIds: [contactId] },
        { ...world, store: world.apiStore, now: () => world.clock.now() },
      );
      return result?.refused[0]?.reason ?? 'enrolled';
    },
  };
}

export type Leavers = ReturnType<typeof leavers>;

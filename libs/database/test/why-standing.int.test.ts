import { newId } from '@cadenza/domain';
import {
  explainEnrollment,
  pauseCampaign,
  pauseSender,
  pauseTenant,
  recordAbsences,
} from '@cadenza/engine';
import { describe, expect, inject, test } from 'vitest';
import { inTenants, setSenderVerification } from '../src/index.ts';
import { plan, testSituations, type Situation, useWhyWorld } from './support/why.ts';

const w = useWhyWorld();

const SITUATIONS: readonly Situation[] = [
  { name: 'it is due', arrange: (w) => w.person(), gate: 'turn' },
  {
    name: 'the step has a delay',
    arrange: async (w) =>
      w.person(await w.world.createTenant(plan({}, { schedule: { delay: 'PT2H' } }))),
    gate: 'delay',
  },
  {
    name: 'the send window opens later',
    async arrange(w) {
      await w.night();
      return w.person(
        await w.world.createTenant(plan({ quietHours: { start: '22:00', end: '08:00' } })),
      );
    },
    gate: 'window',
  },
  {
    name: 'the person is away',
    async arrange(w) {
      const one = await w.person();
      const absence = {
        ...one.tenant,
        contactId: one.contactId,
        inputId: `away:${newId()}`,
        at: w.clock.now(),
        returnDate: null,
      };
      await w.world.store.transaction([one.tenant.tenantId], (tx) =>
        recordAbsences(tx, [absence], { ...w.world, now: w.clock.now() }),
      );
      return one;
    },
    gate: 'away',
  },
  {
    name: 'the campaign is paused',
    async arrange(w) {
      const one = await w.person();
      await pauseCampaign(w.world.store, { ...one.tenant, id: one.tenant.campaignId }, 'a typo');
      return one;
    },
    gate: 'campaign',
    reason: /paused \(a typo\)/,
    decide: (w, one) =>
      w.waking(
        one,
        "UPDATE campaigns SET status = 'running', pause_reason = NULL WHERE tenant_id = ?",
      ),
  },
  {
    name: 'the campaign is a draft without a postal address',
    async arrange(w) {
      const one = await w.person();
      await w.waking(one, "UPDATE campaigns SET status = 'draft' WHERE tenant_id = ?");
      return one;
    },
    gate: 'campaign',
    reason: /draft/,
    decide: (w, one) =>
      w.waking(one, "UPDATE campaigns SET status = 'running' WHERE tenant_id = ?"),
  },
  {
    name: 'the tenant is paused',
    async arrange(w) {
      const one = await w.person();
      await pauseTenant(w.world.store, one.tenant.tenantId, 'unpaid');
      return one;
    },
    gate: 'tenant',
    reason: /unpaid/,
    decide: (w, one) =>
      w.waking(one, "UPDATE tenants SET status = 'active', pause_reason = NULL WHERE id = ?"),
  },
  {
    name: 'the sender identity is paused, as a guard does it',
    async arrange(w) {
      const one = await w.person();
      await pauseSender(
        w.world.store,
        { ...one.tenant, id: one.tenant.senderId },
        'bounce rate 9 %',
      );
      return one;
    },
    gate: 'sender',
    reason: /bounce rate/,
    decide: (w, one) =>
      w.waking(
        one,
        'UPDATE email_sender_identities SET paused_at = NULL, pause_reason = NULL WHERE tenant_id = ?',
      ),
  },
  {
    name: 'the sender identity is not verified',
    async arrange(w) {
      const one = await w.person();
      await w.waking(
        one,
        "UPDATE email_sender_identities SET verification = 'pending' WHERE tenant_id = ?",
      );
      return one;
    },
    gate: 'sender_verification',
    decide: (w, { tenant: { tenantId, senderId } }) =>
      inTenants(w.world.api, [tenantId], (trx) =>
        setSenderVerification(trx, tenantId, senderId, { status: 'verified', detail: 'by a test' }),
      ),
  },
  {
    name: 'everything is paused',
    async arrange(w) {
      const one = await w.person();
      await w.world.rows(
        `INSERT INTO provider_holds (channel, held_until, reason)
         VALUES ('every', 'infinity', 'a wrong link')`,
      );
      return one;
    },
    gate: 'everything',
    reason: /a wrong link/,
    decide: (w) => w.world.rows("DELETE FROM provider_holds WHERE channel = 'every'"),
  },
];

describe.skipIf(inject('redisUrl') === null)(
  'why a message has not been sent, by what stands still',
  () => {
    testSituations(w, SITUATIONS);

    test('nobody is told of another tenant’s', async () => {
      const one = await w.person();
      const { tenantId } = await w.world.createTenant();
      const options = { ...w.world, store: w.world.apiStore, limiter: w.limiter, rate: 1 };
      expect(await explainEnrollment({ tenantId, id: one.id }, options)).toBeNull();
      expect(await explainEnrollment({ tenantId, id: newId() }, options)).toBeNull();
    });
  },
);

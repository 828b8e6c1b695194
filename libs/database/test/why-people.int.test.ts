import { newId } from '@cadenza/domain';
import { pauseSender } from '@cadenza/engine';
import { describe, expect, inject, test } from 'vitest';
import { SMS_ONLY } from './support/sms.ts';
import { MINUTE, plan, testSituations, type Situation, useWhyWorld } from './support/why.ts';

const w = useWhyWorld();

const SITUATIONS: readonly Situation[] = [
  {
    name: 'the domain is suppressed for all tenants',
    async arrange(w) {
      const domain = `${newId()}.example.org`;
      const one = await w.person(undefined, `jo@${domain}`);
      await w.world.rows(
        `INSERT INTO communication_suppressions
           (id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
         VALUES (?, 'email', 'domain', ?, 'manual', 'test', now(), now())`,
        newId(),
        domain,
      );
      return one;
    },
    gate: 'suppressed',
    reason: /domain is suppressed for all tenants \(manual\)/,
    never: true,
  },
  {
    name: 'the contact has left the campaign',
    async arrange(w) {
      const one = await w.person();
      await w.world.rows(
        `INSERT INTO campaign_opt_outs (tenant_id, contact_id, campaign_id, source, left_at)
         VALUES (?, ?, ?, 'link', now())`,
        one.tenant.tenantId,
        one.contactId,
        one.tenant.campaignId,
      );
      return one;
    },
    gate: 'opted_out',
    reason: /this campaign/,
    never: true,
  },
  {
    name: 'the contact has left everything of the tenant',
    async arrange(w) {
      const one = await w.person();
      await w.world.rows(
        `INSERT INTO contact_opt_outs (tenant_id, contact_id, channel, reason, source, left_at)
         VALUES (?, ?, 'email', 'unsubscribed', 'link', now())`,
        one.tenant.tenantId,
        one.contactId,
      );
      return one;
    },
    gate: 'opted_out',
    reason: /all e-mail of the tenant/,
    never: true,
  },
  {
    name: 'the domain of the address was not found once',
    async arrange(w) {
      const one = await w.person();
      await w.waking(
        one,
        "UPDATE contact_channels SET doubted_until = now() + interval '1 h' WHERE tenant_id = ?",
      );
      return one;
    },
    gate: 'doubted_address',
    // Found, it goes with the next try, which is ten minutes after the one that was in vain.
    async decide(w, one) {
      await w.waking(one, 'UPDATE contact_channels SET doubted_until = NULL WHERE tenant_id = ?');
      await w.jump(w.clock.now() + 10 * MINUTE);
    },
  },
  {
    name: 'the address is of a kind that is blocked',
    async arrange(w) {
      const one = await w.person();
      await w.waking(one, "UPDATE contact_channels SET validity = 'invalid' WHERE tenant_id = ?");
      return one;
    },
    gate: 'address',
    reason: /invalid/,
    never: true,
  },
  {
    name: 'the contact has no address any more',
    async arrange(w) {
      const one = await w.person();
      await w.waking(one, 'DELETE FROM contact_channels WHERE tenant_id = ?');
      return one;
    },
    gate: 'address',
    reason: /no e-mail address/,
    never: true,
  },
];

describe.skipIf(inject('redisUrl') === null)(
  'why a message has not been sent, by whom it goes to',
  () => {
    testSituations(w, SITUATIONS);

    test('of a text message its own sender, number, limits and provider are asked', async () => {
      const { tenant, phone, one } = await w.reachable(SMS_ONLY);
      await w.world.store.holdProvider('email', MINUTE);
      const { answer, gates } = await w.why(one);
      expect(answer).toMatchObject({ gate: 'turn', state: 'open' });
      expect(gates.flatMap(({ limit: of }) => (of === undefined ? [] : [of]))).toEqual([
        { scope: 'sender', windowSeconds: 60, maxMessages: 10, warmUp: false },
        { scope: 'sender', windowSeconds: 3_600, maxMessages: 500, warmUp: false },
        { scope: 'tenant', windowSeconds: 86_400, maxMessages: 5_000, warmUp: false },
      ]);

      await w.world.store.holdProvider('sms', MINUTE);
      expect((await w.why(one)).answer.gate).toBe('provider');
      await pauseSender(w.world.store, { ...tenant, id: tenant.smsSenderId }, 'a typo');
      const sender = expect.stringContaining(`${tenant.from} is paused (a typo)`) as string;
      expect((await w.why(one)).answer).toMatchObject({ gate: 'sender', reason: sender });
      await w.world.rows(
        `INSERT INTO communication_suppressions
         (id, tenant_id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
       VALUES (?, ?, 'sms', 'address', ?, 'unsubscribed', 'test', now(), now())`,
        newId(),
        tenant.tenantId,
        phone,
      );
      expect((await w.why(one)).answer.gate).toBe('suppressed');
    });

    test('of a text message that follows a mail, as the plan says it will', async () => {
      const text = { id: 'text', channel: 'sms', action: 'send', body: 'Hello', transitions: [] };
      const silent = { transitions: [{ on: 'no_open', to: 'text', after: 'PT72H' }] };
      const mailThenText = plan({}, silent);
      const { tenant, one } = await w.reachable({
        ...mailThenText,
        nodes: [...mailThenText.nodes, text],
      });
      await w.work();
      expect(await w.why(one)).toMatchObject({
        answer: { gate: 'event' },
        next: { nodeId: 'text' },
      });
      await pauseSender(w.world.store, { ...tenant, id: tenant.smsSenderId }, 'a typo');
      const { answer } = await w.why(one);
      expect(answer).toMatchObject({
        gate: 'sender',
        reason: expect.stringContaining(tenant.from) as string,
      });
    });
  },
);

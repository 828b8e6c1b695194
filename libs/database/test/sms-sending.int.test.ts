import { newId } from '@cadenza/domain';
import { reconcile, sweep } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, putSendRateLimit } from '../src/index.ts';
import {
  ACCEPT,
  deliver,
  enrollmentOf,
  messageOf,
  provider,
  providerEvent,
  sendOptions,
} from './support/scenario.ts';
import {
  createSmsTenant,
  deliverSms,
  enrolReachable,
  MAIL_THEN_SMS,
  sendTexts,
  setSmsLimit,
  SMS_ONLY,
  type SmsTenant,
} from './support/sms.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

describe('a text message', () => {
  test('is handed over with its own words, from its own sender', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(world, tenant);

    const { texts, mails } = await sendTexts(world, tenant);

    expect(mails).toEqual([]);
    const { id } = await messageOf(world, enrollmentId);
    expect(texts).toEqual([
      {
        reference: { tenantId: tenant.tenantId, messageId: id, attempt: 1 },
        from: tenant.from,
        to: phone,
        text: 'Hello Grace',
      },
    ]);
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'sent' });
  });

  test('follows a mail in one plan, each from its sender and to its address', async () => {
    const tenant = await createSmsTenant(world, MAIL_THEN_SMS);
    const { phone, enrollmentId } = await enrolReachable(world, tenant);
    expect((await sendTexts(world, tenant)).mails).toHaveLength(1);
    const { id: messageId } = await messageOf(world, enrollmentId, 'mail');
    await deliver(world, [providerEvent(world, { tenant, messageId }, 'delivered')]);

    const { texts, mails } = await sendTexts(world, tenant);

    expect(mails).toEqual([]);
    expect(texts).toMatchObject([{ to: phone, text: 'Hello Grace <you>' }]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({
      status: 'completed',
      end_reason: 'no_further_step',
    });
  });

  test('without an answer is unknown: neither looked up nor sent again, even with `resend`', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await world.rows("UPDATE tenants SET unknown_policy = 'resend' WHERE id = ?", tenant.tenantId);
    const { enrollmentId } = await enrolReachable(world, tenant);
    const { texts } = await sendTexts(world, tenant, () => ({
      kind: 'unknown',
      reason: 'time-out',
    }));
    await world.rows("UPDATE outbound_messages SET look_up_at = now() - interval '1 h'");

    const { asked } = await reconcile({
      ...world,
      limit: 100,
      leaseMs: 1_000,
      lookup: {
        lookUp: (list) => Promise.resolve(list.map(() => ({ kind: 'not_found' as const }))),
        close: () => Promise.resolve(),
      },
    });
    await sweep({ ...world, answerGraceMs: 0, lookUpAfterMs: 0, deliveryGraceMs: 0, limit: 100 });

    expect(asked).toBe(0);
    expect(texts).toHaveLength(1);
    expect((await sendTexts(world, tenant)).texts).toEqual([]);
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'unknown', attempt: 1 });

    const messageId = (await messageOf(world, enrollmentId)).id;
    const reference = { tenantId: tenant.tenantId, messageId, attempt: 1 };
    const at = world.clock.now();
    await deliverSms(world, [
      { type: 'status', id: newId(), messageId: 'm', reference, status: 'delivered', at },
    ]);
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'delivered' });
  });

  test('pauses its sender, and loses nobody, where nothing can send it', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { enrollmentId } = await enrolReachable(world, tenant);
    const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
    await processSends(jobs, sendOptions(world, provider(() => ACCEPT).port));
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'queued' });
    const [sender] = await world.rows<{ pause_reason: string }>(
      'SELECT pause_reason FROM email_sender_identities WHERE id = ?',
      tenant.smsSenderId,
    );
    expect(sender?.pause_reason).toContain('SMS_BASE_URL');
  });

  test('of a provider that is held waits, and no mail does', async () => {
    const texting = await createSmsTenant(world, SMS_ONLY);
    const mailing = await createSmsTenant(world, MAIL_THEN_SMS);
    await enrolReachable(world, texting);
    await enrolReachable(world, mailing);
    await world.store.holdProvider('sms', 60_000);
    const of = (jobs: { tenantId: string }[]) => jobs.map(({ tenantId }) => tenantId);

    const whileHeld = of(await world.dispatchAllowed());
    expect(whileHeld).toContain(mailing.tenantId);
    expect(whileHeld).not.toContain(texting.tenantId);
    await world.rows('DELETE FROM provider_holds');
    expect(of(await world.dispatchAllowed())).toContain(texting.tenantId);
  });
});

describe('limits', () => {
  test('of text messages hold in any minute, and mails take nothing of them', async () => {
    const tenant = await createSmsTenant(world, MAIL_THEN_SMS);
    const texts = await createSmsTenant(world, SMS_ONLY);
    for (let n = 0; n < 25; n += 1) await enrolReachable(world, texts, `+1505555${1_000 + n}`);
    const of = (jobs: { tenantId: string }[], { tenantId }: SmsTenant) =>
      jobs.filter((job) => job.tenantId === tenantId).length;

    // 10 a minute are the default.
    const jobs = await world.dispatch();
    expect(of(jobs, texts)).toBe(10);
    const slots = await world.rows<{ start: number; end: number }>(
      `SELECT epoch_ms(slot_start) AS start, epoch_ms(slot_end) AS end FROM scheduled_actions
       WHERE tenant_id = ? AND status = 'dispatched' ORDER BY slot_start`,
      texts.tenantId,
    );
    for (const { end } of slots) {
      // Wherever in their slots they begin: what can lie in the minute from the end of one on.
      const within = slots.filter((other) => other.end >= end && other.start < end + 60_000);
      expect(within.length).toBeLessThanOrEqual(10);
    }

    await setSmsLimit(world, tenant, { scope: 'tenant', windowSeconds: 86_400, maxMessages: 0 });
    await enrolReachable(world, tenant);
    expect((await sendTexts(world, tenant)).mails).toHaveLength(1);
  });

  test('of mail are none of text messages', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await inTenants(world.api, [tenant.tenantId], (trx) =>
      putSendRateLimit(trx, tenant.tenantId, {
        scope: 'tenant',
        reference: null,
        windowSeconds: 3_600,
        maxMessages: 0,
      }),
    );
    await world.rows('UPDATE send_rate_limits SET counted_at = now()');
    await enrolReachable(world, tenant);
    expect((await sendTexts(world, tenant)).texts).toHaveLength(1);
  });
});

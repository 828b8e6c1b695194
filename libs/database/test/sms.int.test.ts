import { newId, type SendOutcome } from '@cadenza/domain';
import { enrol, reconcile, suppress, sweep, withdrawConsent } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, putSendRateLimit } from '../src/index.ts';
import { door, heldBeforeCommit, lockWaiters, withMethods } from './support/interleave.ts';
import {
  ACCEPT,
  deliver,
  enrollmentOf,
  messageOf,
  messagesOf,
  provider,
  providerEvent,
  sendOptions,
  suppressAddresses,
} from './support/scenario.ts';
import {
  coming,
  createReachable,
  createSmsTenant,
  deliverSms,
  MAIL_THEN_SMS,
  newNumber,
  SMS_ONLY,
  smsProvider,
  type SmsTenant,
} from './support/sms.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** Lets nothing of SMS be refused by a limit that is not the test's. */
async function widen(tenant: SmsTenant) {
  for (const [scope, windowSeconds] of [
    ['sender', 60],
    ['sender', 3_600],
  ] as const) {
    await setSmsLimit(tenant, scope, windowSeconds, 100_000);
  }
}

async function setSmsLimit(
  { tenantId }: SmsTenant,
  scope: 'sender' | 'tenant',
  windowSeconds: number,
  maxMessages: number,
) {
  const limit = { channel: 'sms', scope, reference: null, windowSeconds, maxMessages } as const;
  await inTenants(world.api, [tenantId], (trx) => putSendRateLimit(trx, tenantId, limit));
  await world.rows('UPDATE send_rate_limits SET counted_at = now()');
}

async function enrolReachable(tenant: SmsTenant, phone = newNumber()) {
  const contactId = await createReachable(world, tenant.tenantId, phone);
  return { phone, contactId, enrollmentId: await world.enrolOne(tenant, contactId) };
}

/** Somebody reachable to whom nothing was sent. */
async function unwritten({ tenantId }: SmsTenant, phone = newNumber()) {
  return { phone, contactId: await createReachable(world, tenantId, phone) };
}

const renumber = (contactId: string, phone: string) =>
  world.rows(
    "UPDATE contact_channels SET address = ? WHERE contact_id = ? AND channel = 'sms'",
    phone,
    contactId,
  );

/** Works all that is due of a tenant. */
async function sendDue(tenant: SmsTenant, answer: () => SendOutcome = () => ACCEPT) {
  const sms = smsProvider(answer);
  const mail = provider(() => ACCEPT);
  const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
  await processSends(jobs, sendOptions(world, mail.port, { sms: sms.port }));
  return { texts: sms.texts, mails: mail.mails };
}

const enrolOptions = () => {
  const { store, plans, graceMs } = world;
  return { store, plans, graceMs, now: () => world.clock.now() };
};

const withdraw = ({ tenantId }: SmsTenant, contactId: string) =>
  withdrawConsent(
    { tenantId, contactId, channel: 'sms', actor: 'test' },
    { ...enrolOptions(), store: world.apiStore },
  );

async function enrolment(tenant: SmsTenant, contactId: string) {
  const { tenantId, campaignId } = tenant;
  const result = await enrol({ tenantId, campaignId, contactIds: [contactId] }, enrolOptions());
  return result?.refused[0]?.reason ?? 'enrolled';
}

async function suppressionsOf({ tenantId }: SmsTenant) {
  return world.rows<{ channel: string; value: string; reason: string; source: string }>(
    'SELECT channel, value, reason, source FROM communication_suppressions WHERE tenant_id = ?',
    tenantId,
  );
}

describe('a text message', () => {
  test('is handed over with its own words, from its own sender', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(tenant);

    const { texts, mails } = await sendDue(tenant);

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
    const { phone, enrollmentId } = await enrolReachable(tenant);
    expect((await sendDue(tenant)).mails).toHaveLength(1);
    const { id: messageId } = await messageOf(world, enrollmentId, 'mail');
    await deliver(world, [providerEvent(world, { tenant, messageId }, 'delivered')]);

    const { texts, mails } = await sendDue(tenant);

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
    const { enrollmentId } = await enrolReachable(tenant);
    const { texts } = await sendDue(tenant, () => ({ kind: 'unknown', reason: 'time-out' }));
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
    expect((await sendDue(tenant)).texts).toEqual([]);
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
    const { enrollmentId } = await enrolReachable(tenant);
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
    await enrolReachable(texting);
    await enrolReachable(mailing);
    await world.store.holdProvider('sms', 60_000);
    const of = (jobs: { tenantId: string }[]) => jobs.map(({ tenantId }) => tenantId);

    const whileHeld = of(await world.dispatchAllowed());
    expect(whileHeld).toContain(mailing.tenantId);
    expect(whileHeld).not.toContain(texting.tenantId);
    await world.rows('DELETE FROM provider_holds');
    expect(of(await world.dispatchAllowed())).toContain(texting.tenantId);
  });
});

describe('enrolment in a plan', () => {
  test.each([
    ['with text messages refuses who has no number', MAIL_THEN_SMS, 'no_phone'],
    ['of mail alone does not ask for one', undefined, 'enrolled'],
  ])('%s', async (_, plan, expected) => {
    const tenant = await createSmsTenant(world, plan);
    expect(await enrolment(tenant, await world.createContact(tenant.tenantId))).toBe(expected);
  });

  test('of text messages alone takes who has no address, or one that is suppressed', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const contactId = await createReachable(world, tenant.tenantId, newNumber());
    const address = `p-${newId()}@example.org`;
    await world.rows(
      `UPDATE contact_channels SET address = ? WHERE contact_id = ? AND channel = 'email'`,
      address,
      contactId,
    );
    await suppressAddresses(world, tenant.tenantId, [address]);
    expect(await enrolment(tenant, contactId)).toBe('enrolled');
  });

  test('asks who has left what the plan sends, and nothing else', async () => {
    const texts = await createSmsTenant(world, SMS_ONLY);
    const { tenantId } = texts;
    const { contactId } = await unwritten(texts);
    const left = (channel: 'email' | 'sms') =>
      world.store.transaction([tenantId], (tx) =>
        tx.addContactOptOuts([
          {
            tenantId,
            contactId,
            channel,
            value: null,
            reason: 'unsubscribed',
            source: 'link',
            at: world.clock.now(),
          },
        ]),
      );
    await left('email');
    expect(await enrolment(texts, contactId)).toBe('enrolled');
    const other = await unwritten(texts);
    await withdraw(texts, other.contactId);
    await renumber(other.contactId, newNumber());
    expect(await enrolment(texts, other.contactId)).toBe('opted_out');
  });

  test('is refused to who has withdrawn a consent before they had a number', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const contactId = await world.createContact(tenant.tenantId);
    expect(await withdraw(tenant, contactId)).toBe(false);
    await inTenants(world.api, [tenant.tenantId], (trx) =>
      trx
        .insertInto('contact_channels')
        .values({
          tenant_id: tenant.tenantId,
          id: newId(),
          contact_id: contactId,
          channel: 'sms',
          address: newNumber(),
        })
        .execute(),
    );
    expect(await enrolment(tenant, contactId)).toBe('opted_out');
  });

  test('is refused to a number that left', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const contactId = await createReachable(world, tenant.tenantId, phone);
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await enrolment(tenant, contactId)).toBe('phone_suppressed');
  });
});

describe('a suppression of one channel', () => {
  test('ends what depends on it, and leaves the other channel alone', async () => {
    const texts = await createSmsTenant(world, SMS_ONLY);
    const contactId = await createReachable(world, texts.tenantId, newNumber());
    const enrollmentId = await world.enrolOne(texts, contactId);
    const [{ address = '' } = {}] = await world.rows<{ address: string }>(
      `SELECT address FROM contact_channels WHERE contact_id = ? AND channel = 'email'`,
      contactId,
    );
    await suppressAddresses(world, texts.tenantId, [address]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'active' });
    expect((await sendDue(texts)).texts).toHaveLength(1);
  });
});

describe('a delivery report', () => {
  const report = (reference: object, status: string, error: string | null = null) => ({
    type: 'status',
    id: newId(),
    messageId: 'm',
    reference,
    status,
    error,
    at: world.clock.now(),
  });

  async function sentText() {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const one = await enrolReachable(tenant);
    await sendDue(tenant);
    const { id: messageId } = await messageOf(world, one.enrollmentId);
    return { ...one, tenant, reference: { tenantId: tenant.tenantId, messageId, attempt: 1 } };
  }

  test('brings a message to delivered, once however often it comes', async () => {
    const { enrollmentId, reference } = await sentText();
    const told = report(reference, 'delivered');
    expect(await deliverSms(world, [told])).toMatchObject({ recorded: 1, duplicates: 0 });
    expect(await deliverSms(world, [told, { junk: true }])).toMatchObject({
      recorded: 0,
      duplicates: 1,
      quarantined: 1,
    });
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'delivered' });
  });

  test('of a number that does not exist suppresses it for text messages', async () => {
    const { tenant, phone, enrollmentId, reference } = await sentText();
    await deliverSms(world, [report(reference, 'failed', 'unknown_number')]);
    expect(await suppressionsOf(tenant)).toMatchObject([
      { channel: 'sms', value: phone, reason: 'invalid_address' },
    ]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'suppressed' });
  });

  test('of a phone that is off suppresses nothing, and is tried again', async () => {
    const { tenant, enrollmentId, reference } = await sentText();
    await deliverSms(world, [report(reference, 'undelivered', 'unreachable')]);
    expect(await suppressionsOf(tenant)).toEqual([]);
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'queued', attempt: 2 });
  });
});

describe('a text message that comes in', () => {
  test.each(['STOP', ' stop. ', 'Abmelden', 'ARRÊT'])(
    '%j suppresses the number, and ends what is active',
    async (word) => {
      const tenant = await createSmsTenant(world, SMS_ONLY);
      const { phone, enrollmentId } = await enrolReachable(tenant);
      await sendDue(tenant);
      await deliverSms(world, [coming(world, phone, tenant.from, word)]);
      expect(await suppressionsOf(tenant)).toEqual([
        { channel: 'sms', value: phone, reason: 'unsubscribed', source: 'sms_keyword' },
      ]);
      expect(await enrollmentOf(world, enrollmentId)).toMatchObject({
        status: 'suppressed',
        end_reason: 'unsubscribed',
      });
    },
  );

  test('START takes back what STOP has done, and nothing else', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone } = await enrolReachable(tenant);
    await sendDue(tenant);
    const say = (word: string) => deliverSms(world, [coming(world, phone, tenant.from, word)]);
    await say('STOP');
    await say('START');
    expect(await suppressionsOf(tenant)).toEqual([]);

    const manual = {
      channel: 'sms',
      kind: 'address',
      value: phone,
      reason: 'manual',
      source: 'operator',
      at: null,
    } as const;
    await suppress({ tenantId: tenant.tenantId, entries: [manual], actor: 'test' }, enrolOptions());
    await say('STOP');
    await say('START');
    expect(await suppressionsOf(tenant)).toMatchObject([{ channel: 'sms', value: phone }]);
  });

  test('any other is a reply to the latest message', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(tenant);
    await sendDue(tenant);
    await deliverSms(world, [coming(world, phone, tenant.from, 'Please stop by on Monday')]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'replied',
    });
    expect(await suppressionsOf(tenant)).toEqual([]);
  });

  test('from somebody unknown is put aside, unless it says stop', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    expect(await deliverSms(world, [coming(world, phone, tenant.from, 'Hi')])).toMatchObject({
      recorded: 0,
      quarantined: 1,
    });
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await suppressionsOf(tenant)).toMatchObject([{ channel: 'sms', value: phone }]);
  });

  test('START from somebody unknown takes back their STOP', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    await deliverSms(world, [coming(world, phone, tenant.from, 'START')]);
    expect(await suppressionsOf(tenant)).toEqual([]);
  });

  test('of somebody to whom nothing was sent is their word, whatever their number becomes', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, contactId } = await unwritten(tenant);
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    await renumber(contactId, newNumber());
    expect(await enrolment(tenant, contactId)).toBe('opted_out');
  });

  test('is that of whoever was written to, whatever their number has become', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, contactId, enrollmentId } = await enrolReachable(tenant);
    await sendDue(tenant);
    await renumber(contactId, newNumber());
    await deliverSms(world, [coming(world, phone, tenant.from, 'Please stop by on Monday')]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ end_reason: 'replied' });
  });

  test('to a number that was only named by a tenant tells it nothing', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const pretender = await createSmsTenant(world, SMS_ONLY, tenant.from);
    await world.rows(
      "UPDATE email_sender_identities SET verification = 'pending' WHERE id = ?",
      pretender.smsSenderId,
    );
    const phone = newNumber();
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await suppressionsOf(tenant)).toHaveLength(1);
    expect(await suppressionsOf(pretender)).toEqual([]);
  });

  test('to a number that was taken away from a tenant tells it what its messages are answered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone } = await enrolReachable(tenant);
    await sendDue(tenant);
    await world.rows(
      "UPDATE email_sender_identities SET verification = 'unverified' WHERE id = ?",
      tenant.smsSenderId,
    );
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await suppressionsOf(tenant)).toHaveLength(1);
  });

  test('STOP in 50 races with a due message: no hand-off whose gate began after its commit', async () => {
    const tenant = await createSmsTenant(world, {
      ...SMS_ONLY,
      nodes: [
        { ...SMS_ONLY.nodes[0], transitions: [{ on: 'delivered', to: 'second' }] },
        { ...SMS_ONLY.nodes[1], transitions: [{ on: 'no_reply', to: 'stop' }] },
      ],
    });
    await widen(tenant);
    const seen = { early: 0, late: 0, handedOffLate: 0 };
    for (let round = 0; round < 50; round += 1) {
      const phone = `+1404555${String(round).padStart(4, '0')}`;
      const { enrollmentId } = await enrolReachable(tenant, phone);
      await sendDue(tenant);
      const { id: messageId } = await messageOf(world, enrollmentId);
      const reference = { tenantId: tenant.tenantId, messageId, attempt: 1 };
      const at = world.clock.now();
      await deliverSms(world, [
        { type: 'status', id: newId(), messageId: 'm', reference, status: 'delivered', at },
      ]);
      const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
      expect(jobs).toHaveLength(1);

      let committed = false;
      let gateAfterCommit = false;
      const store = withMethods(world.store, (tx) => ({
        beginHandOffs(requests) {
          gateAfterCommit = committed;
          return tx.beginHandOffs(requests);
        },
      }));
      const sms = smsProvider(() => ACCEPT);
      const begin = () =>
        processSends(
          jobs,
          sendOptions(world, provider(() => ACCEPT).port, { store, sms: sms.port }),
        );
      const stop = [coming(world, phone, tenant.from, 'STOP')];
      if (round % 2 === 0) {
        // The stop holds its locks until the begin waits for them.
        const held = door();
        const stopping = deliverSms(world, stop, heldBeforeCommit(world.store, held));
        const recorded = stopping.then(() => (committed = true));
        await held.reached;
        const beginning = begin();
        await lockWaiters(world, 1);
        held.open();
        await Promise.all([recorded, beginning]);
        expect(sms.texts).toEqual([]);
      } else {
        const stopping = deliverSms(world, stop).then(() => (committed = true));
        await Promise.all([stopping, begin()]);
      }
      seen[gateAfterCommit ? 'late' : 'early'] += 1;
      if (gateAfterCommit) seen.handedOffLate += sms.texts.length;
      expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'suppressed' });
      expect(sms.texts.length === 0 ? ['canceled'] : ['sent', 'delivered']).toContain(
        (await messagesOf(world, enrollmentId))['second'],
      );
    }
    expect(seen.handedOffLate).toBe(0);
    expect(seen.early + seen.late).toBe(50);
  });
});

describe('limits', () => {
  test('of text messages hold in any minute, and mails take nothing of them', async () => {
    const tenant = await createSmsTenant(world, MAIL_THEN_SMS);
    const texts = await createSmsTenant(world, SMS_ONLY);
    for (let n = 0; n < 25; n += 1) await enrolReachable(texts, `+1505555${1_000 + n}`);
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

    await setSmsLimit(tenant, 'tenant', 86_400, 0);
    await enrolReachable(tenant);
    expect((await sendDue(tenant)).mails).toHaveLength(1);
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
    await enrolReachable(tenant);
    expect((await sendDue(tenant)).texts).toHaveLength(1);
  });
});

import { newId } from '@cadenza/domain';
import { suppress } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { enrollmentOf, messageOf } from './support/scenario.ts';
import {
  coming,
  createSmsTenant,
  deliverSms,
  enrolOptions,
  enrolReachable,
  enrolment,
  newNumber,
  renumber,
  replayed,
  sendTexts,
  SMS_ONLY,
  storeSms,
  suppressionsOf,
  unwritten,
} from './support/sms.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

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
    const one = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
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
    expect(await suppressionsOf(world, tenant)).toMatchObject([
      { channel: 'sms', value: phone, reason: 'invalid_address' },
    ]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'suppressed' });
  });

  test('of a phone that is off suppresses nothing, and is tried again', async () => {
    const { tenant, enrollmentId, reference } = await sentText();
    await deliverSms(world, [report(reference, 'undelivered', 'unreachable')]);
    expect(await suppressionsOf(world, tenant)).toEqual([]);
    expect(await messageOf(world, enrollmentId)).toMatchObject({ status: 'queued', attempt: 2 });
  });
});

describe('a text message that comes in', () => {
  test.each(['STOP', ' stop. ', 'Abmelden', 'ARRÊT'])(
    '%j suppresses the number, and ends what is active',
    async (word) => {
      const tenant = await createSmsTenant(world, SMS_ONLY);
      const { phone, enrollmentId } = await enrolReachable(world, tenant);
      await sendTexts(world, tenant);
      await deliverSms(world, [coming(world, phone, tenant.from, word)]);
      expect(await suppressionsOf(world, tenant)).toEqual([
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
    const { phone } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    const say = (word: string) => deliverSms(world, [coming(world, phone, tenant.from, word)]);
    await say('STOP');
    await say('START');
    expect(await suppressionsOf(world, tenant)).toEqual([]);
    const [added, removed] = await world.rows<{ id: string; action: string; before: object }>(
      `SELECT id::text, action, before FROM audit_log
       WHERE tenant_id = ? AND entity = 'suppression' ORDER BY id`,
      tenant.tenantId,
    );
    expect(added).toMatchObject({ action: 'suppression.added' });
    expect(removed).toMatchObject({
      action: 'suppression.removed',
      before: {
        channel: 'sms',
        kind: 'address',
        value: phone,
        reason: 'unsubscribed',
        source: 'sms_keyword',
      },
    });

    const manual = {
      channel: 'sms',
      kind: 'address',
      value: phone,
      reason: 'manual',
      source: 'operator',
      at: null,
    } as const;
    await suppress(
      { tenantId: tenant.tenantId, entries: [manual], actor: 'test' },
      enrolOptions(world),
    );
    await say('STOP');
    await say('START');
    expect(await suppressionsOf(world, tenant)).toMatchObject([{ channel: 'sms', value: phone }]);
  });

  test('any other is a reply to the latest message', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    await deliverSms(world, [coming(world, phone, tenant.from, 'Please stop by on Monday')]);
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'replied',
    });
    expect(await suppressionsOf(world, tenant)).toEqual([]);
  });

  test('from somebody unknown is put aside, unless it says stop', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    expect(await deliverSms(world, [coming(world, phone, tenant.from, 'Hi')])).toMatchObject({
      recorded: 0,
      quarantined: 1,
    });
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await suppressionsOf(world, tenant)).toMatchObject([{ channel: 'sms', value: phone }]);
  });

  test('START from somebody unknown takes back their STOP', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    await deliverSms(world, [coming(world, phone, tenant.from, 'START')]);
    expect(await suppressionsOf(world, tenant)).toEqual([]);
  });

  test('STOP from somebody unknown is heeded by a replay of what nobody has processed', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    await storeSms(world, [coming(world, phone, tenant.from, 'STOP')]);

    await replayed(world);

    const stopped = await suppressionsOf(world, tenant);
    expect(stopped).toMatchObject([{ channel: 'sms', value: phone, source: 'sms_keyword' }]);
    await deliverSms(world, [coming(world, phone, tenant.from, 'START')]);
    // It is processed by now, and does nothing again.
    await replayed(world);
    expect(await suppressionsOf(world, tenant)).toEqual([]);
  });

  test('of somebody to whom nothing was sent is their word, whatever their number becomes', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, contactId } = await unwritten(world, tenant);
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    await renumber(world, contactId, newNumber());
    expect(await enrolment(world, tenant, contactId)).toBe('opted_out');
  });

  test('is that of whoever was written to, whatever their number has become', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, contactId, enrollmentId } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    await renumber(world, contactId, newNumber());
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
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
    expect(await suppressionsOf(world, pretender)).toEqual([]);
  });

  test('to a number that was taken away from a tenant tells it what its messages are answered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    await world.rows(
      "UPDATE email_sender_identities SET verification = 'unverified' WHERE id = ?",
      tenant.smsSenderId,
    );
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
  });
});

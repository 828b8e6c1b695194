import { newId } from '@cadenza/domain';
import { withdrawConsent } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import { enrollmentOf, suppressAddresses } from './support/scenario.ts';
import {
  coming,
  createReachable,
  createSmsTenant,
  deliverSms,
  enrolOptions,
  enrolment,
  MAIL_THEN_SMS,
  newNumber,
  renumber,
  sendTexts,
  SMS_ONLY,
  type SmsTenant,
  unwritten,
} from './support/sms.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

const withdraw = ({ tenantId }: SmsTenant, contactId: string) =>
  withdrawConsent(
    { tenantId, contactId, channel: 'sms', actor: 'test' },
    { ...enrolOptions(world), store: world.apiStore },
  );

describe('enrolment in a plan', () => {
  test.each([
    ['with text messages refuses who has no number', MAIL_THEN_SMS, 'no_phone'],
    ['of mail alone does not ask for one', undefined, 'enrolled'],
  ])('%s', async (_, plan, expected) => {
    const tenant = await createSmsTenant(world, plan);
    expect(await enrolment(world, tenant, await world.createContact(tenant.tenantId))).toBe(
      expected,
    );
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
    expect(await enrolment(world, tenant, contactId)).toBe('enrolled');
  });

  test('asks who has left what the plan sends, and nothing else', async () => {
    const texts = await createSmsTenant(world, SMS_ONLY);
    const { tenantId } = texts;
    const { contactId } = await unwritten(world, texts);
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
    expect(await enrolment(world, texts, contactId)).toBe('enrolled');
    const other = await unwritten(world, texts);
    await withdraw(texts, other.contactId);
    await renumber(world, other.contactId, newNumber());
    expect(await enrolment(world, texts, other.contactId)).toBe('opted_out');
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
    expect(await enrolment(world, tenant, contactId)).toBe('opted_out');
  });

  test('is refused to a number that left', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const contactId = await createReachable(world, tenant.tenantId, phone);
    await deliverSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    expect(await enrolment(world, tenant, contactId)).toBe('phone_suppressed');
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
    expect((await sendTexts(world, texts)).texts).toHaveLength(1);
  });
});

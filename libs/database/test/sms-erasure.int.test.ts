import { createStandIn, newId } from '@cadenza/domain';
import { requestErasure, workErasures } from '@cadenza/engine';
import { redactDelivery, redactQuarantined } from '@cadenza/sendgrid';
import { redactSmsDelivery, redactSmsReport } from '@cadenza/sms-dev';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { memoryBlobs } from './support/inbound.ts';
import { placesOf } from './support/places-of.ts';
import { ACCEPT, provider, sendOptions } from './support/scenario.ts';
import {
  coming,
  createReachable,
  createSmsTenant,
  newNumber,
  processSms,
  SMS_ONLY,
  smsProvider,
  storeSms,
  type SmsTenant,
} from './support/sms.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();
const standIn = createStandIn('a secret for tests, of 32 bytes or more');
const erasing = {
  standIn,
  redact: {
    sendgrid: { delivery: redactDelivery, quarantined: redactQuarantined },
    'sms-dev': { delivery: redactSmsDelivery, quarantined: redactSmsReport },
  },
};

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
// Nobody of a former test has the number that the next one draws.
beforeEach(() => world.rows("DELETE FROM contact_channels WHERE channel = 'sms'"));
afterAll(() => world.close());

/** Somebody to whom a tenant has sent a text message. */
async function texted(phone: string) {
  const tenant = await createSmsTenant(world, SMS_ONLY);
  const contactId = await createReachable(world, tenant.tenantId, phone);
  const enrollmentId = await world.enrolOne(tenant, contactId);
  const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
  const mail = provider(() => ACCEPT).port;
  await processSends(jobs, sendOptions(world, mail, { sms: smsProvider(() => ACCEPT).port }));
  return { tenant, contactId, enrollmentId };
}

const erase = ({ tenant: { tenantId }, contactId }: { tenant: SmsTenant; contactId: string }) =>
  requestErasure(
    { tenantId, contactId, actor: 'test' },
    {
      store: world.apiStore,
      plans: world.plans,
      now: () => world.clock.now(),
      graceMs: world.graceMs,
      standIn,
    },
  );

const work = () =>
  workErasures({
    store: world.store,
    blobs,
    standIn,
    redact: erasing.redact,
    eraser: null,
    stopping: () => false,
  });

const receive = async (...reports: object[]) =>
  processSms(world, await storeSms(world, reports), { erasing });

const due = () => world.rows("UPDATE erasures SET next_at = now() WHERE status <> 'done'");

const suppressedOf = ({ tenantId }: SmsTenant) =>
  world.rows<{ value: string; reason: string }>(
    'SELECT value, reason FROM communication_suppressions WHERE tenant_id = ? ORDER BY value',
    tenantId,
  );

test('a STOP to another tenant that waits is heeded there', async () => {
  const phone = newNumber();
  const mine = await texted(phone);
  const theirs = await texted(phone);
  const stop = await storeSms(world, [coming(world, phone, theirs.tenant.from, 'STOP')]);
  await erase(mine);
  expect(await work()).toMatchObject({ done: true, failure: null });

  await processSms(world, stop, { erasing });

  expect(await suppressedOf(theirs.tenant)).toEqual([{ value: phone, reason: 'unsubscribed' }]);
  expect(await placesOf(world, phone, mine.tenant)).toEqual([]);
});

test('nothing holds the number of a person, nor their words, before nor after', async () => {
  const phone = newNumber();
  const mine = await texted(phone);
  const { from } = mine.tenant;
  const words = `confidential ${newId()}`;
  await receive(
    coming(world, phone, from, `It is ${words}`),
    coming(world, phone, '+13035550000', words),
    { type: 'message', from: phone, text: words },
  );
  const waiting = await storeSms(world, [coming(world, phone, from, 'STOP')]);
  expect(await placesOf(world, phone)).toContain('webhook_deliveries.payload');
  await erase(mine);

  // It is neither lost nor taken apart before whoever it is for has heard of it.
  expect(await work()).toMatchObject({ done: false, failure: null });
  await processSms(world, waiting, { erasing });
  await due();
  expect(await work()).toMatchObject({ done: true, failure: null });
  expect(await placesOf(world, phone)).toEqual([]);

  await receive(
    coming(world, phone, from, `It is still ${words}`),
    coming(world, phone, from, 'Stop'),
    { type: 'message', from: phone, text: words },
  );
  expect(await placesOf(world, phone)).toEqual([]);
  expect(await placesOf(world, words)).toEqual([]);
  expect(await suppressedOf(mine.tenant)).toEqual([
    { value: standIn(phone), reason: 'unsubscribed' },
  ]);
});

test('what was answered to a person goes with them, and no word of theirs is answered after it', async () => {
  const phone = newNumber();
  const mine = await texted(phone);
  const { tenantId, from } = mine.tenant;
  const answers = () => world.rows('SELECT id FROM sms_answers WHERE tenant_id = ?', tenantId);
  await receive(coming(world, phone, from, 'HELP'));
  expect(await answers()).toHaveLength(1);
  await erase(mine);
  expect(await answers()).toEqual([]);
  await receive(coming(world, phone, from, 'HELP'), coming(world, phone, from, 'STOP'));
  expect(await answers()).toEqual([]);
  await due();
  await work();
  expect(await placesOf(world, phone, { tenantId })).toEqual([]);
});

test('a word that is being recorded while its person is erased is not answered', async () => {
  const phone = newNumber();
  const mine = await texted(phone);
  const { tenantId, from } = mine.tenant;
  const ref = await storeSms(world, [coming(world, phone, from, 'HELP')]);
  // Who is erased was read before, and is not any more when the answer is queued.
  const store = {
    ...world.store,
    erasedAmong: async (standIns: readonly string[]) => {
      const before = await world.store.erasedAmong(standIns);
      await erase(mine);
      return before;
    },
  };
  await processSms(world, ref, { store, erasing });
  expect(await world.rows('SELECT id FROM sms_answers WHERE tenant_id = ?', tenantId)).toEqual([]);
});

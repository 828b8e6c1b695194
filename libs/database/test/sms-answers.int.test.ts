import { newId, type OutboundSms, type SendOutcome } from '@cadenza/domain';
import {
  applyRetention,
  pauseSender,
  pauseTenant,
  resumeSender,
  resumeTenant,
  sendAnswers,
  type SendAnswersOptions,
} from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { pauseSending, resumeSending } from '../src/index.ts';
import { door, heldBeforeCommit, lockWaiters, withMethods } from './support/interleave.ts';
import { memoryBlobs } from './support/inbound.ts';
import { ACCEPT, enrollmentOf, messagesOf } from './support/scenario.ts';
import {
  coming,
  createSmsTenant,
  deliverSms,
  enrolReachable,
  newNumber,
  processSms,
  sendTexts,
  SMS_ONLY,
  smsProvider,
  storeSms,
  suppressionsOf,
  type SmsTenant,
} from './support/sms.ts';
import { createWorld, type World } from './support/world.ts';

const HELP = 'Ada: Message and data rates may apply. Reply STOP to end.';
const STOPPED =
  'Ada: You are unsubscribed and will get no more text messages. Reply START to get them again.';
const BACK = 'Ada: You will get text messages again. Reply HELP for help, STOP to end.';
const MINUTE = 60_000;

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
beforeEach(() => world.rows('DELETE FROM sms_answers'));
afterAll(() => world.close());

/** One round of a send-worker. */
const round = (
  port: ReturnType<typeof smsProvider>['port'],
  limit = 20,
  over: Partial<SendAnswersOptions> = {},
) => sendAnswers({ ...world, sms: port, handOffDeadlineMs: 10_000, limit, ...over });

/** What rounds hand over, until nothing waits any more. */
async function answered(
  answer: (sms: OutboundSms) => SendOutcome = () => ACCEPT,
): Promise<OutboundSms[]> {
  const sms = smsProvider(answer);
  while ((await round(sms.port)).begun > 0);
  return sms.texts;
}

const say = (phone: string, { from }: SmsTenant, text: string) =>
  deliverSms(world, [coming(world, phone, from, text)]);

const answersOf = ({ tenantId }: SmsTenant) =>
  world.rows<{ id: string; keyword: string; status: string; detail: string | null }>(
    'SELECT id, keyword, status, detail FROM sms_answers WHERE tenant_id = ? ORDER BY id',
    tenantId,
  );

const setSender = ({ smsSenderId }: SmsTenant, column: string, value: string) =>
  world.rows(`UPDATE email_sender_identities SET ${column} = ? WHERE id = ?`, value, smsSenderId);

const resume = ({ tenantId, smsSenderId: id }: SmsTenant) =>
  resumeSender(world.store, { tenantId, id }, 'operator');

describe('HELP', () => {
  test('is answered from what was written to, and is no message of a campaign', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    const before = [await enrollmentOf(world, enrollmentId), await messagesOf(world, enrollmentId)];

    expect(await say(phone, tenant, 'Help!')).toMatchObject({ recorded: 1, quarantined: 0 });
    const texts = await answered();

    const [{ id = '' } = {}] = await answersOf(tenant);
    expect(texts).toEqual([
      {
        reference: { tenantId: tenant.tenantId, messageId: id, attempt: 1 },
        from: tenant.from,
        to: phone,
        text: HELP,
      },
    ]);
    expect(await answersOf(tenant)).toMatchObject([{ keyword: 'help', status: 'sent' }]);
    expect([
      await enrollmentOf(world, enrollmentId),
      await messagesOf(world, enrollmentId),
    ]).toEqual(before);
  });

  test('of somebody unknown is answered, and of somebody who has stopped', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    expect(await say(phone, tenant, 'INFO')).toMatchObject({ quarantined: 0 });
    expect(await answered()).toMatchObject([{ to: phone, text: HELP }]);
    await say(phone, tenant, 'STOP');
    await answered();
    await say(phone, tenant, 'HELP');
    expect(await answered()).toMatchObject([{ to: phone, text: HELP }]);
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
  });

  test.each([
    ['Hilfe', 'Ada: Hilfe erhalten Sie unter help@example.com. '],
    ['aide', 'Ada : Pour toute aide : help@example.com. '],
    ['AYUDA', 'Ada: Para recibir ayuda: help@example.com. '],
  ])('%j is answered in its language, with where help is', async (word, text) => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await setSender(tenant, 'help_contact', 'help@example.com');
    await say(newNumber(), tenant, word);
    const [answer] = await answered();
    expect(answer?.text.startsWith(text)).toBe(true);
  });

  test('is answered in the words of the sender that has its own', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await setSender(tenant, 'answer_texts', JSON.stringify({ help: 'Ask Ada. STOP to end.' }));
    await say(newNumber(), tenant, 'Hilfe');
    expect(await answered()).toMatchObject([{ text: 'Ask Ada. STOP to end.' }]);
  });

  test('is answered by one of those who share a number: who has written there last', async () => {
    const first = await createSmsTenant(world, SMS_ONLY);
    const last = await createSmsTenant(world, SMS_ONLY, first.from);
    const silent = await createSmsTenant(world, SMS_ONLY, first.from);
    const phone = newNumber();
    for (const tenant of [first, last]) {
      await enrolReachable(world, tenant, phone);
      await sendTexts(world, tenant);
    }
    await say(phone, first, 'HELP');
    expect(await answered()).toMatchObject([{ reference: { tenantId: last.tenantId } }]);
    for (const tenant of [first, silent]) expect(await answersOf(tenant)).toEqual([]);
  });

  test.each<[string, (tenant: SmsTenant) => Promise<unknown>]>([
    ['its tenant is paused', ({ tenantId }) => pauseTenant(world.store, tenantId, 'a test')],
    [
      'its sender is paused',
      ({ tenantId, smsSenderId: id }) => pauseSender(world.store, { tenantId, id }, 'a test'),
    ],
    [
      'its sender is not verified any more',
      (tenant) => setSender(tenant, 'verification', 'unverified'),
    ],
  ])('is answered by another one of them where %s', async (_name, stopIt) => {
    const able = await createSmsTenant(world, SMS_ONLY);
    const last = await createSmsTenant(world, SMS_ONLY, able.from);
    const { phone } = await enrolReachable(world, last);
    await sendTexts(world, last);
    await stopIt(last);
    await say(phone, last, 'HELP');
    expect(await answered()).toMatchObject([{ reference: { tenantId: able.tenantId } }]);
    expect(await answersOf(last)).toEqual([]);
    // What the word does is of all who share the number, whoever answers.
    await say(phone, last, 'STOP');
    for (const tenant of [able, last]) expect(await suppressionsOf(world, tenant)).toHaveLength(1);
  });
});

describe('STOP', () => {
  test('is confirmed once, and what it ends has ended before', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone, enrollmentId } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    await say(phone, tenant, 'Stop');
    const stateThen: unknown[] = [];
    const sms = smsProvider(async () => {
      stateThen.push((await enrollmentOf(world, enrollmentId)).status);
      return ACCEPT;
    });
    await round(sms.port);
    expect(sms.texts).toMatchObject([{ to: phone, text: STOPPED }]);
    expect(stateThen).toEqual(['suppressed']);
    await say(phone, tenant, 'STOP');
    await say(phone, tenant, 'Abmelden');
    expect(await answered()).toEqual([]);
  });

  test('twice in one delivery is confirmed once', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const stop = () => coming(world, phone, tenant.from, 'STOP');
    await deliverSms(world, [stop(), stop()]);
    expect(await answered()).toHaveLength(1);
  });

  test('that comes twice at once is confirmed once', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const stop = () => [coming(world, phone, tenant.from, 'STOP')];
    const held = door();
    const first = deliverSms(world, stop(), heldBeforeCommit(world.store, held));
    await held.reached;
    const second = deliverSms(world, stop());
    await lockWaiters(world, 1);
    held.open();
    await Promise.all([first, second]);
    expect(await answered()).toHaveLength(1);
  });

  test('is confirmed where what came with it fails, and only with what it does', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const ref = await storeSms(world, [coming(world, phone, tenant.from, 'STOP')]);
    const failing = withMethods(world.store, () => ({
      finishDeliveries: () => Promise.reject(new Error('the database went away')),
    }));
    await expect(processSms(world, ref, { store: failing })).rejects.toThrow('went away');
    expect(await answered()).toEqual([]);
    expect(await suppressionsOf(world, tenant)).toEqual([]);
    // The second attempt takes its messages one by one.
    await processSms(world, ref);
    expect(await answered()).toMatchObject([{ to: phone, text: STOPPED }]);
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
  });
});

test('START is confirmed where it takes back a STOP, and nowhere else', async () => {
  const tenant = await createSmsTenant(world, SMS_ONLY);
  const phone = newNumber();
  await say(phone, tenant, 'START');
  expect(await answered()).toEqual([]);
  await say(phone, tenant, 'STOP');
  await answered();
  await say(phone, tenant, 'START');
  expect(await answered()).toMatchObject([{ text: BACK }]);
});

describe('what is confirmed holds when it is', () => {
  const OVERTAKEN = { status: 'expired', detail: 'overtaken by another word' };

  /** A tenant, and somebody who has stopped and knows it. */
  async function stopped(agoMs = 3 * MINUTE) {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    const said = (text: string, ago = 0) => {
      const one = coming(world, phone, tenant.from, text);
      return { ...one, at: one.at - ago };
    };
    await deliverSms(world, [said('STOP', agoMs)]);
    expect(await answered()).toMatchObject([{ text: STOPPED }]);
    return { tenant, phone, said };
  }

  test('a START that comes after a later STOP is not: the number stays as it is', async () => {
    const { tenant, said } = await stopped(MINUTE);
    await deliverSms(world, [said('START', 2 * MINUTE)]);
    expect(await answered()).toEqual([]);
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
    expect(await answersOf(tenant)).toMatchObject([{}, { keyword: 'start', ...OVERTAKEN }]);
  });

  test('a START is not that is taken back by a STOP of the same delivery', async () => {
    const { tenant, said } = await stopped();
    await deliverSms(world, [said('START', 2_000), said('STOP', 1_000)]);
    expect(await answered()).toEqual([]);
    expect(await suppressionsOf(world, tenant)).toHaveLength(1);
  });

  test.each([
    ['STOP', 'START', STOPPED],
    ['START', 'STOP', BACK],
  ])('while the provider is held, %s after %s is alone', async (last, first, text) => {
    const { tenant, phone } = await stopped();
    if (first === 'STOP') {
      await say(phone, tenant, 'START');
      expect(await answered()).toMatchObject([{ text: BACK }]);
    }
    await world.store.holdProvider('sms', 60_000);
    for (const word of [first, last]) {
      await say(phone, tenant, word);
      expect(await answered()).toEqual([]);
    }
    await world.rows('DELETE FROM provider_holds');
    expect(await answered()).toMatchObject([{ text }]);
    const answers = await answersOf(tenant);
    expect(answers.slice(-2)).toMatchObject([
      { keyword: first.toLowerCase(), ...OVERTAKEN },
      { keyword: last.toLowerCase(), status: 'sent', detail: null },
    ]);
  });

  test('a START is not where the number has left everybody', async () => {
    const { tenant, phone } = await stopped();
    await world.rows(
      `INSERT INTO communication_suppressions
         (id, tenant_id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
       VALUES (?, NULL, 'sms', 'address', ?, 'manual', 'operator', now(), now())`,
      newId(),
      phone,
    );
    await say(phone, tenant, 'START');
    expect(await answersOf(tenant)).toMatchObject([{ keyword: 'stop' }]);
    expect(await answered()).toEqual([]);
  });
});

describe('one word has one answer', () => {
  test('however often it is delivered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const { phone } = await enrolReachable(world, tenant);
    await sendTexts(world, tenant);
    const help = coming(world, phone, tenant.from, 'HELP');
    await deliverSms(world, [help]);
    await deliverSms(world, [help, { junk: true }]);
    expect(await answered()).toHaveLength(1);
    await deliverSms(world, [{ junk: true }, help]);
    expect(await answered()).toEqual([]);
  });

  test('where its processing is cut off and done again', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const ref = await storeSms(world, [coming(world, newNumber(), tenant.from, 'HELP')]);
    const failing = withMethods(world.store, () => ({
      finishDeliveries: () => Promise.reject(new Error('the database went away')),
    }));
    await expect(processSms(world, ref, { store: failing })).rejects.toThrow('went away');
    expect(await answersOf(tenant)).toEqual([]);
    await processSms(world, ref);
    await processSms(world, ref);
    expect(await answered()).toHaveLength(1);
  });

  test('however many workers look for it at once', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phones = Array.from({ length: 30 }, (_, n) => `+1404555${2_000 + n}`);
    await deliverSms(
      world,
      phones.map((phone) => coming(world, phone, tenant.from, 'HELP')),
    );
    const sms = smsProvider(() => ACCEPT);
    const rounds = await Promise.all(Array.from({ length: 6 }, () => round(sms.port, 10)));
    expect(rounds.reduce((sum, { begun }) => sum + begun, 0)).toBe(sms.texts.length);
    const texts = [...sms.texts, ...(await answered())];
    expect(texts.map(({ to }) => to).toSorted()).toEqual(phones);
  });

  test('where a worker dies after its begin: nobody sends it again', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const dying = smsProvider(() => Promise.reject(new Error('killed')));
    await expect(round(dying.port)).rejects.toThrow('killed');
    expect(dying.texts).toHaveLength(1);
    expect(await answered()).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'dispatching' }]);

    await world.rows("UPDATE sms_answers SET deadline_at = now() - interval '2 minutes'");
    expect(await answered()).toEqual([]);
    const [{ id = '' } = {}] = await answersOf(tenant);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'unknown' }]);

    const reference = { tenantId: tenant.tenantId, messageId: id, attempt: 1 };
    const at = world.clock.now();
    const report = { type: 'status', id: newId(), messageId: 'm', reference, at };
    const delivered = { ...report, status: 'delivered' };
    expect(await deliverSms(world, [delivered])).toMatchObject({ quarantined: 0 });
    expect(await answersOf(tenant)).toMatchObject([{ status: 'delivered' }]);
  });

  test('where a worker dies before it has recorded what was answered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const sms = smsProvider(() => ACCEPT);
    const store = withMethods(world.store, () => ({
      settleSmsAnswers: () => Promise.reject(new Error('killed')),
    }));
    await expect(round(sms.port, 20, { store, recordForMs: 0 })).rejects.toThrow('killed');
    expect(sms.texts).toHaveLength(1);
    expect(await answered()).toEqual([]);
  });
});

describe('a database that goes away', () => {
  const away = () => Promise.reject(new Error('the database went away'));

  test('is waited for to record what was answered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    let tries = 0;
    const store = withMethods(world.store, ({ settleSmsAnswers }) => ({
      settleSmsAnswers: (list) => (++tries === 1 ? away() : settleSmsAnswers(list)),
    }));
    const sms = smsProvider(() => ACCEPT);
    expect(await round(sms.port, 20, { store })).toMatchObject({ begun: 1 });
    expect(await answersOf(tenant)).toMatchObject([{ status: 'sent' }]);
    expect(sms.texts).toHaveLength(1);
  });

  test('costs what the provider said of itself nothing', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const store = withMethods(world.store, () => ({ settleSmsAnswers: away }));
    const later = { kind: 'not_handed_off', cause: 'rate_limited', retryAfterMs: 60_000 } as const;
    const sms = smsProvider(() => ({ ...later, reason: '429' }));
    await expect(round(sms.port, 20, { store, recordForMs: 0 })).rejects.toThrow('went away');
    expect(await world.rows('SELECT channel FROM provider_holds')).toEqual([{ channel: 'sms' }]);
    await world.rows('DELETE FROM provider_holds');
  });

  test('before anything was called costs no answer', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const store = withMethods(world.store, () => ({ smsAnswers: away }));
    const sms = smsProvider(() => ACCEPT);
    await expect(round(sms.port, 20, { store })).rejects.toThrow('went away');
    expect(sms.texts).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'queued' }]);
    expect(await answered()).toHaveLength(1);
  });
});

describe('a loop of machines', () => {
  test('ends: a number has five answers of a sender in a day', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    let answers = 0;
    for (let n = 0; n < 8; n += 1) {
      await say(phone, tenant, 'HELP');
      answers += (await answered()).length;
    }
    expect(answers).toBe(5);
    await say(newNumber(), tenant, 'HELP');
    expect(await answered()).toHaveLength(1);
    await world.rows("UPDATE sms_answers SET created_at = now() - interval '25 hours'");
    await say(phone, tenant, 'HELP');
    expect(await answered()).toHaveLength(1);
  });

  test('has no more by several words of one delivery', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    for (let n = 0; n < 4; n += 1) await say(phone, tenant, 'HELP');
    const words = ['HELP', 'STOP'].map((word) => coming(world, phone, tenant.from, word));
    await deliverSms(world, words);
    expect(await answered()).toHaveLength(5);
  });

  test('has no more by writing several at once', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    const phone = newNumber();
    for (let n = 0; n < 4; n += 1) await say(phone, tenant, 'HELP');
    await Promise.all(Array.from({ length: 4 }, () => say(phone, tenant, 'HELP')));
    expect(await answered()).toHaveLength(5);
  });
});

describe('an answer waits', () => {
  test.each<[string, (tenant: SmsTenant) => Promise<unknown>, (tenant: SmsTenant) => unknown]>([
    [
      'for its tenant to be resumed',
      ({ tenantId }) => pauseTenant(world.store, tenantId, 'a test'),
      ({ tenantId }) => resumeTenant(world.store, tenantId, { by: 'operator', own: false }),
    ],
    [
      'for its sender to be resumed',
      ({ tenantId, smsSenderId: id }) => pauseSender(world.store, { tenantId, id }, 'a test'),
      resume,
    ],
    [
      'for its sender to be verified',
      (tenant) => setSender(tenant, 'verification', 'unverified'),
      (tenant) => setSender(tenant, 'verification', 'verified'),
    ],
    [
      'for a pause of everything to end',
      () => world.owner.transaction().execute((trx) => pauseSending(trx, 'a test', 'operator')),
      () => world.owner.transaction().execute((trx) => resumeSending(trx, 'operator')),
    ],
    [
      'for the provider that is held',
      () => world.store.holdProvider('sms', 60_000),
      () => world.rows('DELETE FROM provider_holds'),
    ],
  ])('%s', async (_name, close, open) => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    await close(tenant);
    expect(await answered()).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'queued' }]);
    await open(tenant);
    expect(await answered()).toHaveLength(1);
  });

  test('no longer than anybody waits for it', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    await world.rows('UPDATE sms_answers SET expires_at = now()');
    expect(await answered()).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'expired' }]);
  });

  test('no longer than its call may still be written in time', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'STOP');
    await world.rows("UPDATE sms_answers SET expires_at = now() + interval '9 seconds'");
    expect(await answered()).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'expired' }]);
  });

  test('no shorter for a deadline that is longer than a word is answered', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'STOP');
    const sms = smsProvider(() => ACCEPT);
    await round(sms.port, 20, { handOffDeadlineMs: 300_000 });
    expect(sms.texts).toHaveLength(1);
    const [begun] = await world.rows<{ in_time: boolean }>(
      'SELECT deadline_at <= expires_at AS in_time FROM sms_answers',
    );
    expect(begun).toEqual({ in_time: true });
  });
});

describe('a full round', () => {
  const refused = {
    kind: 'not_handed_off',
    cause: 'connection_failed',
    retryAfterMs: null,
    reason: 'no',
  } as const;

  test.each<[string, SendOutcome, boolean]>([
    ['is followed by the next at once', ACCEPT, true],
    ['that could hand nothing over is not: the provider is not there', refused, false],
  ])('%s', async (_name, outcome, more) => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    for (const phone of [newNumber(), newNumber(), newNumber()]) await say(phone, tenant, 'HELP');
    const sms = smsProvider(() => outcome);
    expect(await round(sms.port, 2)).toMatchObject({ begun: 2, more });
    expect(await round(sms.port, 20)).toMatchObject({ begun: more ? 1 : 3, more: false });
  });
});

test('an answer is kept for 30 days', async () => {
  const tenant = await createSmsTenant(world, SMS_ONLY);
  await say(newNumber(), tenant, 'HELP');
  await answered();
  const age = (days: number) =>
    world.rows("UPDATE sms_answers SET created_at = now() - ? * interval '1 day'", days);
  const apply = () =>
    applyRetention({
      store: world.store,
      blobs: memoryBlobs(),
      sharedDeliveryMonths: null,
      limit: 1,
    });
  await age(29);
  expect(await apply()).toMatchObject({ answers: 0, more: false });
  await age(31);
  expect(await apply()).toMatchObject({ answers: 1, more: true });
  expect(await answersOf(tenant)).toEqual([]);
});

test.each([
  ['HELP', 59, 1],
  ['HELP', 61, 0],
  ['STOP', 4, 1],
  ['STOP', 6, 0],
])('%s that comes %d minutes late has %d answers', async (word, minutes, answers) => {
  const tenant = await createSmsTenant(world, SMS_ONLY);
  const late = coming(world, newNumber(), tenant.from, word);
  await deliverSms(world, [{ ...late, at: late.at - minutes * MINUTE }]);
  expect(await answered()).toHaveLength(answers);
  expect(await suppressionsOf(world, tenant)).toHaveLength(word === 'STOP' ? 1 : 0);
});

describe('what the provider says', () => {
  test('no: it failed, and is not sent again', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const refused = { kind: 'rejected', scope: 'message', statusCode: 400, reason: 'no' } as const;
    expect(await answered(() => refused)).toHaveLength(1);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'failed', detail: 'no' }]);
  });

  test('not to this sender: it is paused, and the answer waits', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const refused = { kind: 'rejected', scope: 'sender', statusCode: 403, reason: 'no' } as const;
    expect(await answered(() => refused)).toHaveLength(1);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'queued' }]);
    await resume(tenant);
    expect(await answered()).toHaveLength(1);
  });

  test('nothing: it is unknown, and is not sent again', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    expect(await answered(() => ({ kind: 'unknown', reason: 'time-out' }))).toHaveLength(1);
    expect(await answered()).toEqual([]);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'unknown', detail: 'time-out' }]);
  });

  test('too often: what certainly was not taken is sent later', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    const later = { kind: 'not_handed_off', cause: 'rate_limited', retryAfterMs: 60_000 } as const;
    expect(await answered(() => ({ ...later, reason: '429' }))).toHaveLength(1);
    expect(await answered()).toEqual([]);
    await world.rows('DELETE FROM provider_holds');
    expect(await answered()).toHaveLength(1);
    expect(await answersOf(tenant)).toMatchObject([{ status: 'sent' }]);
  });

  test('that it did not arrive: nobody is suppressed for it', async () => {
    const tenant = await createSmsTenant(world, SMS_ONLY);
    await say(newNumber(), tenant, 'HELP');
    await answered();
    const [{ id: messageId = '' } = {}] = await answersOf(tenant);
    const reference = { tenantId: tenant.tenantId, messageId, attempt: 1 };
    const report = { type: 'status', id: newId(), messageId: 'm', reference };
    const failed = { ...report, status: 'failed', error: 'unknown_number', at: world.clock.now() };
    expect(await deliverSms(world, [failed])).toMatchObject({ quarantined: 0, recorded: 0 });
    expect(await answersOf(tenant)).toMatchObject([{ status: 'failed', detail: 'unknown_number' }]);
    expect(await suppressionsOf(world, tenant)).toEqual([]);
  });
});

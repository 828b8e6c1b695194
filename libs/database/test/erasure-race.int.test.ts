import { createStandIn, type SendOutcome } from '@cadenza/domain';
import { requestErasure } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { inTenants, recordConsent } from '../src/index.ts';
import {
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  replyAddressOf,
} from './support/inbound.ts';
import { door, heldBeforeCommit, lockWaiters, withMethods } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  liftLimits,
  messagesOf,
  provider,
  sendDue,
  sent,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();
const standIn = createStandIn('a secret for tests, of 32 bytes or more');

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});
afterAll(() => world.close());

function erase(mail: Enrolled, store = world.apiStore) {
  return requestErasure(
    { tenantId: mail.tenant.tenantId, contactId: mail.contactId, actor: 'test' },
    {
      store,
      plans: world.plans,
      now: () => world.clock.now(),
      graceMs: world.graceMs,
      standIn,
    },
  );
}

/** A mail by which somebody says that they are away, kept and not yet processed. */
function away(mail: Enrolled) {
  const to = replyAddressOf(mail);
  const text = mime({
    from: mail.address,
    to,
    subject: 'Out of office: Hello',
    text: 'I am away and will be back on 2 February 2026.',
    headers: ['Auto-Submitted: auto-replied'],
  });
  return keepMail(world, blobs, { form: rawForm(text, { from: mail.address, to: [to] }) });
}

const absencesOf = ({ contactId }: Enrolled) =>
  world.rows('SELECT 1 FROM contact_absences WHERE contact_id = ?', contactId);

test('an automatic answer and an erasure take turns', async () => {
  const mail = await sent(world);
  const ref = await away(mail);
  const held = door();
  const store = withMethods(world.store, (tx) => ({
    async completeHandOffs(list) {
      await held.pass();
      return tx.completeHandOffs(list);
    },
  }));
  const processing = processMail(world, blobs, ref, store);
  await held.reached;
  const erasing = erase(mail);
  await lockWaiters(world, 1);
  held.open();
  expect(await processing).toMatchObject({ outcome: 'recorded', effect: 'away' });
  expect(await erasing).not.toBeNull();
  expect(await absencesOf(mail)).toEqual([]);
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ end_reason: 'erased' });
});

test('of somebody who is being erased, an automatic answer keeps no absence', async () => {
  const mail = await sent(world);
  const ref = await away(mail);
  const held = door();
  const erasing = erase(mail, heldBeforeCommit(world.apiStore, held));
  await held.reached;
  const processing = processMail(world, blobs, ref);
  await lockWaiters(world, 1);
  held.open();
  await erasing;
  expect(await processing).toMatchObject({ outcome: 'recorded', effect: null });
  expect(await absencesOf(mail)).toEqual([]);
});

test('a consent and an erasure take turns', async () => {
  const mail = await enrolled(world);
  const { tenantId } = mail.tenant;
  const held = door();
  const erasing = erase(mail, heldBeforeCommit(world.apiStore, held));
  await held.reached;
  const consenting = inTenants(world.api, [tenantId], (trx) =>
    recordConsent(trx, tenantId, mail.contactId, {
      channel: 'email',
      source: 'form',
      givenAt: new Date(),
      wording: 'I am Ada Hopper, and agree.',
      version: null,
    }),
  );
  await lockWaiters(world, 1);
  held.open();
  await erasing;
  expect(await consenting).toBe(false);
  expect(
    await world.rows('SELECT 1 FROM contact_consents WHERE contact_id = ?', mail.contactId),
  ).toEqual([]);
});

test.each<[string, SendOutcome]>([
  ['sent', ACCEPT],
  ['unknown', { kind: 'unknown', reason: 'no answer' }],
  ['failed', { kind: 'rejected', scope: 'message', statusCode: 400, reason: 'HTTP 400' }],
  [
    'canceled',
    {
      kind: 'not_handed_off',
      cause: 'connection_failed',
      retryAfterMs: null,
      reason: 'ECONNREFUSED',
    },
  ],
])('a hand-off whose person is erased meanwhile is %s by its answer', async (status, answer) => {
  const mail = await enrolled(world);
  const { port } = provider(async () => {
    await erase(mail);
    return answer;
  });
  await sendDue(world, port);
  expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: status });
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ end_reason: 'erased' });
});

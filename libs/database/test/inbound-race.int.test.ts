import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import {
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  replyAddressOf,
} from './support/inbound.ts';
import { door, lockWaiters, seededRandom, withMethods } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  sendOptions,
  sent,
  fireTimers,
  hurry,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

const ROUNDS = 200;
/** A follow-up is due while the person answers: what they say decides how an enrollment ends that it stops. */
const ANSWERS = [
  { text: 'Please unsubscribe me from this list.', status: 'suppressed' },
  { text: 'That sounds good, let us talk on Monday.', status: 'stopped' },
] as const;

let world: World;
const blobs = memoryBlobs();
const random = seededRandom(20_260_115);

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});
afterAll(() => world.close());

/** Somebody whose follow-up is due, and a mail of theirs that has come. */
async function answering(text: string, tenant: Enrolled['tenant']) {
  const mail = await sent(world, tenant);
  await fireTimers(world, [mail.enrollmentId]);
  await hurry(world);
  const to = replyAddressOf(mail);
  const form = rawForm(mime({ from: mail.address, to, text }), { from: mail.address, to: [to] });
  return { mail, ref: await keepMail(world, blobs, { form }), jobs: await world.dispatch() };
}

test(`in ${ROUNDS} free races with a due send: no hand-off whose gates were asked after a reply's commit`, async () => {
  const tenant = await world.createTenant();
  const seen = { early: 0, late: 0, handedOffLate: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { text, status } = ANSWERS[round % 2 === 0 ? 0 : 1];
    const { mail, ref, jobs } = await answering(text, tenant);
    const { mails, port } = provider(() => ACCEPT);
    let committed = false;
    let gateAfterCommit = false;
    const processing = processMail(world, blobs, ref).then(() => (committed = true));
    for (let turn = Math.floor(random() * 200); turn > 0; turn -= 1) await Promise.resolve();
    if (round % 4 === 3) await processing;
    const store = withMethods(world.store, (tx) => ({
      beginHandOffs(requests) {
        gateAfterCommit = committed;
        return tx.beginHandOffs(requests);
      },
    }));
    await Promise.all([processing, processSends(jobs, sendOptions(world, port, { store }))]);
    seen[gateAfterCommit ? 'late' : 'early'] += 1;
    if (gateAfterCommit) seen.handedOffLate += mails.length;
    // The follow-up is the last step of the plan: whoever answers after it had come to the end.
    const ended = mails.length > 0 ? 'completed' : status;
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: ended });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  }
  expect(seen.handedOffLate).toBe(0);
}, 240_000);

test('an opt-out that commits while a begin waits lets it hand nothing off, 40 times', async () => {
  const tenant = await world.createTenant();
  for (let round = 0; round < 40; round += 1) {
    const { mail, ref, jobs } = await answering(ANSWERS[0].text, tenant);
    const { mails, port } = provider(() => ACCEPT);
    const held = door();
    const store = withMethods(world.store, (tx) => ({
      async finishInbound(id) {
        await tx.finishInbound(id);
        await held.pass();
      },
    }));
    const processing = processMail(world, blobs, ref, store);
    await held.reached;
    const sending = processSends(jobs, sendOptions(world, port));
    await lockWaiters(world, 1);
    held.open();
    await Promise.all([processing, sending]);
    expect(mails).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ second: 'canceled' });
  }
}, 120_000);

import type { SendOutcome } from '@cadenza/domain';
import { UNKNOWNS_IN_A_ROW } from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  ACCEPT,
  enrolled,
  liftLimits,
  messagesOf,
  provider,
  sendOptions,
} from './support/scenario.ts';
import { giveAccount } from './support/settings.ts';
import { createWorld, processSends, type World } from './support/world.ts';

const UNKNOWN: SendOutcome = { kind: 'unknown', reason: 'no answer' };
const REFUSED: SendOutcome = {
  kind: 'not_handed_off',
  cause: 'connection_failed',
  retryAfterMs: null,
  reason: 'ECONNREFUSED',
};
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
beforeEach(async () => {
  await world.rows('DELETE FROM provider_holds');
  await cancelAll();
});
afterAll(() => world.close());

/** Nothing is due any more, nor will what waits for a back-off be. */
const cancelAll = () =>
  world.rows(
    "UPDATE scheduled_actions SET status = 'canceled', lease_until = NULL, slot_start = NULL, slot_end = NULL WHERE status IN ('pending', 'dispatched')",
  );

async function people(count: number): Promise<void> {
  const tenant = await world.createTenant();
  for (let n = 0; n < count; n += 1) await enrolled(world, tenant);
}

/** Dispatches what may be, and works it one by one, so that answers come in a row. */
async function sendOneByOne(answer: SendOutcome): Promise<number> {
  const { mails, port } = provider(() => answer);
  for (const job of await world.dispatchAllowed()) {
    await processSends([job], sendOptions(world, port));
  }
  return mails.length;
}

async function breaker() {
  const [row] = await world.rows<{ unknowns: number; probing: boolean; held: boolean }>(
    'SELECT unknowns, probing, held_until > campaign_now() AS held FROM provider_holds',
  );
  return row ?? { unknowns: 0, probing: false, held: false };
}

const endHold = () => world.rows('UPDATE provider_holds SET held_until = campaign_now()');

test('several hand-offs without an answer in a row hold everything back', async () => {
  await people(UNKNOWNS_IN_A_ROW + 3);
  expect(await sendOneByOne(UNKNOWN)).toBe(UNKNOWNS_IN_A_ROW);
  expect(await breaker()).toEqual({ unknowns: UNKNOWNS_IN_A_ROW, probing: true, held: true });
  expect(await world.dispatchAllowed()).toEqual([]);
});

test('after the hold one message is tried at a time, until one has an answer', async () => {
  await people(UNKNOWNS_IN_A_ROW + 6);
  await sendOneByOne(UNKNOWN);

  await endHold();
  expect(await sendOneByOne(UNKNOWN)).toBe(1);
  expect(await breaker()).toMatchObject({ probing: true, held: true });

  await endHold();
  expect(await sendOneByOne(ACCEPT)).toBe(1);
  expect(await breaker()).toMatchObject({ unknowns: 0, probing: false });
  expect(await sendOneByOne(ACCEPT)).toBe(4);
});

test('a worker that holds many jobs tries one of them, and gives the others back', async () => {
  await people(8);
  const jobs = await world.dispatchAllowed();
  await world.store.doubtProvider('email', UNKNOWNS_IN_A_ROW, UNKNOWNS_IN_A_ROW);
  const { mails, port } = provider(() => UNKNOWN);
  await processSends(jobs.slice(0, 1), sendOptions(world, port));
  expect(mails).toHaveLength(1);
  await processSends(jobs.slice(1), sendOptions(world, port));
  expect(mails).toHaveLength(1);
  const [pending] = await world.rows<{ count: number }>(
    "SELECT count(*) AS count FROM scheduled_actions WHERE status = 'pending' AND type = 'send'",
  );
  expect(pending?.count).toBe(7);
});

test('what certainly was not accepted is no doubt, and an answer ends a doubt', async () => {
  await people(12);
  expect(await sendOneByOne(REFUSED)).toBe(12);
  expect(await breaker()).toMatchObject({ unknowns: 0 });

  await cancelAll();
  await people(UNKNOWNS_IN_A_ROW);
  const answers = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, ACCEPT];
  const { port } = provider(() => answers.shift() ?? UNKNOWN);
  for (const job of await world.dispatchAllowed())
    await processSends([job], sendOptions(world, port));
  expect(await breaker()).toMatchObject({ unknowns: 0, probing: false });
});

test('where the account of all others is held, one that is a tenant’s alone is tried', async () => {
  const [struck, own] = [await world.createTenant(), await world.createTenant()];
  await giveAccount(world, own, 'aaaaaaaaaaaa');
  await enrolled(world, struck);
  const mail = await enrolled(world, own);
  await world.store.doubtProvider('email', UNKNOWNS_IN_A_ROW, UNKNOWNS_IN_A_ROW);
  await world.store.holdSharedAccount(60_000);

  const jobs = await world.dispatchAllowed();
  expect(jobs.map(({ tenantId }) => tenantId)).toEqual([own.tenantId]);
  await processSends(jobs, sendOptions(world, provider(() => ACCEPT).port));
  expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
});

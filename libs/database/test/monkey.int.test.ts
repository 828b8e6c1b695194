import type { OutboundMail, SendOutcome } from '@cadenza/domain';
import { pauseCampaign, startCampaign, type ClaimedAction } from '@cadenza/engine';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { seededRandom } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  fireTimers,
  hurry,
  liftLimits,
  provider,
  providerEvent,
  sendOptions,
  stop,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World, processSends } from './support/world.ts';

const SEED = Number(process.env.CADENZA_TEST_SEED ?? 1_848);
const ENROLLMENTS = 240;
const ROUNDS = 8;

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterAll(() => world.close());

/**
 * What the provider took, whatever it answered: by message, and by what a person has before them,
 * each with the attempt.
 */
const accepted = { byMessage: new Map<string, number>(), byVisit: new Map<string, number>() };
const random = seededRandom(SEED);

function answer(mail: OutboundMail): SendOutcome {
  const chance = random();
  if (chance < 0.1) {
    return { kind: 'not_handed_off', cause: 'rate_limited', retryAfterMs: 0, reason: '429' };
  }
  if (chance < 0.2) {
    return {
      kind: 'not_handed_off',
      cause: 'deadline_passed',
      retryAfterMs: null,
      reason: 'too late',
    };
  }
  if (chance < 0.25) {
    return { kind: 'rejected', scope: 'message', statusCode: 400, reason: 'bad content' };
  }
  if (chance < 0.28) return { kind: 'unknown', reason: 'time-out, and it was lost' };
  const { messageId, attempt } = mail.reference;
  count(accepted.byMessage, `${messageId} ${attempt}`);
  // Every address has one enrollment, every node a subject and one visit.
  count(accepted.byVisit, `${mail.to.email} ${mail.subject} ${attempt}`);
  if (chance < 0.34) return { kind: 'unknown', reason: 'time-out, though it was taken' };
  return ACCEPT;
}

function count(times: Map<string, number>, key: string): void {
  times.set(key, (times.get(key) ?? 0) + 1);
}

function pick<T>(list: readonly T[], size: number): T[] {
  return Array.from({ length: size }, () => list[Math.floor(random() * list.length)]).filter(
    (one) => one !== undefined,
  );
}

test(`${ENROLLMENTS} enrollments under random pauses, events and doubled jobs keep every invariant (seed ${SEED})`, async () => {
  console.info(`seed ${SEED}: repeat with CADENZA_TEST_SEED=${SEED}`);
  const tenants = await Promise.all([1, 2, 3].map(() => world.createTenant()));
  const people: Enrolled[] = [];
  for (let n = 0; n < ENROLLMENTS; n += 1) {
    people.push(await enrolled(world, tenants[n % tenants.length]));
  }
  const { port, mails } = provider(answer);
  const options = sendOptions(world, port);
  let stale: ClaimedAction[] = [];

  for (let round = 0; round < ROUNDS; round += 1) {
    await hurry(world);
    const jobs = await world.dispatch();
    const all = [...jobs, ...stale];
    stale = jobs;
    const sends = Array.from({ length: 20 }, () => {
      const some = all.filter(() => random() < 0.05);
      return processSends(random() < 0.5 ? some : some.toReversed(), options);
    });
    await Promise.all([...sends, ...disturbances(tenants, people)]);
    await Promise.all(
      tenants.map(({ tenantId, campaignId }) =>
        startCampaign(world.store, { tenantId, id: campaignId }),
      ),
    );
    if (round % 3 === 2)
      await fireTimers(
        world,
        pick(people, 60).map((one) => one.enrollmentId),
      );
    if (round % 4 === 3) {
      await world.rows(
        "UPDATE scheduled_actions SET lease_until = now() - interval '1 minute' WHERE status = 'dispatched'",
      );
      await world.store.releaseExpiredLeases(10_000);
    }
    expect(await brokenInvariants(world)).toEqual({});
  }

  expect(mails.length).toBeGreaterThan(ENROLLMENTS / 2);
  for (const times of Object.values(accepted)) {
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
  }
  expect(accepted.byVisit.size).toBeGreaterThan(ENROLLMENTS / 2);
}, 240_000);

function disturbances(tenants: readonly Tenant[], people: readonly Enrolled[]) {
  const some: Promise<unknown>[] = [];
  for (const one of pick(people, 30)) {
    const type = pick(['delivered', 'opened', 'clicked', 'deferred', 'bounced'] as const, 1)[0];
    if (type === undefined) continue;
    const at = world.clock.now() - Math.floor(random() * 60_000);
    const soft = type === 'bounced' ? ({ bounceKind: 'soft' } as const) : {};
    some.push(deliver(world, [providerEvent(world, one, type, { at, ...soft })]));
  }
  some.push(
    deliver(
      world,
      pick(people, 3).map((one) => providerEvent(world, one, 'unsubscribed')),
    ),
  );
  for (const { tenant, address } of pick(people, 2)) {
    some.push(suppressAddresses(world, tenant.tenantId, [address]));
  }
  for (const person of pick(people, 1)) some.push(stop(world, person));
  for (const { tenantId, campaignId } of pick(tenants, 1)) {
    const ref = { tenantId, id: campaignId };
    some.push(pauseCampaign(world.store, ref, 'test').then(() => startCampaign(world.store, ref)));
  }
  return some;
}

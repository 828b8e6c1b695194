import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  door,
  heldBeforeCommit,
  lockWaiters,
  seededRandom,
  withMethods,
} from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import { leavers, requestOf, type Leavers } from './support/leaving.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  sendOptions,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;
let as: Leavers;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  as = leavers(world);
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

describe.each([
  ['link', 'all'],
  ['one_click', 'all'],
  ['link', 'campaign'],
] as const)('leaving by %s from %s', (source, scope) => {
  const random = seededRandom(20_261_126);
  const rounds = scope === 'all' ? 100 : 30;

  /** A begin races the unsubscribe; whose work commits first, the test decides. */
  async function race(mail: Enrolled, order: 'unsubscribe_first' | 'free') {
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    let committed = false;
    let gateAfterCommit = false;
    const held = door();
    const store =
      order === 'unsubscribe_first' ? heldBeforeCommit(world.apiStore, held) : world.apiStore;
    const leaving = as.leave(requestOf(mail, scope), source, store).then(() => (committed = true));
    if (order === 'unsubscribe_first') await held.reached;
    else for (let turn = Math.floor(random() * 60); turn > 0; turn -= 1) await Promise.resolve();
    const watched = withMethods(world.store, (tx) => ({
      beginHandOffs(requests) {
        gateAfterCommit = committed;
        return tx.beginHandOffs(requests);
      },
    }));
    const begin = processSends(jobs, sendOptions(world, port, { store: watched }));
    if (order === 'unsubscribe_first') {
      await lockWaiters(world, 1);
      held.open();
    }
    await Promise.all([leaving, begin]);
    return { handedOff: mails.length, gateAfterCommit };
  }

  test(`that commits while ${rounds} begins wait lets none of them hand off`, async () => {
    const tenant = await world.createTenant();
    let handedOff = 0;
    for (let round = 0; round < rounds; round += 1) {
      const mail = await enrolled(world, tenant);
      handedOff += (await race(mail, 'unsubscribe_first')).handedOff;
      expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
      expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    }
    expect(handedOff).toBe(0);
  }, 120_000);

  test(`in ${rounds} free races: no hand-off whose gate statement began after the commit`, async () => {
    const tenant = await world.createTenant();
    const seen = { early: 0, late: 0, handedOffLate: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const mail = await enrolled(world, tenant);
      const { handedOff, gateAfterCommit } = await race(mail, 'free');
      seen[gateAfterCommit ? 'late' : 'early'] += 1;
      if (gateAfterCommit) seen.handedOffLate += handedOff;
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    }
    expect(seen.handedOffLate).toBe(0);
  }, 120_000);
});

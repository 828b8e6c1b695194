import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { countEnrollments, inTenants, migrateDown, migrateUp } from '../src/index.ts';
import { MIGRATIONS } from '../src/migrations/index.ts';
import { crowd } from './support/crowd.ts';
import {
  deliver,
  fireTimers,
  providerEvent,
  sent,
  stop,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  tenant = await world.createTenant();
});
afterAll(() => world.close());

/** What is counted when people get somewhere is what counting them comes to, for every campaign. */
async function expectExact(): Promise<void> {
  const campaigns = await world.rows<{ tenant_id: string; id: string }>(
    'SELECT tenant_id, id FROM campaigns',
  );
  for (const { tenant_id: tenantId, id } of campaigns) {
    const counted = await inTenants(world.api, [tenantId], (trx) =>
      countEnrollments(trx, tenantId, id),
    );
    const people = await world.rows(
      `SELECT status, node_id AS "nodeId", count(*)::integer AS count FROM contact_campaigns
       WHERE campaign_id = ? GROUP BY status, node_id ORDER BY status, node_id`,
      id,
    );
    expect(counted).toEqual(people);
  }
}

const unfolded = async () =>
  (await world.rows('SELECT FROM enrollment_counts WHERE NOT folded')).length;

test('where people stand is counted as they get there, and folded by several at once', async () => {
  await crowd(world, tenant, 30);
  await expectExact();
  const mails: Enrolled[] = [];
  for (let n = 0; n < 3; n += 1) mails.push(await sent(world));
  await expectExact();
  await Promise.all([
    ...mails.slice(0, 1).map((mail) => deliver(world, [providerEvent(world, mail, 'opened')])),
    fireTimers(
      world,
      mails.slice(1, 2).map(({ enrollmentId }) => enrollmentId),
    ),
    world.store.foldEnrollmentCounts(2),
    world.store.foldEnrollmentCounts(1_000),
  ]);
  await expectExact();
  for (const mail of mails.slice(2)) await stop(world, mail);
  await expectExact();
  expect(await unfolded()).toBeGreaterThan(0);

  expect(await world.store.foldEnrollmentCounts(1)).toBe(1);
  await expectExact();
  await world.store.foldEnrollmentCounts(1_000);

  await expectExact();
  expect(await unfolded()).toBe(0);
  expect(await world.store.foldEnrollmentCounts(1_000)).toBe(0);
});

test('a statement that moves nobody adds nothing', async () => {
  await world.store.foldEnrollmentCounts(1_000);

  await world.rows('UPDATE contact_campaigns SET updated_at = now()');

  expect(await unfolded()).toBe(0);
});

// Last, since it takes the schema back for a while.
test('who was enrolled before there were counts is counted once', async () => {
  const names = Object.keys(MIGRATIONS);
  await migrateDown(world.database.url, names.length - names.indexOf('0011-event-storage'));
  await migrateUp(world.database.url);

  await expectExact();
});

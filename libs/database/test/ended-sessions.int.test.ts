import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { beginSession, createSessionToken, inTenants, insertUser } from '../src/index.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

/** Sessions of a new tenant, last used so many hours ago. */
async function sessions(hoursAgo: readonly number[]): Promise<string[]> {
  const { tenantId } = await world.createTenant();
  const begun = hoursAgo.map((hours) =>
    inTenants(world.api, [tenantId], async (trx) => {
      const email = `${newId()}@people.example`;
      const user = await insertUser(trx, tenantId, { email, role: 'viewer' });
      const { hash } = createSessionToken();
      const whose = { tenantId, userId: user?.id ?? '' };
      return { hours, id: await beginSession(trx, whose, { hash, proof: { by: 'oidc' } }) };
    }),
  );
  const all = await Promise.all(begun);
  // Afterwards: whoever signs in takes away those of the tenant that have ended.
  for (const { hours, id } of all) {
    await world.rows(
      "UPDATE sessions SET last_used_at = now() - ? * interval '1 hour' WHERE id = ?",
      hours,
      id,
    );
  }
  return all.map(({ id }) => id ?? '');
}

test('sessions that nobody has used for long are deleted, so many at once, of every tenant', async () => {
  const [live = '', ...ended] = (await sessions([11, 13, 14])).concat(await sessions([200]));
  expect(ended).toHaveLength(3);

  const deleted: number[] = [];
  for (let n = 0; n < 3; n += 1) deleted.push(await world.store.deleteEndedSessions(2));

  expect(deleted).toEqual([2, 1, 0]);
  expect(await world.rows('SELECT id FROM sessions')).toEqual([{ id: live }]);
});

import { newId } from '@cadenza/domain';
import { describe, expect, inject, test } from 'vitest';
import { setPlatformLimit, setRamp } from './support/settings.ts';
import { HOUR, MINUTE, testSituations, type Situation, useWhyWorld } from './support/why.ts';

const w = useWhyWorld();

const SITUATIONS: readonly Situation[] = [
  {
    name: 'the sender’s limit is full',
    arrange: (w) => w.full('sender'),
    gate: 'limit',
    limit: { scope: 'sender', windowSeconds: 3_600, maxMessages: 1 },
  },
  {
    name: 'the tenant’s limit is full',
    arrange: (w) => w.full('tenant'),
    gate: 'limit',
    limit: { scope: 'tenant' },
  },
  {
    name: 'the recipient’s domain is full',
    arrange: (w) => w.full('recipient_domain'),
    gate: 'limit',
    limit: { scope: 'recipient_domain' },
  },
  {
    name: 'the recipient’s domain is full, and the dispatcher has heard so',
    async arrange(w) {
      const one = await w.full('recipient_domain');
      await w.work();
      return one;
    },
    gate: 'limit',
    limit: { scope: 'recipient_domain' },
  },
  {
    name: 'the sender’s limit is full, and its lane rests',
    async arrange(w) {
      const one = await w.full('sender');
      await w.work();
      return one;
    },
    gate: 'limit',
    limit: { scope: 'sender' },
  },
  {
    name: 'a warm-up ramp is used up',
    async arrange(w) {
      const tenant = await w.world.createTenant();
      await setRamp(w.world, tenant, [1, 1, 1]);
      await w.counted();
      await w.person(tenant);
      await w.work();
      return w.person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'sender', warmUp: true, windowSeconds: 86_400 },
  },
  {
    name: 'the IP pool is full',
    async arrange(w) {
      const tenant = await w.world.createTenant();
      const pool = `pool-${newId()}`;
      await w.world.rows(
        'UPDATE email_sender_identities SET ip_pool = ? WHERE id = ?',
        pool,
        tenant.senderId,
      );
      await setPlatformLimit(w.world, {
        scope: 'ip_pool',
        reference: pool,
        windowSeconds: 600,
        maxMessages: 1,
      });
      await w.counted();
      await w.person(tenant);
      await w.work();
      return w.person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'ip_pool', windowSeconds: 600 },
  },
  {
    name: 'the time between two messages of the sender is not over',
    async arrange(w) {
      const tenant = await w.world.createTenant();
      await w.world.rows(
        `UPDATE email_sender_identities SET spacing_min_seconds = 400, spacing_max_seconds = 900
         WHERE id = ?`,
        tenant.senderId,
      );
      await w.person(tenant);
      await w.work();
      return w.person(tenant);
    },
    gate: 'limit',
    limit: { scope: 'spacing', maxMessages: 1 },
  },
  {
    name: 'a limit is new, and past hand-offs are not counted for it',
    async arrange(w) {
      const tenant = await w.world.createTenant();
      await w.limit(tenant, 'sender', 5);
      return w.person(tenant);
    },
    gate: 'limiter',
    reason: /new/,
    decide: (w) => w.counted(),
  },
];

describe.skipIf(inject('redisUrl') === null)('why a message has not been sent, by limits', () => {
  testSituations(w, SITUATIONS);

  test('those of its campaign and sender that come first are counted in', async () => {
    const tenant = await w.world.createTenant();
    await w.limit(tenant, 'sender', 2);
    await w.counted();
    const people = [];
    for (let n = 0; n < 7; n += 1) people.push(await w.person(tenant));
    await w.work();
    const last = people.at(-1);
    if (last === undefined) throw new Error('nobody');

    const { gates, expectedAt } = await w.why(last);

    // Two have left, four come before the last: two windows and the rest of this one.
    expect(gates).toContainEqual(
      expect.objectContaining({
        gate: 'turn',
        state: 'closed',
        reason: expect.stringMatching(/^4 /),
      }),
    );
    const started = w.clock.now();
    while ((await w.begun(last)).length === 0 && w.clock.now() < started + 5 * HOUR) {
      await w.jump(w.clock.now() + 3 * MINUTE);
      await w.work();
    }
    const [at = 0] = await w.begun(last);
    // Each of the three windows is noticed up to a jump late.
    expect(at - (expectedAt ?? 0)).toBeGreaterThanOrEqual(0);
    expect(at - (expectedAt ?? 0)).toBeLessThan(12 * MINUTE);
  });

  test('a limiter that is empty, or does not answer, is named', async () => {
    const one = await w.person();
    const empty = w.openLimiter();
    expect(await w.why(one, empty)).toMatchObject({
      answer: { gate: 'limiter', reason: expect.stringMatching(/empty/) },
    });
    await empty.rebuild([], w.clock.now());
    expect(await w.why(one, empty)).toMatchObject({ answer: { gate: 'turn' } });

    const down = { ...w.limiter, peek: () => Promise.reject(new Error('ECONNREFUSED')) };
    expect(await w.why(one, down)).toMatchObject({
      answer: { gate: 'limiter', opensAt: null },
      expectedAt: null,
    });
  });

  test('asking takes nothing, and changes nothing', async () => {
    const tenant = await w.world.createTenant();
    await w.limit(tenant, 'sender', 1);
    await w.counted();
    const one = await w.person(tenant);
    const rows = () =>
      w.world.rows(
        `SELECT a.run_at, a.status, a.dispatch_no, c.version, l.next_at, l.wakes
         FROM scheduled_actions a
         JOIN contact_campaigns c ON c.id = a.enrollment_id
         JOIN dispatch_lanes l ON l.campaign_id = a.campaign_id
         WHERE a.enrollment_id = ?`,
        one.id,
      );
    const before = await rows();

    for (let n = 0; n < 30; n += 1) await w.why(one);

    expect(await rows()).toEqual(before);
    await w.work();
    expect(await w.begun(one)).toHaveLength(1);
  });
});

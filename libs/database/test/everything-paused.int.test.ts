import type { SendLimits } from '@cadenza/engine';
import { dispatchSends, pauseTenant, resumeTenant } from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { pauseSending, resumeSending, setClock, tenantsInQueue } from '../src/index.ts';
import { clear, crowd } from './support/crowd.ts';
import { withMethods } from './support/interleave.ts';
import { ACCEPT, enrolled, hurry, messagesOf, provider, sendOptions } from './support/scenario.ts';
import {
  createReachable,
  createSmsTenant,
  newNumber,
  SMS_ONLY,
  smsProvider,
} from './support/sms.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

beforeEach(async () => {
  await clear(world);
  await world.rows('DELETE FROM provider_holds');
});

/** As the owner does it, but for the waiting. */
const pause = (reason = 'a wrong link') =>
  world.owner.transaction().execute((trx) => pauseSending(trx, reason, 'operator'));
const resume = () => world.owner.transaction().execute((trx) => resumeSending(trx, 'operator'));

async function begunOf({ campaignId }: Tenant): Promise<number> {
  const [row] = await world.rows<{ count: number }>(
    'SELECT count(*)::integer AS count FROM outbound_messages WHERE campaign_id = ? AND begun_at IS NOT NULL',
    campaignId,
  );
  return row?.count ?? 0;
}

test('nothing is dispatched of any tenant while everything is paused, and all of it after', async () => {
  const [one, other] = [await enrolled(world), await enrolled(world)];
  const texting = await createSmsTenant(world, SMS_ONLY);
  const text = await world.enrolOne(
    texting,
    await createReachable(world, texting.tenantId, newNumber()),
  );
  expect(await pause()).toBeNull();

  expect(await world.dispatchAllowed()).toEqual([]);
  expect(await world.store.oldestDueAction()).toBeNull();
  expect(await pause('another reason')).toBe('a wrong link');
  expect(await resume()).toBe(true);
  expect(await resume()).toBe(false);

  const { port } = provider(() => ACCEPT);
  const sms = smsProvider(() => ACCEPT);
  await processSends(await world.dispatchAllowed(), sendOptions(world, port, { sms: sms.port }));
  expect(await messagesOf(world, text)).toMatchObject({ first: 'sent' });
  expect(await messagesOf(world, one.enrollmentId)).toMatchObject({ first: 'sent' });
  expect(await messagesOf(world, other.enrollmentId)).toMatchObject({ first: 'sent' });
});

test('what is in the queue by then comes back with its slot, and leaves after it', async () => {
  const tenant = await world.createTenant();
  await crowd(world, tenant, 5);
  const actions = await world.dispatchAllowed();
  expect(actions).toHaveLength(5);
  expect(await world.owner.transaction().execute(tenantsInQueue)).toContain(tenant.tenantId);
  await pause();

  const gates: string[] = [];
  const { port, mails } = provider(() => ACCEPT);
  const options = sendOptions(world, port, { onGated: (gate) => gates.push(gate) });
  await processSends(actions, options);

  expect(mails).toEqual([]);
  expect(gates).toEqual(['paused', 'paused', 'paused', 'paused', 'paused']);
  await resume();
  await processSends(await world.dispatchAllowed(), options);
  expect(mails).toHaveLength(5);
});

test('the statement that begins a hand-off asks as well', async () => {
  const mail = await enrolled(world);
  const actions = await world.dispatchAllowed();
  // It is paused after the worker has read that it is not.
  const store = withMethods(world.store, (tx) => ({
    async rateLimits(): Promise<SendLimits> {
      const before = await tx.rateLimits();
      await pause();
      return before;
    },
  }));
  const gates: string[] = [];
  const { port, mails } = provider(() => ACCEPT);
  await processSends(
    actions,
    sendOptions(world, port, { store, onGated: (gate) => gates.push(gate) }),
  );

  expect(mails).toEqual([]);
  expect(gates).toEqual(['paused']);
  expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ first: 'queued' });
});

test('what has waited leaves no faster than its limits, once it goes on', async () => {
  const tenant = await world.createTenant();
  await crowd(world, tenant, 60);
  await pause();
  await hurry(world);
  expect(await world.dispatchAllowed()).toEqual([]);
  await resume();

  const { port } = provider(() => ACCEPT);
  // The sender's default: 20 in a minute.
  const options = world.dispatchOptions({ leadMs: 0, horizonMs: 0 });
  for (let round = 0; round < 3; round += 1) {
    const before = world.published.length;
    await dispatchSends(options);
    const actions = world.published
      .slice(before)
      .flatMap(({ job }) => ('actions' in job.data ? job.data.actions : []));
    await processSends(actions, sendOptions(world, port));
  }
  expect(await begunOf(tenant)).toBe(20);
});

test('a clock that is set, and a provider that answers again, end no pause of everything', async () => {
  const mail = await enrolled(world);
  await pause();
  await world.store.holdProvider('email', 1_000);
  await world.store.trustProvider('email');
  await setClock(world.owner, { campaignNow: world.clock.now(), rate: 1 });
  await world.rows("UPDATE provider_holds SET held_until = '-infinity' WHERE channel = 'email'");

  expect(await world.dispatchAllowed()).toEqual([]);
  expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ first: 'queued' });
});

test('no strike and no probe of everything can be', async () => {
  await pause();
  for (const change of ['strikes = 1', 'unknowns = 1', 'probing = true', 'held_until = now()']) {
    await expect(
      world.rows(`UPDATE provider_holds SET ${change} WHERE channel = 'every'`),
    ).rejects.toThrow('provider_holds_every');
  }
  const read = await world.store.transaction([], (tx) => tx.rateLimits());
  expect(read).toMatchObject({ providers: {}, pausedFor: 'a wrong link' });
});

test('each pause of everything, and each end of it, is on the record', async () => {
  await world.rows('DELETE FROM platform_audit_log');
  await pause();
  await resume();
  expect(
    await world.rows('SELECT actor, action, before, after FROM platform_audit_log ORDER BY id'),
  ).toEqual([
    {
      actor: 'operator',
      action: 'sending.paused',
      before: null,
      after: { reason: 'a wrong link' },
    },
    {
      actor: 'operator',
      action: 'sending.resumed',
      before: { reason: 'a wrong link' },
      after: null,
    },
  ]);
});

test('a tenant ends its own pause, and none that somebody else has laid over it', async () => {
  const { tenantId } = await world.createTenant();
  const own = { by: 'api_key:1', own: true };
  expect(await pauseTenant(world.apiStore, tenantId, 'holidays', own)).toBe(true);
  expect(await resumeTenant(world.apiStore, tenantId, own)).toBe('resumed');
  expect(await resumeTenant(world.apiStore, tenantId, own)).toBe('was_active');

  await pauseTenant(world.apiStore, tenantId, 'holidays', own);
  expect(await pauseTenant(world.store, tenantId, 'SendGrid said 401')).toBe(true);
  expect(await pauseTenant(world.apiStore, tenantId, 'holidays', own)).toBe(false);
  expect(await resumeTenant(world.apiStore, tenantId, own)).toBe('not_own');
  expect(await resumeTenant(world.apiStore, tenantId, { by: 'operator', own: false })).toBe(
    'resumed',
  );
  expect(
    await world.rows(
      'SELECT actor, action, before, after FROM audit_log WHERE tenant_id = ? ORDER BY id',
      tenantId,
    ),
  ).toMatchObject([
    { actor: 'api_key:1', action: 'tenant.paused', after: { reason: 'holidays' } },
    {
      actor: 'api_key:1',
      action: 'tenant.resumed',
      before: { status: 'paused', pauseReason: 'holidays' },
    },
    { actor: 'api_key:1', action: 'tenant.paused' },
    { actor: 'operator', action: 'tenant.resumed' },
  ]);
});

import { newId } from '@cadenza/domain';
import { explainEnrollment, pauseCampaign, sendNow, startCampaign, verify } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  liftLimits,
  messagesOf,
  provider,
  sendDue,
  sendOptions,
  sent,
  stop,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  // What one test leaves behind is not due in the next.
  await world.rows("UPDATE campaigns SET status = 'paused'");
});
afterAll(() => world.close());

const HOUR = 3_600_000;

/** A first mail with a delay, and if wanted a window that is shut now. */
function delayed({ shut = false } = {}) {
  const clockTime = (offsetHours: number) =>
    new Date(world.clock.now() + offsetHours * HOUR).toISOString().slice(11, 16);
  return {
    version: '1.0',
    timezone: 'UTC',
    ...(shut && { quietHours: { start: clockTime(-2), end: clockTime(2) } }),
    startNodeId: 'first',
    nodes: [
      {
        id: 'first',
        channel: 'email',
        action: 'send',
        subject: 'Hello',
        body: '<p>Hello</p>',
        schedule: { delay: 'P3D' },
        transitions: [],
      },
    ],
  };
}

function now({ tenant, enrollmentId }: Enrolled, anyTime = false) {
  const { apiStore: store, plans, clock, graceMs } = world;
  return sendNow(
    { tenantId: tenant.tenantId, enrollmentId, anyTime },
    { store, plans, now: () => clock.now(), graceMs },
  );
}

async function why({ tenant, enrollmentId }: Enrolled) {
  const { store, plans, limiter, graceMs, clock } = world;
  const explained = await explainEnrollment(
    { tenantId: tenant.tenantId, id: enrollmentId },
    { store, plans, limiter, graceMs, rate: clock.rate },
  );
  const gate = (name: string) => explained?.gates.find((one) => one.gate === name);
  return { answer: explained?.answer.gate, delay: gate('delay'), window: gate('window') };
}

/** Everything of the tenant is the fold of what is recorded. @returns how many enrollments that are. */
async function verified({ tenant: { tenantId } }: Pick<Enrolled, 'tenant'>): Promise<number> {
  let enrollments = 0;
  for await (const page of verify({ tenantId, campaignId: null }, { store: world.store })) {
    expect(page.differences).toEqual([]);
    expect(page.notComparable).toBe(0);
    enrollments += page.enrollments;
  }
  return enrollments;
}

async function inputsOf({ enrollmentId }: Enrolled): Promise<string[]> {
  const rows = await world.rows<{ kind: string }>(
    "SELECT input ->> 'kind' AS kind FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq",
    enrollmentId,
  );
  return rows.map(({ kind }) => kind);
}

test('a message leaves without the rest of its delay, and all is as recorded', async () => {
  const mail = await enrolled(world, await world.createTenant(delayed()));
  expect(await why(mail)).toMatchObject({ answer: 'delay', delay: { state: 'closed' } });
  await sendDue(world);
  expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });

  const result = await now(mail);
  expect(result).toMatchObject({ nodeId: 'first', visit: 1, inWindow: true });
  expect(await why(mail)).toMatchObject({
    delay: { state: 'open', reason: expect.stringContaining('an operator wants it now') as string },
    window: { state: 'open' },
  });
  // A second word changes nothing, and none is on the record.
  expect(await now(mail)).toMatchObject({ nodeId: 'first' });
  expect(await inputsOf(mail)).toEqual(['enrolled', 'hurried']);
  expect(await verified(mail)).toBe(1);

  const { mails, port } = provider(() => ACCEPT);
  await sendDue(world, port);
  expect(mails).toHaveLength(1);
  expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
  expect(await inputsOf(mail)).toEqual(['enrolled', 'hurried', 'begun', 'sent']);
  expect(await verified(mail)).toBe(1);
  await sendDue(world, port);
  expect(mails).toHaveLength(1);
});

test('windows count, unless they are said not to', async () => {
  const mail = await enrolled(world, await world.createTenant(delayed({ shut: true })));
  const { mails, port } = provider(() => ACCEPT);
  const result = await now(mail);
  const waits = result !== null && 'runAt' in result ? result.runAt - world.clock.now() : 0;
  expect(waits).toBeGreaterThan(HOUR);
  expect(waits).toBeLessThanOrEqual(2 * HOUR);
  expect(await why(mail)).toMatchObject({ answer: 'window', delay: { state: 'open' } });
  await sendDue(world, port);
  expect(mails).toEqual([]);

  expect(await now(mail, true)).toMatchObject({ inWindow: false });
  expect(await why(mail)).toMatchObject({
    window: { state: 'open', reason: expect.stringContaining('whatever') as string },
  });
  await sendDue(world, port);
  expect(mails).toHaveLength(1);
  expect(await inputsOf(mail)).toEqual(['enrolled', 'hurried', 'hurried', 'begun', 'sent']);
  expect(await verified(mail)).toBe(1);
});

test('a window that is ignored stays so for whatever puts the message off', async () => {
  const tenant = await world.createTenant(delayed({ shut: true }));
  const waitsFor = async ({ enrollmentId }: Enrolled) => {
    const [action] = await world.rows<{ at: number }>(
      `SELECT epoch_ms(run_at) AS at FROM scheduled_actions
       WHERE enrollment_id = ? AND status = 'pending'`,
      enrollmentId,
    );
    return (action?.at ?? Infinity) - world.clock.now();
  };
  // The call is not made: what had begun is taken back, and tried again soon.
  const released = await enrolled(world, tenant);
  await now(released, true);
  const tooLate = { cause: 'deadline_passed', retryAfterMs: null, reason: 'too late' } as const;
  await sendDue(world, provider(() => ({ kind: 'not_handed_off', ...tooLate })).port);
  expect(await inputsOf(released)).toEqual(['enrolled', 'hurried', 'begun', 'released']);
  expect(await waitsFor(released)).toBeLessThan(HOUR / 2);
  expect(await verified(released)).toBe(1);

  // The gate of the hand-off puts it off: its address is in doubt for some minutes.
  const doubted = await enrolled(world, tenant);
  await now(doubted, true);
  const jobs = await world.dispatch();
  await world.rows(
    'UPDATE contact_channels SET doubted_until = now() WHERE contact_id = ?',
    doubted.contactId,
  );
  await processSends(jobs, sendOptions(world, provider(() => ACCEPT).port));
  expect(await inputsOf(doubted)).toEqual(['enrolled', 'hurried']);
  const waits = await waitsFor(doubted);
  expect(waits).toBeGreaterThan(0);
  expect(waits).toBeLessThan(HOUR / 2);
});

test('a suppression, a pause and an absence count as ever', async () => {
  const { mails, port } = provider(() => ACCEPT);
  const gone = await enrolled(world, await world.createTenant(delayed()));
  await world.rows(
    `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source, first_seen_at, last_seen_at)
     VALUES (?, ?, 'email', ?, 'manual', 'test', now(), now())`,
    newId(),
    gone.tenant.tenantId,
    gone.address,
  );
  await now(gone);
  expect(await why(gone)).toMatchObject({ answer: 'suppressed' });
  await sendDue(world, port);
  expect(await enrollmentOf(world, gone.enrollmentId)).toMatchObject({ status: 'suppressed' });
  expect(await now(gone)).toEqual({ refused: 'ended' });
  expect(await verified(gone)).toBe(1);

  const paused = await enrolled(world, await world.createTenant(delayed()));
  const campaign = { tenantId: paused.tenant.tenantId, id: paused.tenant.campaignId };
  await pauseCampaign(world.store, campaign, 'test');
  await now(paused);
  expect(await why(paused)).toMatchObject({ answer: 'campaign' });
  await sendDue(world, port);
  expect(mails).toEqual([]);
  await startCampaign(world.store, campaign);
  await sendDue(world, port);
  expect(mails).toHaveLength(1);
});

test('nothing else than a message that waits can be sent now', async () => {
  const mail = await sent(world);
  expect(await now(mail)).toEqual({ refused: 'waits_for_event' });
  await stop(world, mail);
  expect(await now(mail)).toEqual({ refused: 'ended' });
  const unknown = { ...mail, enrollmentId: newId() };
  expect(await now(unknown)).toBeNull();
  const stranger = { ...(await enrolled(world)), tenant: mail.tenant };
  expect(await now(stranger)).toBeNull();
  expect(await inputsOf(mail)).not.toContain('hurried');
});

test('two words at once are one, and a begin under way is not called back', async () => {
  const tenant = await world.createTenant(delayed());
  const { mails, port } = provider(() => ACCEPT);
  for (let round = 0; round < 10; round += 1) {
    const mail = await enrolled(world, tenant);
    await Promise.all([now(mail), now(mail)]);
    const jobs = await world.dispatch();
    await Promise.all([processSends(jobs, sendOptions(world, port)), now(mail, true)]);
    await sendDue(world, port);
    expect(mails).toHaveLength(round + 1);
    expect((await inputsOf(mail)).filter((kind) => kind === 'begun')).toHaveLength(1);
  }
  expect(await verified({ tenant })).toBe(10);
});

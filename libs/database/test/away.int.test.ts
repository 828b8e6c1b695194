import { newId } from '@cadenza/domain';
import { recordAbsences, stopColleagues } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { heldBeforeCommit, door, lockWaiters } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  sendDue,
  sendOptions,
  sent,
  stop,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, TWO_STEPS, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

const DAY = 86_400_000;

function day(offset: number): string {
  return new Date(world.clock.now() + offset * DAY).toISOString().slice(0, 10);
}

/** An automatic answer that names a day, or none. */
function absent(
  { tenant, contactId }: Pick<Enrolled, 'tenant' | 'contactId'>,
  returnDate: string | null,
  store = world.store,
) {
  const { plans, graceMs } = world;
  const now = world.clock.now();
  const absence = { ...tenant, contactId, inputId: `away:${newId()}`, at: now, returnDate };
  return store.transaction([tenant.tenantId], (tx) =>
    recordAbsences(tx, [absence], { plans, now, graceMs }),
  );
}

async function runAt({ enrollmentId }: Enrolled): Promise<number[]> {
  const rows = await world.rows<{ at: number }>(
    `SELECT epoch_ms(run_at) AS at FROM scheduled_actions
     WHERE enrollment_id = ? AND status = 'pending' ORDER BY run_at`,
    enrollmentId,
  );
  return rows.map(({ at }) => at);
}

describe('an automatic answer', () => {
  test('holds what waits, and nothing of the wait is used up', async () => {
    const mail = await sent(world);
    const [before = 0] = await runAt(mail);

    const applied = await absent(mail, day(30));

    expect(applied).toMatchObject([{ outcome: 'applied', enrollmentId: mail.enrollmentId }]);
    const [after = 0] = await runAt(mail);
    // To the beginning of the business day after the return: 30 to 34 days, less the hours of today.
    expect(after - before).toBeGreaterThan(29 * DAY);
    expect(after - before).toBeLessThan(35 * DAY);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('holds for a week where it names no day', async () => {
    const mail = await sent(world);
    const [before = 0] = await runAt(mail);
    await absent(mail, null);
    const [after = 0] = await runAt(mail);
    expect((after - before) / DAY).toBeCloseTo(7, 2);
  });

  test('takes back a message that is in a worker’s hands already', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);

    await absent(mail, day(3));
    expect(await processSends(jobs, sendOptions(world, port))).toEqual({
      handedOff: 0,
      notBegun: jobs.length,
    });

    expect(mails).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'queued' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
    await sendDue(world, port);
    expect(mails).toEqual([]);
  });

  test('that commits first lets no begin that waits for it hand off', async () => {
    const tenant = await world.createTenant();
    for (let round = 0; round < 20; round += 1) {
      const mail = await enrolled(world, tenant);
      const jobs = await world.dispatch();
      const { mails, port } = provider(() => ACCEPT);
      const held = door();
      const recording = absent(mail, day(3), heldBeforeCommit(world.store, held));
      await held.reached;
      const begin = processSends(jobs, sendOptions(world, port));
      await lockWaiters(world, 1);
      held.open();
      await Promise.all([recording, begin]);
      expect(mails).toEqual([]);
    }
  });

  test('concerns the person’s own enrollments alone, and those that are active', async () => {
    const tenant = await world.createTenant();
    const [one, other] = [await sent(world, tenant), await sent(world, tenant)];
    const before = await runAt(other);
    await absent(one, day(3));
    expect(await runAt(other)).toEqual(before);
    const stranger = await world.createTenant();
    expect(await absent({ tenant: stranger, contactId: one.contactId }, day(3))).toEqual([]);
  });

  test('is nothing to a plan that goes on regardless', async () => {
    const mail = await sent(
      world,
      await world.createTenant({ ...TWO_STEPS, outOfOffice: { hold: false } }),
    );
    const before = await runAt(mail);
    expect(await absent(mail, day(3))).toEqual([]);
    expect(await runAt(mail)).toEqual(before);
  });
});

describe('somebody who is known to be away', () => {
  /** Enrols the person of another enrollment in a further campaign of the same plan. */
  async function enrolElsewhere({ tenant, contactId }: Enrolled, planVersionId?: string) {
    const campaignId = newId();
    await world.rows(
      `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
       SELECT tenant_id, ?, 'Another', coalesce(?::uuid, plan_version_id), sender_identity_id,
         'running'
       FROM campaigns WHERE tenant_id = ? AND id = ?`,
      campaignId,
      planVersionId ?? null,
      tenant.tenantId,
      tenant.campaignId,
    );
    const enrollmentId = await world.enrolOne({ ...tenant, campaignId }, contactId);
    return { enrollmentId } as Enrolled;
  }

  test('is held from the start in a campaign that begins meanwhile, until they are back', async () => {
    const mail = await sent(world);
    await absent(mail, day(30));
    const later = await enrolElsewhere(mail);

    const [first = 0] = await runAt(later);
    expect(first - world.clock.now()).toBeGreaterThan(29 * DAY);
    expect(first - world.clock.now()).toBeLessThan(35 * DAY);
    const { mails, port } = provider(() => ACCEPT);
    await sendDue(world, port);
    expect(mails).toEqual([]);
    // The same answer, for the one that began before it.
    const inputs = await world.rows<{ input_id: string }>(
      `SELECT DISTINCT input_id FROM campaign_transitions
       WHERE enrollment_id IN (?, ?) AND input ->> 'kind' = 'away'`,
      mail.enrollmentId,
      later.enrollmentId,
    );
    expect(inputs).toHaveLength(1);
  });

  test('is held by what they said last, though nothing was under way then', async () => {
    const mail = await sent(world);
    await stop(world, mail);
    expect(await absent(mail, day(30))).toEqual([]);
    expect(await absent(mail, null)).toEqual([]);
    const [dated = 0] = await runAt(await enrolElsewhere(mail));
    expect(dated - world.clock.now()).toBeGreaterThan(29 * DAY);
    await absent(mail, day(3));
    const [corrected = 0] = await runAt(await enrolElsewhere(mail));
    expect(corrected - world.clock.now()).toBeLessThan(8 * DAY);
  });

  test('is held no more when they are back', async () => {
    const mail = await sent(world);
    await absent(mail, day(3));
    await world.rows(
      `UPDATE contact_absences
       SET answered_at = answered_at - interval '20 days', return_on = return_on - 20
       WHERE contact_id = ?`,
      mail.contactId,
    );
    const [first = 0] = await runAt(await enrolElsewhere(mail));
    expect(first - world.clock.now()).toBeLessThan(DAY);
  });

  test('and enrolled while the answer comes is held, whichever commits first', async () => {
    const mail = await sent(world);
    await stop(world, mail);
    const held = door();
    const recording = absent(mail, day(30), heldBeforeCommit(world.store, held));
    await held.reached;
    const enrolling = enrolElsewhere(mail);
    await lockWaiters(world, 1);
    held.open();
    await recording;
    const [first = 0] = await runAt(await enrolling);
    expect(first - world.clock.now()).toBeGreaterThan(29 * DAY);
  });
});

describe('a reply of a colleague', () => {
  async function atCompany(mails: readonly Enrolled[]): Promise<void> {
    const [first] = mails;
    if (first === undefined) return;
    const leadId = newId();
    const { tenantId } = first.tenant;
    await world.rows(
      'INSERT INTO leads (tenant_id, id, name) VALUES (?, ?, ?)',
      tenantId,
      leadId,
      leadId,
    );
    await world.rows(
      'UPDATE contacts SET lead_id = ? WHERE tenant_id = ? AND id = ANY (?::uuid[])',
      leadId,
      tenantId,
      mails.map(({ contactId }) => contactId),
    );
  }

  function replied({ tenant, contactId }: Enrolled) {
    const { plans, graceMs } = world;
    const now = world.clock.now();
    return world.store.transaction([tenant.tenantId], (tx) =>
      stopColleagues(tx, [{ tenantId: tenant.tenantId, contactId, inputId: newId(), at: now }], {
        plans,
        now,
        graceMs,
      }),
    );
  }

  test('stops the whole company, where the plan says so', async () => {
    const tenant = await world.createTenant({ ...TWO_STEPS, companyStop: true });
    const [one, colleague, stranger] = [
      await sent(world, tenant),
      await enrolled(world, tenant),
      await enrolled(world, tenant),
    ];
    await atCompany([one, colleague]);

    expect(await replied(one)).toEqual([colleague.enrollmentId]);

    expect(await enrollmentOf(world, colleague.enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'company_replied',
    });
    expect(await messagesOf(world, colleague.enrollmentId)).toEqual({ first: 'canceled' });
    for (const { enrollmentId } of [one, stranger]) {
      expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'active' });
    }
    expect(await replied(one)).toEqual([]);
  });

  test('stops nobody whose plan does not say so', async () => {
    const tenant = await world.createTenant();
    const [one, colleague] = [await sent(world, tenant), await enrolled(world, tenant)];
    await atCompany([one, colleague]);
    expect(await replied(one)).toEqual([]);
    expect(await enrollmentOf(world, colleague.enrollmentId)).toMatchObject({ status: 'active' });
  });
});

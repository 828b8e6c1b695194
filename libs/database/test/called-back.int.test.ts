import { resendMessage } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrollmentOf,
  fireTimers,
  hurry,
  liftLimits,
  liveActions,
  messageOf,
  messagesOf,
  provider,
  providerEvent,
  sendOptions,
  sent,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

const HOUR = 3_600_000;
/** What happens to a step that is an hour late. */
const SKIPPED = {
  schedule: { delay: 'PT0S', maxLateness: 'PT1H' },
  transitions: [{ on: 'skipped', to: 'instead' }],
};
const send = (id: string, more: object = {}) => ({
  id,
  channel: 'email',
  action: 'send',
  subject: id,
  body: `<p>${id}</p>`,
  transitions: [],
  ...more,
});
/** Who does not open gets `bump` after an hour; who opens gets it after six without a click. */
const planWith = (bump: object, ...more: readonly object[]) => ({
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    send('first', {
      transitions: [
        { on: 'no_open', to: 'bump', after: 'PT1H' },
        { on: 'opened', to: 'opened', within: 'PT1H' },
      ],
    }),
    {
      id: 'opened',
      channel: 'email',
      action: 'wait',
      transitions: [{ on: 'no_click', to: 'bump', after: 'PT6H' }],
    },
    send('bump', bump),
    ...more,
  ],
});

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

/** What one test leaves behind is not due in the next. */
afterEach(() => world.rows("UPDATE campaigns SET status = 'paused'"));

afterAll(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
});

/** Works what is due, each job so often, by a worker whose clock is ahead. */
async function work({ hoursAhead = 0, copies = 1 } = {}) {
  await hurry(world);
  const { mails, port } = provider(() => ACCEPT);
  const { clock, store } = world;
  const errors: unknown[] = [];
  const jobs = await world.dispatch();
  // The first of all is worked alone: one that is out of date lets the others share their batch.
  const stale = jobs.slice(0, 1).map((job) => ({ ...job, dispatch: 0 }));
  const { handedOff } = await processSends(
    [...stale, ...Array.from({ length: copies }, () => jobs).flat()],
    sendOptions(world, port, {
      clock: { ...clock, rate: clock.rate, now: () => clock.now() + hoursAhead * HOUR },
      store: {
        ...store,
        transaction: (tenantIds, run) =>
          store.transaction(tenantIds, run).catch((error: unknown) => {
            errors.push(error);
            throw error;
          }),
      },
    }),
  );
  return { handedOff, subjects: mails.map(({ subject }) => subject), errors };
}

/** An open of the first message from before the silence, which calls back what followed it. */
function openLate(mail: Enrolled) {
  return deliver(world, [providerEvent(world, mail, 'opened', { at: world.clock.now() - HOUR })]);
}

describe('a step that was skipped, and is called back', () => {
  const instead = send('instead', { schedule: { delay: 'P1D' } });
  const PLAN = planWith(SKIPPED, instead);

  test('is skipped again where it is late again', async () => {
    const mail = await sent(world, await world.createTenant(PLAN));
    await fireTimers(world, [mail.enrollmentId]);
    await work({ hoursAhead: 3 });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:instead:1:1']);

    await openLate(mail);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_click:opened:1:1']);
    await fireTimers(world, [mail.enrollmentId]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:bump:1:1']);
    expect(await work({ hoursAhead: 9 })).toEqual({ handedOff: 0, subjects: [], errors: [] });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:instead:1:1']);
  });

  test('is skipped once where its job comes twice, and costs its neighbours nothing', async () => {
    const plan = { ...PLAN, nodes: [send('first', SKIPPED), instead] };
    const mail = await enrolled(world, await world.createTenant(plan));
    await world.rows(
      "UPDATE scheduled_actions SET due_at = due_at - interval '1 day' WHERE enrollment_id = ?",
      mail.enrollmentId,
    );
    const neighbour = await enrolled(world);
    expect(await work({ copies: 2 })).toEqual({ handedOff: 1, subjects: ['Hello'], errors: [] });

    expect(await messagesOf(world, neighbour.enrollmentId)).toEqual({ first: 'sent' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:instead:1:1']);
    expect(
      await world.rows(
        `SELECT FROM campaign_transitions WHERE enrollment_id = ? AND input ->> 'kind' = 'skipped'`,
        mail.enrollmentId,
      ),
    ).toHaveLength(1);
  });
});

describe('a step that could not be rendered, and is called back', () => {
  const PLAN = planWith({ subject: '{{contact.title}}' });

  async function failed(): Promise<Enrolled> {
    const mail = await sent(world, await world.createTenant(PLAN));
    await fireTimers(world, [mail.enrollmentId]);
    await work({ hoursAhead: 2 });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'failed',
      end_reason: 'render_error',
    });
    return mail;
  }

  async function callBack(mail: Enrolled): Promise<void> {
    await openLate(mail);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_click:opened:1:1']);
    await fireTimers(world, [mail.enrollmentId]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:bump:1:1']);
    expect(await messageOf(world, mail.enrollmentId, 'bump')).toMatchObject({
      status: 'queued',
      attempt: 1,
    });
  }

  test('is sent where it can be by then', async () => {
    const mail = await failed();
    await callBack(mail);
    await inTenants(world.api, [mail.tenant.tenantId], (trx) =>
      trx.updateTable('contacts').set({ title: 'Dr' }).execute(),
    );
    expect(await work()).toEqual({ handedOff: 1, subjects: ['Dr'], errors: [] });
    expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ bump: 'sent' });
  });

  test('fails again where it cannot, and can be sent again by an operator each time', async () => {
    const mail = await failed();
    const { id } = await messageOf(world, mail.enrollmentId, 'bump');
    const resend = (hoursAhead: number) =>
      resendMessage(
        { tenantId: mail.tenant.tenantId, id },
        { ...world, now: () => world.clock.now() + hoursAhead * HOUR },
      );
    expect(await resend(2)).toBeNull();
    expect(await messageOf(world, mail.enrollmentId, 'bump')).toMatchObject({ attempt: 2 });
    await callBack(mail);
    expect(await work({ hoursAhead: 7 })).toEqual({ handedOff: 0, subjects: [], errors: [] });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'failed',
      end_reason: 'render_error',
    });
    expect(await messageOf(world, mail.enrollmentId, 'bump')).toMatchObject({ status: 'failed' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    expect(await resend(7)).toBeNull();
    expect(await messageOf(world, mail.enrollmentId, 'bump')).toMatchObject({
      status: 'queued',
      attempt: 2,
    });
  });
});

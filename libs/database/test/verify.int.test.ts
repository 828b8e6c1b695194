import type { ProviderEvent, SendOutcome } from '@cadenza/domain';
import {
  detachInputs,
  resendMessage,
  resolveUnknown,
  verify,
  type Difference,
} from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  fireTimers,
  hurry,
  liftLimits,
  liveActions,
  provider,
  providerEvent,
  record,
  reply,
  sendDue,
  sent,
  stop,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

/** What one test leaves behind is not due in the next. */
afterEach(() => world.rows("UPDATE campaigns SET status = 'paused'"));

afterAll(() => world.close());

const REJECTED: SendOutcome = {
  kind: 'rejected',
  scope: 'message',
  statusCode: 400,
  reason: 'bad content',
};
const TOO_LATE: SendOutcome = {
  kind: 'not_handed_off',
  cause: 'deadline_passed',
  retryAfterMs: null,
  reason: 'too late',
};
const UNKNOWN: SendOutcome = { kind: 'unknown', reason: 'no answer' };

/** Who opens waits for a click; who does not hears once more. */
const WITH_WAIT = {
  ...TWO_STEPS,
  nodes: [
    ...TWO_STEPS.nodes.map((node) =>
      node.id === 'first'
        ? {
            ...node,
            transitions: [
              { on: 'no_open', to: 'second', after: 'PT72H' },
              { on: 'opened', to: 'read', within: 'PT72H' },
            ],
          }
        : node,
    ),
    {
      id: 'read',
      channel: 'email',
      action: 'wait',
      transitions: [
        { on: 'clicked', to: 'third', within: 'P1D' },
        { on: 'no_click', to: 'second', after: 'P1D' },
      ],
    },
  ],
};

function answering(answer: SendOutcome) {
  return provider(() => answer).port;
}

async function sendAgain(answer: SendOutcome = ACCEPT): Promise<void> {
  await hurry(world);
  await sendDue(world, answering(answer));
}

function operator() {
  const { store, plans, graceMs, clock } = world;
  return { store, plans, graceMs, now: () => clock.now() };
}

const ref = ({ tenant, messageId }: Enrolled) => ({ tenantId: tenant.tenantId, id: messageId });

function tell(of: Enrolled, ...types: readonly ProviderEvent['type'][]) {
  return deliver(
    world,
    types.map((type) => providerEvent(world, of, type)),
  );
}

/** One tenant's people after every kind of input. */
async function lively(): Promise<Tenant> {
  const tenant = await world.createTenant(WITH_WAIT);
  const one = () => sent(world, tenant);
  const clicked = await one();
  await tell(clicked, 'clicked', 'opened', 'delivered');
  const silent = await one();
  await fireTimers(world, [silent.enrollmentId]);
  const waiting = await one();
  await deliver(world, [
    providerEvent(world, waiting, 'opened', { actor: 'machine', at: world.clock.now() }),
  ]);
  await tell(waiting, 'delivered');
  const read = await one();
  await tell(read, 'opened');
  await fireTimers(world, [read.enrollmentId]);
  await sendAgain();
  // Late: the next hand-off has begun.
  await tell(silent, 'opened', 'clicked');

  const soft = await one();
  await deliver(world, [providerEvent(world, soft, 'bounced', { bounceKind: 'soft' })]);
  await sendAgain();
  await tell(await one(), 'bounced');
  await tell(await one(), 'unsubscribed');
  await tell(await one(), 'dropped');
  await reply(world, await one());
  await stop(world, await one());
  await suppressAddresses(world, tenant.tenantId, [(await one()).address]);

  const released = await enrolled(world, tenant);
  await sendAgain(TOO_LATE);
  await tell(released, 'delivered');
  const releasedTwice = await enrolled(world, tenant);
  await sendAgain(TOO_LATE);
  await sendAgain();
  await tell(releasedTwice, 'opened');

  const failed = await enrolled(world, tenant);
  await sendAgain(REJECTED);
  expect(await resendMessage(ref(failed), operator())).toBeNull();
  await sendAgain();
  for (const as of ['accepted', 'lost', 'failed'] as const) {
    const unknown = await enrolled(world, tenant);
    await sendAgain(UNKNOWN);
    expect(await resolveUnknown(ref(unknown), as, operator())).toBeNull();
  }
  await sendAgain();
  const stopped = await one();
  await stop(world, stopped);
  await enrolledAgain(world, stopped);
  await record(world, [
    {
      tenantId: tenant.tenantId,
      enrollmentId: (await enrolled(world, tenant)).enrollmentId,
      inputId: 'skipped:test',
      input: { kind: 'skipped', nodeId: 'first', visit: 1, at: world.clock.now() },
    },
  ]);
  return tenant;
}

async function verified(tenant: Tenant, pageSize?: number) {
  const result = {
    pages: 0,
    enrollments: 0,
    inputs: 0,
    notComparable: 0,
    differences: [] as Difference[],
  };
  const request = { tenantId: tenant.tenantId, campaignId: null };
  for await (const page of verify(request, {
    store: world.store,
    ...(pageSize === undefined ? {} : { pageSize }),
  })) {
    result.pages += 1;
    result.enrollments += page.enrollments;
    result.inputs += page.inputs;
    result.notComparable += page.notComparable;
    result.differences.push(...page.differences);
  }
  return result;
}

async function whatDiffers(tenant: Tenant): Promise<string[]> {
  return (await verified(tenant)).differences.map(({ what }) => what);
}

describe('verifying', () => {
  test('finds nothing after inputs of every kind, however it is divided into pages', async () => {
    const tenant = await lively();
    const kinds = await world.rows<{ kind: string }>(
      `SELECT DISTINCT input ->> 'kind' AS kind FROM campaign_transitions WHERE tenant_id = ?
       ORDER BY 1`,
      tenant.tenantId,
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'begun',
      'enrolled',
      'event',
      'failed',
      'lost',
      'released',
      'resend',
      'sent',
      'skipped',
      'stopped',
      'suppressed',
      'timer',
    ]);
    const [{ enrollments = 0, inputs = 0 } = {}] = await world.rows<{
      enrollments: number;
      inputs: number;
    }>(
      `SELECT count(DISTINCT enrollment_id) AS enrollments, count(*) AS inputs
       FROM campaign_transitions WHERE tenant_id = ?`,
      tenant.tenantId,
    );

    const whole = await verified(tenant);
    expect(whole).toEqual({ pages: 1, enrollments, inputs, notComparable: 0, differences: [] });
    expect(await verified(tenant, 7)).toEqual({
      ...whole,
      pages: Math.floor(enrollments / 7) + 1,
    });
  });

  test('is bound to one campaign where it is asked to be', async () => {
    const one = await sent(world);
    await world.rows(
      'UPDATE contact_campaigns SET state = state || \'{"enteredAt": 1}\' WHERE id = ?',
      one.enrollmentId,
    );
    const { tenantId, campaignId } = one.tenant;
    const found = async (campaign: string) => {
      const differences: Difference[] = [];
      for await (const page of verify({ tenantId, campaignId: campaign }, world)) {
        differences.push(...page.differences);
      }
      return differences;
    };
    expect(await found(campaignId)).toHaveLength(1);
    expect(await found(one.enrollmentId)).toEqual([]);
  });

  test('takes what is under way in another transaction as it was before', async () => {
    const one = await sent(world);
    const { tenantId } = one.tenant;
    await inTenants(world.worker, [tenantId], async (trx) => {
      await trx
        .updateTable('scheduled_actions')
        .set({ status: 'canceled' })
        .where('enrollment_id', '=', one.enrollmentId)
        .execute();
      expect(await whatDiffers(one.tenant)).toEqual([]);
    });
    expect(await whatDiffers(one.tenant)).toEqual(['action no_open:first:1:1']);
  });

  test('leaves out what another version of the machine has folded', async () => {
    const one = await sent(world);
    await world.rows(
      'UPDATE campaign_transitions SET machine_version = 0, outcome = ? WHERE enrollment_id = ?',
      'of another time',
      one.enrollmentId,
    );
    expect(await verified(one.tenant)).toMatchObject({ notComparable: 1, differences: [] });
  });
});

/** Each with what it is called, on an enrollment after: enrolled 1, begun 2, sent 3, opened 4. */
const PLANTED: readonly (readonly [name: string, sql: string, what: readonly string[]])[] = [
  [
    'a state',
    'UPDATE contact_campaigns SET state = state || \'{"enteredAt": 1}\' WHERE id = ?',
    ['state'],
  ],
  [
    'a base’s state',
    'UPDATE contact_campaigns SET base_state = coalesce(base_state, state) || \'{"visit": 2}\' WHERE id = ?',
    ['base'],
  ],
  ['a base’s number', 'UPDATE contact_campaigns SET base_seq = 1 WHERE id = ?', ['base']],
  ['a version', 'UPDATE contact_campaigns SET version = version + 1 WHERE id = ?', ['version']],
  [
    'an input that is gone',
    'DELETE FROM campaign_transitions WHERE seq = 3 AND enrollment_id = ?',
    ['input 3'],
  ],
  [
    'the last input, gone',
    'DELETE FROM campaign_transitions WHERE seq = 4 AND enrollment_id = ?',
    ['version', 'state', 'action no_open:first:1:1', 'action send:third:1:1', 'message third:1'],
  ],
  ['all inputs, gone', 'DELETE FROM campaign_transitions WHERE enrollment_id = ?', ['input 1']],
  [
    'an input’s time',
    `UPDATE campaign_transitions SET input = input || '{"at": 4102444800000}'
     WHERE seq = 3 AND enrollment_id = ?`,
    ['input 3'],
  ],
  [
    'an input of another type',
    `UPDATE campaign_transitions SET input = input || '{"type": "delivered"}'
     WHERE seq = 4 AND enrollment_id = ?`,
    [
      'outcome 4',
      'nodes 4',
      'effects 4',
      'state',
      'action no_open:first:1:1',
      'action send:third:1:1',
      'message third:1',
    ],
  ],
  [
    'an input that is none',
    `UPDATE campaign_transitions SET input = '{"kind": "wished"}'
     WHERE seq = 3 AND enrollment_id = ?`,
    ['inputs'],
  ],
  [
    'an outcome',
    "UPDATE campaign_transitions SET outcome = 'late' WHERE seq = 4 AND enrollment_id = ?",
    ['outcome 4'],
  ],
  [
    'effects',
    `UPDATE campaign_transitions SET effects = effects || '{"add": []}'
     WHERE seq = 4 AND enrollment_id = ?`,
    ['effects 4'],
  ],
  [
    'an action that is gone',
    "DELETE FROM scheduled_actions WHERE dedupe_key = 'send:third:1:1' AND enrollment_id = ?",
    ['action send:third:1:1'],
  ],
  [
    'an action that is canceled',
    `UPDATE scheduled_actions SET status = 'canceled'
     WHERE dedupe_key = 'send:third:1:1' AND enrollment_id = ?`,
    ['action send:third:1:1'],
  ],
  [
    'an action left over',
    `UPDATE scheduled_actions SET status = 'pending'
     WHERE dedupe_key = 'no_open:first:1:1' AND enrollment_id = ?`,
    ['action no_open:first:1:1'],
  ],
  [
    'an action moved',
    `UPDATE scheduled_actions SET due_at = due_at + interval '1 hour'
     WHERE status = 'pending' AND enrollment_id = ?`,
    ['action send:third:1:1'],
  ],
  [
    'a message that is not queued',
    "UPDATE outbound_messages SET status = 'canceled' WHERE node_id = 'third' AND enrollment_id = ?",
    ['message third:1'],
  ],
  [
    'a message of another attempt',
    "UPDATE outbound_messages SET attempt = 2 WHERE node_id = 'third' AND enrollment_id = ?",
    ['message third:1'],
  ],
  [
    'a message that is gone',
    "UPDATE outbound_messages SET node_id = 'lost' WHERE node_id = 'first' AND enrollment_id = ?",
    ['message first:1'],
  ],
  [
    'a plan',
    `UPDATE campaign_plan_versions SET plan = '{}' WHERE id = (
       SELECT plan_version_id FROM contact_campaigns WHERE id = ?)`,
    ['plan'],
  ],
];

describe('verifying names what differs:', () => {
  test.each(PLANTED)('%s', async (_name, statement, what) => {
    const one = await sent(world);
    const neighbour = await sent(world, one.tenant);
    await tell(one, 'opened');
    expect(await whatDiffers(one.tenant)).toEqual([]);

    await world.rows(statement, one.enrollmentId);

    const { differences } = await verified(one.tenant);
    const own = differences.filter(({ enrollmentId }) => enrollmentId !== neighbour.enrollmentId);
    expect(own.map((difference) => difference.what)).toEqual(what);
    for (const difference of differences) {
      expect(difference).toMatchObject({ tenantId: one.tenant.tenantId });
    }
  });

  test('with the fields that differ, as they should be and as they are', async () => {
    const one = await sent(world);
    const [{ at = 0 } = {}] = await world.rows<{ at: number }>(
      "SELECT (state ->> 'enteredAt')::bigint AS at FROM contact_campaigns WHERE id = ?",
      one.enrollmentId,
    );
    await world.rows(
      'UPDATE contact_campaigns SET state = state || \'{"enteredAt": 1}\' WHERE id = ?',
      one.enrollmentId,
    );
    expect((await verified(one.tenant)).differences).toEqual([
      {
        tenantId: one.tenant.tenantId,
        enrollmentId: one.enrollmentId,
        what: 'state',
        expected: { enteredAt: at },
        found: { enteredAt: 1 },
      },
    ]);
  });
});

describe('inputs of ended enrollments', () => {
  const detach = (tenant: Tenant, before = world.clock.now() + 1) =>
    detachInputs({ tenantId: tenant.tenantId, before }, world);
  const seqs = async ({ enrollmentId }: Enrolled) =>
    (
      await world.rows<{ seq: number }>(
        'SELECT seq FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq',
        enrollmentId,
      )
    ).map(({ seq }) => seq);

  /** Enrolled, begun, sent, opened; then begun, and refused for good. */
  async function failedLater(): Promise<Enrolled> {
    const one = await sent(world);
    await tell(one, 'opened');
    await sendAgain(REJECTED);
    expect(await seqs(one)).toEqual([1, 2, 3, 4, 5, 6]);
    return one;
  }

  test('are detached up to the last hand-off, and verifying goes on from there', async () => {
    const one = await failedLater();
    const running = await sent(world, one.tenant);

    expect(await detach(one.tenant, world.clock.now() - 3_600_000)).toEqual({
      enrollments: 0,
      inputs: 0,
      unverified: 0,
    });
    expect(await detach(one.tenant)).toEqual({ enrollments: 1, inputs: 5, unverified: 0 });

    expect(await seqs(one)).toEqual([6]);
    expect(await seqs(running)).toEqual([1, 2, 3]);
    expect(await whatDiffers(one.tenant)).toEqual([]);
    expect(await detach(one.tenant)).toMatchObject({ enrollments: 0, inputs: 0 });
    // The snapshot is what is compared with: another one does not lead to the same state.
    await world.rows(
      'UPDATE enrollment_snapshots SET state = state || \'{"visits": {}}\' WHERE enrollment_id = ?',
      one.enrollmentId,
    );
    expect(await whatDiffers(one.tenant)).toEqual(['state', 'base']);
  });

  test('are not missed by what comes later, hand-offs that are taken back included', async () => {
    const one = await failedLater();
    await detach(one.tenant);
    const [{ id = '' } = {}] = await world.rows<{ id: string }>(
      "SELECT id FROM outbound_messages WHERE node_id = 'third' AND enrollment_id = ?",
      one.enrollmentId,
    );
    await tell(one, 'clicked');
    expect(await resendMessage({ tenantId: one.tenant.tenantId, id }, operator())).toBeNull();
    expect(await liveActions(world, one.enrollmentId)).toEqual(['send:third:1:2']);

    await sendAgain(TOO_LATE);
    expect(await liveActions(world, one.enrollmentId)).toEqual(['send:third:1:2']);
    expect(await whatDiffers(one.tenant)).toEqual([]);
    await sendAgain();

    expect(await enrollmentOf(world, one.enrollmentId)).toMatchObject({ status: 'completed' });
    expect(await whatDiffers(one.tenant)).toEqual([]);
  });

  test('stay where a hand-off was taken back, is not decided, or nothing has begun', async () => {
    const released = await enrolled(world);
    await sendAgain(TOO_LATE);
    await sendAgain(REJECTED);
    const undecided = await enrolled(world);
    await sendAgain(UNKNOWN);
    const unbegun = await enrolled(world);
    for (const one of [released, undecided, unbegun]) {
      await stop(world, one);
      const before = await seqs(one);
      expect(await detach(one.tenant)).toEqual({ enrollments: 0, inputs: 0, unverified: 0 });
      expect(await seqs(one)).toEqual(before);
    }
  });

  test('stay where they do not lead to what is stored', async () => {
    const one = await failedLater();
    await world.rows(
      "UPDATE campaign_transitions SET outcome = 'late' WHERE seq = 4 AND enrollment_id = ?",
      one.enrollmentId,
    );
    expect(await detach(one.tenant)).toEqual({ enrollments: 0, inputs: 0, unverified: 1 });
    expect(await whatDiffers(one.tenant)).toEqual(['outcome 4']);
  });

  test('cannot be deleted without a snapshot', async () => {
    const one = await failedLater();
    const { tenantId } = one.tenant;
    await inTenants(world.worker, [tenantId], (trx) =>
      trx.deleteFrom('campaign_transitions').where('tenant_id', '=', tenantId).execute(),
    );
    expect(await seqs(one)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

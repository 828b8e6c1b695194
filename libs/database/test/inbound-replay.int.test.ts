import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  inboundOf,
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  receive,
  replyAddressOf,
  unsubscribeAddressOf,
} from './support/inbound.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  enrolledAgain,
  enrollmentOf,
  liftLimits,
  sendDue,
  sent,
  stop,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});
afterAll(() => world.close());

const ALL = { from: null, to: null, tenantId: null, quarantined: false, dryRun: false };

/** Has mail processed again as the sweep and a worker do. */
async function replay(request: Partial<Parameters<World['store']['replayInbound']>[0]>) {
  const mails = await world.store.replayInbound({ ...ALL, ...request });
  const outcomes: string[] = [];
  for (const ref of await world.store.waitingInbound(0, 1_000)) {
    outcomes.push((await processMail(world, blobs, ref)).outcome);
  }
  return { mails, outcomes };
}

async function kept(mail: Enrolled, to: string) {
  return keepMail(world, blobs, {
    form: rawForm(mime({ from: mail.address, to }), { from: mail.address, to: [to] }),
    addressee: mail.tenant.tenantId,
  });
}

const standing = async ({ enrollmentId, tenant: { tenantId } }: Enrolled) => ({
  enrollment: await enrollmentOf(world, enrollmentId),
  inputs: await world.rows(
    'SELECT input_id, outcome FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq',
    enrollmentId,
  ),
  mails: await inboundOf(world, tenantId),
  suppressions: await world.rows(
    'SELECT value, reason FROM communication_suppressions WHERE tenant_id = ?',
    tenantId,
  ),
});

describe('inbound mail that is processed again', () => {
  test('changes nothing that is right', async () => {
    const mail = await sent(world);
    await processMail(world, blobs, await kept(mail, replyAddressOf(mail)));
    const before = await standing(mail);
    expect(await replay({ tenantId: mail.tenant.tenantId })).toEqual({
      mails: 1,
      outcomes: ['duplicate'],
    });
    expect(await standing(mail)).toEqual(before);
  });

  test('brings back an input that was lost', async () => {
    const mail = await sent(world);
    const untouched = await world.rows<{ state: object; version: number }>(
      'SELECT state, version FROM contact_campaigns WHERE id = ?',
      mail.enrollmentId,
    );
    await processMail(world, blobs, await kept(mail, replyAddressOf(mail)));
    await world.rows(
      "DELETE FROM campaign_transitions WHERE enrollment_id = ? AND input ->> 'type' = 'replied'",
      mail.enrollmentId,
    );
    await world.rows(
      'UPDATE contact_campaigns SET state = ?::jsonb, version = ? WHERE id = ?',
      JSON.stringify(untouched[0]?.state),
      untouched[0]?.version,
      mail.enrollmentId,
    );
    await world.rows(
      "UPDATE scheduled_actions SET status = 'pending' WHERE enrollment_id = ? AND type <> 'send'",
      mail.enrollmentId,
    );
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    await replay({ tenantId: mail.tenant.tenantId });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ end_reason: 'replied' });
  });

  test.each(['sender', 'unsubscribe'] as const)(
    'is not taken for an answer to what was sent later (%s)',
    async (way) => {
      const mail = await sent(world);
      const to = way === 'sender' ? 'ann@example.com' : unsubscribeAddressOf(mail);
      await processMail(world, blobs, await kept(mail, to));
      await stop(world, mail);
      await world.rows(
        'DELETE FROM communication_suppressions WHERE tenant_id = ?',
        mail.tenant.tenantId,
      );
      await world.rows('DELETE FROM contact_opt_outs WHERE contact_id = ?', mail.contactId);
      const later = await enrolledAgain(world, mail);
      await sendDue(world);
      expect(await replay({ tenantId: mail.tenant.tenantId })).toMatchObject({ mails: 1 });
      expect(await standing(later)).toMatchObject({
        enrollment: { status: 'active' },
        suppressions: [],
      });
    },
  );

  test('and was put aside is understood when it can be', async () => {
    const mail = await sent(world);
    const ref = await kept(mail, replyAddressOf(mail));
    const key = `inbound/${ref.id}`;
    const bytes = blobs.kept.get(key);
    blobs.kept.set(key, Buffer.from('nothing'));
    expect(await processMail(world, blobs, ref)).toMatchObject({ outcome: 'quarantined' });
    if (bytes !== undefined) blobs.kept.set(key, bytes);
    const other = await sent(world, mail.tenant);
    await processMail(world, blobs, await kept(other, replyAddressOf(other)));
    const request = { tenantId: mail.tenant.tenantId, quarantined: true };
    expect(await replay({ ...request, dryRun: true })).toEqual({ mails: 1, outcomes: [] });
    expect(await replay(request)).toEqual({ mails: 1, outcomes: ['recorded'] });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ end_reason: 'replied' });
    expect(await replay(request)).toEqual({ mails: 0, outcomes: [] });
  });

  test('is that of a time, and of a tenant, though it came to the platform’s address', async () => {
    const [mail, other] = [await sent(world), await sent(world)];
    for (const one of [mail, other]) {
      await receive(world, blobs, { from: one.address, to: replyAddressOf(one) });
    }
    const { tenantId } = mail.tenant;
    const from = Date.now() + 60_000;
    expect(await replay({ tenantId, from })).toEqual({ mails: 0, outcomes: [] });
    expect(await replay({ tenantId, to: from })).toEqual({ mails: 1, outcomes: ['duplicate'] });
  });
});

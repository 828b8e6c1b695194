import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  liveActions,
  provider,
  sendDue,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

/** One message that needs a name and a number. */
const CONTACT = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: '{{contact.fullName}}',
      body: '<p>{{contact.firstName}} is called at {{contact.phone}}</p>',
      transitions: [],
    },
  ],
};

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

test('a message prints the phone number of its contact, and goes to the address', async () => {
  const tenant = await world.createTenant(CONTACT);
  const { contactId, address } = await enrolled(world, tenant);
  await inTenants(world.api, [tenant.tenantId], (trx) =>
    trx
      .insertInto('contact_channels')
      .values({
        tenant_id: tenant.tenantId,
        id: newId(),
        contact_id: contactId,
        channel: 'sms',
        address: '+493012345678',
      })
      .execute(),
  );
  const { mails, port } = provider(() => ACCEPT);

  await sendDue(world, port);

  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({
    to: { email: address },
    subject: 'Grace',
    text: expect.stringContaining('Grace is called at +493012345678') as string,
  });
});

test('a message that needs a number nobody has given fails, and says which', async () => {
  const tenant = await world.createTenant(CONTACT);
  const { messageId } = await enrolled(world, tenant);
  const { mails, port } = provider(() => ACCEPT);

  await sendDue(world, port);

  expect(mails).toHaveLength(0);
  const [message] = await world.rows<{ status: string; detail: string }>(
    'SELECT status, detail FROM outbound_messages WHERE id = ?',
    messageId,
  );
  expect(message).toEqual({
    status: 'failed',
    detail: expect.stringContaining('contact.phone') as string,
  });
});

test.each([
  ['an unknown helper', { body: '<p>{{shout contact.firstName}}</p>' }, /body .*shout/],
  ['an unescaped value', { body: '<p>{{{contact.firstName}}}</p>' }, /body .*\{\{\{/],
  ['a value in a style', { body: '<p style="color:{{contact.title}}">x</p>' }, /body .*style/],
  ['a script', { body: '<script>1</script>' }, /body .*script/],
  ['an unknown helper of its text', { text: '{{shout contact.firstName}}' }, /text .*shout/],
])(
  'a stored template with %s ends its enrollment, and costs its neighbours nothing',
  async (_, template, reason) => {
    const tenant = await world.createTenant();
    await world.rows(
      `UPDATE campaign_plan_versions
       SET plan = jsonb_set(plan, '{nodes,0}', plan #> '{nodes,0}' || ?::jsonb)
       WHERE tenant_id = ?`,
      JSON.stringify(template),
      tenant.tenantId,
    );
    const [bad, good] = [await enrolled(world, tenant), await enrolled(world)];
    const { mails, port } = provider(() => ACCEPT);

    expect(await sendDue(world, port)).toEqual({ handedOff: 1, notBegun: 1 });

    expect(mails.map(({ to }) => to.email)).toEqual([good.address]);
    expect(await enrollmentOf(world, bad.enrollmentId)).toMatchObject({
      status: 'failed',
      end_reason: 'render_error',
    });
    const [message] = await world.rows<{ status: string; detail: string }>(
      'SELECT status, detail FROM outbound_messages WHERE id = ?',
      bad.messageId,
    );
    expect(message).toEqual({
      status: 'failed',
      detail: expect.stringMatching(reason) as string,
    });
    expect(await liveActions(world, bad.enrollmentId)).toEqual([]);
  },
);

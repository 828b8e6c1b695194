import type { Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { unknownMessage } from './support/campaign.ts';
import { createOwnedTenant, type OwnedTenant } from './support/owned-tenant.ts';

let world: OwnedTenant;
let env: Record<string, string>;
let owner: Database;
let tenantId: string;

beforeAll(async () => {
  world = await createOwnedTenant(inject('postgresAdminUrl'));
  ({ env, owner, tenantId } = world);
});
afterAll(async () => {
  await world.close();
});

async function tenantRow() {
  return asTenant(owner, tenantId, (trx) =>
    trx
      .selectFrom('tenants')
      .select(['status', 'pause_reason', 'unknown_policy', 'postal_address'])
      .where('id', '=', tenantId)
      .executeTakeFirstOrThrow(),
  );
}

describe('a person', () => {
  test('is exported and erased, by their address, and known no more', async () => {
    const contactId = newId();
    await asTenant(owner, tenantId, async (trx) => {
      await trx
        .insertInto('contacts')
        .values({ tenant_id: tenantId, id: contactId, first_name: 'Ada' })
        .execute();
      await trx
        .insertInto('contact_channels')
        .values({
          tenant_id: tenantId,
          id: newId(),
          contact_id: contactId,
          channel: 'email',
          address: 'ada@example.org',
        })
        .execute();
    });
    const exported = await cadenza(
      ['contact', 'export', 'Ada@example.org', '--tenant', 'Acme'],
      env,
    );
    expect(JSON.parse(exported.out)).toMatchObject({
      contact: [{ id: contactId, first_name: 'Ada' }],
      channels: [{ address: 'ada@example.org' }],
    });
    const args = ['contact', 'erase', 'ada@example.org', '--tenant', 'Acme'];
    expect(await cadenza(args, env)).toMatchObject({
      code: 1,
      err: expect.stringContaining('ERASURE_SECRET'),
    });
    const withSecret = { ...env, ERASURE_SECRET: 's'.repeat(44) };
    expect(await answerOf(args, withSecret)).toMatchObject({ contactId, status: 'requested' });
    expect(await cadenza(args, withSecret)).toMatchObject({ code: 1 });
    const byId = ['contact', 'erase', contactId, '--tenant', 'Acme'];
    expect(await answerOf(byId, withSecret)).toMatchObject({ contactId, status: 'requested' });
  });
});

describe('a tenant', () => {
  test('is paused with a reason, and resumed', async () => {
    const paused = await cadenza(['tenant', 'pause', 'Acme', '--reason', 'holidays'], env);
    expect(paused).toMatchObject({ code: 0, out: 'Acme is paused\n' });
    expect(await tenantRow()).toMatchObject({ status: 'paused', pause_reason: 'holidays' });
    const listed = await cadenza(['tenant', 'list'], env);
    expect(listed.out).toMatch(/^id +status +name +pause reason$/m);
    expect(listed.out).toContain(`${tenantId}  paused  Acme  holidays\n`);
    expect(await answerOf(['tenant', 'list'], env)).toMatchObject({
      tenants: [{ id: tenantId, status: 'paused', pauseReason: 'holidays' }],
    });
    const resumed = await cadenza(['tenant', 'resume', 'Acme'], env);
    expect(resumed).toMatchObject({ code: 0, out: 'Acme is active again\n' });
    expect(await tenantRow()).toMatchObject({ status: 'active', pause_reason: null });
    const audited = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('audit_log')
        .select(['actor', 'before'])
        .where('action', '=', 'tenant.resumed')
        .execute(),
    );
    expect(audited).toEqual([
      { actor: 'operator', before: { status: 'paused', pauseReason: 'holidays' } },
    ]);
  });

  test('is given a postal address, and another', async () => {
    for (const address of ['1 Example Road', 'Acme\n2 Example Road']) {
      const set = await cadenza(['tenant', 'postal-address', 'Acme', address], env);
      expect(set).toMatchObject({ code: 0, out: `Acme: ${address}\n` });
      expect(await tenantRow()).toMatchObject({ postal_address: address });
    }
    const empty = await cadenza(['tenant', 'postal-address', 'Acme', ' '], env);
    expect(empty.code).toBe(2);
  });

  test('says what happens to unknown messages, in one of two words', async () => {
    expect(await cadenza(['tenant', 'unknown-policy', 'Acme', 'resend'], env)).toMatchObject({
      code: 0,
    });
    expect(await tenantRow()).toMatchObject({ unknown_policy: 'resend' });
    const wrong = await cadenza(['tenant', 'unknown-policy', 'Acme', 'perhaps'], env);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('hold, resend');
  });

  test('says for how long its data is kept, each kind by itself', async () => {
    const retention = (...options: string[]) =>
      cadenza(['tenant', 'retention', 'Acme', ...options], env);
    expect(await retention()).toMatchObject({
      code: 0,
      out: 'Acme: deliveries for ever, events for ever, inputs for ever, inbound for ever\n',
    });
    await retention('--deliveries', '1', '--events', '12');
    expect(await retention('--deliveries', 'forever', '--inputs', '6')).toMatchObject({
      code: 0,
      out: 'Acme: deliveries for ever, events 12 months, inputs 6 months, inbound for ever\n',
    });
    expect(await answerOf(['tenant', 'retention', 'Acme'], env)).toMatchObject({
      deliveryMonths: null,
      eventMonths: 12,
      inputMonths: 6,
    });
    for (const months of ['0', '1201', 'some']) {
      const wrong = await retention('--events', months);
      expect(wrong.code).toBe(2);
      expect(wrong.err).toContain('from 1 to 1200, or "forever"');
    }
  });
});

test('a message that waits is made due at once, and nothing else is', async () => {
  const { enrollmentId } = await unknownMessage(owner, tenantId);
  const sendNow = (...more: string[]) =>
    cadenza(['enrollment', 'send-now', enrollmentId, '--tenant', 'Acme', ...more], env);
  const begun = await sendNow();
  expect(begun).toMatchObject({ code: 1, out: '' });
  expect(begun.err).toContain('is being handed over');

  await asTenant(owner, tenantId, (trx) =>
    sql`UPDATE contact_campaigns c SET state = s.state, base_state = s.state
        FROM (SELECT id, state || '{"phase":"scheduled","anchor":null}' AS state
              FROM contact_campaigns) s
        WHERE c.id = s.id AND c.id = ${enrollmentId}`.execute(trx),
  );
  const hurried = await sendNow('--ignore-windows');
  expect(hurried).toMatchObject({ code: 0, err: '' });
  expect(hurried.out).toContain('only, visit 1: may leave from 2');
  const unknown = await cadenza(['enrollment', 'send-now', tenantId, '--tenant', 'Acme'], env);
  expect(unknown.err).toContain(`enrollment ${tenantId} is unknown`);
});

describe('an unknown message', () => {
  test('is listed, decided about once, and told from what is known', async () => {
    const id = (await unknownMessage(owner, tenantId)).messageId;
    const listed = await answerOf(['message', 'unknown', '--tenant', 'Acme'], env);
    const found = expect.objectContaining({ id, status: 'unknown', attempt: 1 }) as object;
    expect(listed).toEqual({ messages: expect.arrayContaining([found]) as object[] });

    const resolve = (as: string) =>
      cadenza(['message', 'resolve', id, '--tenant', 'Acme', '--as', as], env);
    expect(await resolve('lost')).toMatchObject({ code: 0, out: `${id}: lost\n` });
    const again = await resolve('accepted');
    expect(again).toMatchObject({ code: 1 });
    expect(again.err).toContain('whose fate is not known');
    const resent = await cadenza(['message', 'resend', id, '--tenant', 'Acme'], env);
    expect(resent).toMatchObject({ code: 1 });
    expect(resent.err).toContain('not_failed');
  });

  test('that is given up is dismissed once, and listed no more', async () => {
    const id = (await unknownMessage(owner, tenantId)).messageId;
    const ofAcme = (command: string, ...more: string[]) =>
      ['message', command, ...more, '--tenant', 'Acme'] as const;
    const dismiss = () => cadenza([...ofAcme('dismiss', id), '--reason', 'told by phone'], env);
    const listed = async () => (await cadenza([...ofAcme('failed')], env)).out.includes(id);
    expect((await dismiss()).err).toContain('not_failed');
    await cadenza([...ofAcme('resolve', id), '--as', 'failed'], env);
    expect(await listed()).toBe(true);
    expect(await dismiss()).toMatchObject({ code: 0, out: `${id}: dismissed\n` });
    expect(await dismiss()).toMatchObject({ code: 0 });
    expect(await listed()).toBe(false);
    const { rows } = await asTenant(owner, tenantId, (trx) =>
      sql`SELECT actor FROM audit_log WHERE entity_id = ${id} AND action = 'dismissMessage'`.execute(
        trx,
      ),
    );
    expect(rows).toEqual([{ actor: 'operator' }]);
  });

  test('is named by an id', async () => {
    const wrong = await cadenza(
      ['message', 'resolve', 'that one', '--tenant', 'Acme', '--as', 'lost'],
      env,
    );
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('Expected the id of a message');
  });
});

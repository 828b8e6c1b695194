import type { Database } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { generateKeyPairSync } from 'node:crypto';
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

function entries() {
  return asTenant(owner, tenantId, (trx) =>
    trx
      .selectFrom('audit_log')
      .select(['actor', 'action', 'entity', 'entity_id as entityId', 'before', 'after', 'changed'])
      .orderBy('id')
      .execute(),
  );
}

/** What a command has written into the tenant's log. */
async function writtenBy(...args: string[]) {
  const before = (await entries()).length;
  const { code, err } = await cadenza(args, env);
  expect([args, code, code === 0 ? '' : err]).toEqual([args, 0, '']);
  return (await entries()).slice(before);
}

async function platformEntries() {
  const { rows } = await sql<{
    action: string;
    entity_id: string;
    before: unknown;
    after: unknown;
  }>`
    SELECT action, entity_id, before, after FROM platform_audit_log ORDER BY id`.execute(owner);
  return rows;
}

test('making a tenant is the first entry of its log', async () => {
  expect((await entries())[0]).toMatchObject({
    actor: 'operator',
    action: 'tenant.created',
    entity: 'tenant',
    entityId: tenantId,
    after: { name: 'Acme' },
  });
});

describe('the log of a tenant tells of its keys', () => {
  test('from what to what, and nothing that opens anything', async () => {
    const [made] = await writtenBy('key', 'create', '--tenant', 'Acme', '--role', 'viewer');
    expect(made).toMatchObject({
      actor: 'operator',
      action: 'createApiKey',
      entity: 'api_key',
      after: { scopes: ['read'] },
    });
    const id = String(made?.entityId);
    const [rotated] = await writtenBy('key', 'rotate', '--tenant', 'Acme', id);
    expect(rotated).toMatchObject({
      action: 'rotateApiKey',
      entityId: id,
      before: { replaced_by: null, expires_at: null },
      after: {
        replaced_by: expect.any(String) as string,
        expires_at: expect.any(String) as string,
      },
    });
    const [revoked] = await writtenBy('key', 'revoke', '--tenant', 'Acme', id);
    expect(revoked).toMatchObject({ action: 'revokeApiKey', before: { revoked_at: null } });
    // One that has ended is not ended again.
    expect(await writtenBy('key', 'revoke', '--tenant', 'Acme', id)).toEqual([]);
    const values = JSON.stringify((await entries()).map(({ before, after }) => [before, after]));
    expect(values).not.toMatch(/key_hash|cdz_/);
  });
});

describe('the log of a tenant tells of its settings', () => {
  test.each([
    [
      ['tenant', 'unknown-policy', 'Acme', 'resend'],
      'tenant.unknown_policy_set',
      ['unknown_policy'],
    ],
    [['tenant', 'api-limit', 'Acme', '600'], 'tenant.api_limit_set', ['requests_per_minute']],
    [
      ['tenant', 'postal-address', 'Acme', '1 Example Road'],
      'tenant.postal_address_set',
      ['postal_address'],
    ],
    [['tenant', 'pause', 'Acme', '--reason', 'holidays'], 'tenant.paused', null],
    [['tenant', 'resume', 'Acme'], 'tenant.resumed', null],
  ])('%j', async (args, action, changed) => {
    const [entry, ...others] = await writtenBy(...args);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ actor: 'operator', action, entity: 'tenant' });
    if (changed !== null) expect(entry?.changed).toEqual(changed);
  });

  test('for how long data is kept', async () => {
    const [entry] = await writtenBy('tenant', 'retention', 'Acme', '--events', '24');
    expect(entry).toMatchObject({ action: 'retention.set', after: { event_months: 24 } });
    // What is only shown is no change.
    expect(await writtenBy('tenant', 'retention', 'Acme')).toEqual([]);
  });

  test('keys that verify webhooks', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const [added] = await writtenBy('tenant', 'webhook-key', 'add', 'Acme', text, '--name', 'own');
    expect(added).toMatchObject({ action: 'webhook_key.added', after: { name: 'own' } });
    const id = String(added?.entityId);
    const [removed] = await writtenBy('tenant', 'webhook-key', 'remove', 'Acme', id);
    expect(removed).toMatchObject({ action: 'webhook_key.removed', before: { name: 'own' } });
  });
});

describe('the log of a tenant tells of single messages and enrollments', () => {
  test('that were decided and stopped', async () => {
    const { messageId } = await unknownMessage(owner, tenantId);
    const { enrollmentId } = await unknownMessage(owner, tenantId);
    const [resolved] = await writtenBy(
      ...['message', 'resolve', messageId, '--tenant', 'Acme', '--as', 'failed'],
    );
    expect(resolved).toMatchObject({
      action: 'resolveMessage',
      entity: 'message',
      entityId: messageId,
      before: { status: 'unknown' },
      after: { status: 'failed' },
    });
    const stop = ['enrollment', 'stop', enrollmentId, '--tenant', 'Acme', '--reason', 'a customer'];
    const [stopped] = await writtenBy(...stop);
    expect(stopped).toMatchObject({
      action: 'stopEnrollment',
      entity: 'enrollment',
      entityId: enrollmentId,
      after: { status: 'stopped' },
    });
    expect(await writtenBy(...stop)).toEqual([]);
  });
});

describe('an enrollment', () => {
  test('is found by its person, by id and by address, and stopped once', async () => {
    const { enrollmentId, campaignId } = await unknownMessage(owner, tenantId);
    const { contactId } = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('contact_campaigns')
        .select('contact_id as contactId')
        .where('id', '=', enrollmentId)
        .executeTakeFirstOrThrow(),
    );
    await asTenant(owner, tenantId, (trx) =>
      sql`
        INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
        VALUES (${tenantId}, gen_random_uuid(), ${contactId}, 'email', 'ada@example.org')`.execute(
        trx,
      ),
    );
    for (const which of [contactId, 'Ada@example.org']) {
      const listed = ['enrollment', 'list', which, '--tenant', 'Acme'];
      expect(await answerOf(listed, env)).toMatchObject({
        contactId,
        enrollments: [{ id: enrollmentId, campaignId, status: 'active' }],
      });
    }
    const nobody = await cadenza(['enrollment', 'list', 'jo@example.org', '--tenant', 'Acme'], env);
    expect(nobody).toMatchObject({ code: 1, out: '' });
    expect(nobody.err).not.toContain('jo@');
    const show = ['enrollment', 'show', enrollmentId, '--tenant', 'Acme'];
    expect(await answerOf(show, env)).toMatchObject({ id: enrollmentId, pendingActions: [] });
    expect((await cadenza(show, env)).out).toBe(
      'active, handed_off at only, visit 1, attempt 1\nnothing lies ahead of it by itself\n',
    );
    const stop = ['enrollment', 'stop', enrollmentId, '--tenant', 'Acme'];
    expect(await answerOf(stop, env)).toEqual({ enrollmentId, stopped: true });
    expect(await answerOf(stop, env)).toEqual({ enrollmentId, stopped: false });
    const unknown = await cadenza(['enrollment', 'stop', tenantId, '--tenant', 'Acme'], env);
    expect(unknown).toMatchObject({
      code: 1,
      err: expect.stringContaining('is unknown') as string,
    });
  });
});

test('the platform’s log tells of logins and of the clock', async () => {
  const before = (await platformEntries()).length;
  const { out } = await cadenza(['login', 'create', '--role', 'api', '--json'], env);
  const { name } = JSON.parse(out) as { name: string };
  await cadenza(['clock', 'set', '--rate', '1'], env);
  const written = (await platformEntries()).slice(before);
  expect(written).toMatchObject([
    { action: 'login.created', entity_id: name, after: { role: 'cadenza_api' } },
    { action: 'clock.set', entity_id: 'clock', before: { rate: 1 }, after: { rate: 1 } },
  ]);
});

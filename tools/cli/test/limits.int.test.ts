import type { Database } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedTenant, type OwnedTenant } from './support/owned-tenant.ts';

interface Listed {
  readonly limits: readonly { readonly source: string; readonly scope: string }[];
}

let world: OwnedTenant;
let env: Record<string, string>;
let owner: Database;
let tenantId: string;

beforeAll(async () => {
  world = await createOwnedTenant(inject('postgresAdminUrl'));
  ({ env, owner, tenantId } = world);
  await cadenza(['tenant', 'create', '--name', 'Other'], env);
});
afterAll(async () => {
  await world.close();
});

const limit = (...args: string[]) => cadenza(['limit', ...args], env);

async function listed(source: string, ...args: string[]) {
  const { limits } = await answerOf<Listed>(['limit', 'list', ...args], env);
  return limits.filter((one) => one.source === source);
}

describe('a limit for all tenants', () => {
  test('is set, changed, listed of every tenant, and taken away, each with an entry', async () => {
    expect((await listed('default')).length).toBeGreaterThan(4);
    const gmail = ['recipient_domain', '--per', 'PT1H', '--of', 'GMail.com'];
    expect(await limit('set', ...gmail.toSpliced(1, 0, '500'))).toMatchObject({
      code: 0,
      out: 'email recipient_domain gmail.com: at most 500 messages in any 3600 s\n',
    });
    await limit('set', ...gmail.toSpliced(1, 0, '400'));
    // As it is already: no change.
    await limit('set', ...gmail.toSpliced(1, 0, '400'));
    const setting = {
      channel: 'email',
      scope: 'recipient_domain',
      reference: 'gmail.com',
      windowSeconds: 3_600,
      maxMessages: 400,
    };
    expect(await listed('platform')).toMatchObject([setting]);
    expect(await listed('platform', '--tenant', 'Other')).toMatchObject([setting]);
    expect(await limit('remove', ...gmail)).toMatchObject({ code: 0 });
    expect(await listed('platform')).toEqual([]);
    expect(await limit('remove', ...gmail)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not set: cadenza limit list') as string,
    });
    const { rows } = await sql<{ action: string; before: unknown; after: unknown }>`
      SELECT action, before -> 'maxMessages' AS before, after -> 'maxMessages' AS after
      FROM platform_audit_log WHERE entity = 'send_rate_limit' ORDER BY id`.execute(owner);
    expect(rows).toEqual([
      { action: 'limit.set', before: null, after: 500 },
      { action: 'limit.set', before: 500, after: 400 },
      { action: 'limit.removed', before: 400, after: null },
    ]);
  });
});

describe('a limit of one tenant', () => {
  test('is its own, and stands in its log', async () => {
    await limit('set', 'tenant', '2000', '--per', 'P1D', '--tenant', 'Acme');
    expect(await listed('tenant', '--tenant', 'Acme')).toMatchObject([
      { tenantId, scope: 'tenant', reference: null, windowSeconds: 86_400, maxMessages: 2_000 },
    ]);
    expect(await listed('tenant', '--tenant', 'Other')).toEqual([]);
    expect(await listed('platform')).toEqual([]);
    await limit('remove', 'tenant', '--per', 'P1D', '--tenant', 'Acme');
    const entries = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('audit_log')
        .select(['actor', 'action'])
        .where('entity', '=', 'send_rate_limit')
        .orderBy('id')
        .execute(),
    );
    expect(entries).toEqual([
      { actor: 'operator', action: 'limit.set' },
      { actor: 'operator', action: 'limit.removed' },
    ]);
  });
});

test.each([
  [['set', 'global', '5', '--per', 'PT1H', '--tenant', 'Acme'], 1, 'expected no --tenant'],
  [['set', 'tenant', '5', '--per', 'PT1H', '--of', 'x'], 1, 'expected no --of'],
  [
    ['set', 'ip_pool', '5', '--per', 'PT1H', '--channel', 'sms'],
    1,
    'expected sender, tenant or global',
  ],
  [['set', 'sender', 'many', '--per', 'PT1H'], 2, 'Expected a whole number from 0'],
  [['set', 'sender', '5', '--per', 'PT0.5S'], 2, 'Expected whole seconds'],
  [['set', 'sender', '5', '--per', 'P32D'], 2, 'Expected whole seconds'],
  [['set', 'sender', '5'], 2, "'--per <duration>' not specified"],
  [['set', 'planet', '5', '--per', 'PT1H'], 2, 'Allowed choices are sender, tenant'],
  [['list', '--tenant', 'Acne'], 1, 'Acme'],
])('%j is refused, with what is expected', async (args, code, text) => {
  const refused = await limit(...args);
  expect(refused).toMatchObject({ code, out: '' });
  expect(refused.err).toContain(text);
});

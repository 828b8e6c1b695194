import { insertSenderIdentity, type Database } from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
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

test('everything is paused with a reason, and resumed, on the record', async () => {
  expect(await cadenza(['sending', 'pause', '--reason', 'a wrong link'], env)).toMatchObject({
    code: 0,
    out: 'everything is paused\n',
  });
  expect(await answerOf(['sending', 'show'], env)).toEqual({
    paused: true,
    reason: 'a wrong link',
  });
  expect((await cadenza(['sending', 'resume'], env)).out).toBe('everything goes on\n');
  expect((await cadenza(['sending', 'resume'], env)).out).toBe('nothing was paused for all\n');
  const entries = await owner
    .selectFrom('platform_audit_log')
    .select(['actor', 'action'])
    .orderBy('id')
    .execute();
  expect(entries).toEqual([
    { actor: 'operator', action: 'sending.paused' },
    { actor: 'operator', action: 'sending.resumed' },
  ]);
});

test('a sender identity and a tenant are paused and resumed by an operator, on the record', async () => {
  const senderId = await asTenant(owner, tenantId, (trx) =>
    insertSenderIdentity(trx, tenantId, { email: 'ann@sender.example', name: 'Ann' }),
  );
  const sender = (...args: string[]) => cadenza(['sender', ...args, '--tenant', 'Acme'], env);

  expect(await sender('pause', 'Ann@sender.example', '--reason', 'a typo')).toMatchObject({
    code: 0,
    out: 'ann@sender.example is paused\n',
  });
  expect((await sender('list')).out).toContain('a typo');
  expect((await sender('resume', senderId ?? '')).out).toBe('ann@sender.example goes on\n');
  const wrong = await sender('pause', 'bob@sender.example');
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('expected an id, or an address such as ann@sender.example');
  await cadenza(['tenant', 'pause', 'Acme'], env);
  await cadenza(['tenant', 'resume', 'Acme'], env);

  const { rows } = await asTenant(owner, tenantId, (trx) =>
    sql`SELECT actor, action FROM audit_log ORDER BY id`.execute(trx),
  );
  expect(rows).toEqual(
    ['tenant.created', 'sender.paused', 'sender.resumed', 'tenant.paused', 'tenant.resumed'].map(
      (action) => ({
        actor: 'operator',
        action,
      }),
    ),
  );
});

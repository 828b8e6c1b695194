import {
  createDatabase,
  createPool,
  insertSenderIdentity,
  migrateUp,
  type Database,
} from '@cadenza/database';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newId } from '@cadenza/domain';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let env: Record<string, string>;
let owner: Database;
let tenantId: string;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  tenantId = (await cadenza(['tenant', 'create', '--name', 'Acme'], env)).out.trim();
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

async function tenantRow() {
  return asTenant(owner, tenantId, (trx) =>
    trx
      .selectFrom('tenants')
      .select(['status', 'pause_reason', 'unknown_policy'])
      .where('id', '=', tenantId)
      .executeTakeFirstOrThrow(),
  );
}

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
});

describe('an unknown message', () => {
  test('is listed, decided about once, and told from what is known', async () => {
    const id = await unknownMessage();
    const listed = await answerOf(['message', 'unknown', '--tenant', 'Acme'], env);
    expect(listed).toMatchObject({ messages: [{ id, status: 'unknown', attempt: 1 }] });

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

  test('is named by an id', async () => {
    const wrong = await cadenza(
      ['message', 'resolve', 'that one', '--tenant', 'Acme', '--as', 'lost'],
      env,
    );
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('Expected the id of a message');
  });
});

/** A message handed off without an answer, in a campaign of its own. */
async function unknownMessage(): Promise<string> {
  const [plan, version, campaign, contact, enrollment, message] = Array.from({ length: 6 }, newId);
  const state = {
    phase: 'handed_off',
    nodeId: 'only',
    visit: 1,
    attempt: 1,
    enteredAt: 0,
    anchor: { nodeId: 'only', visit: 1, attempt: 1, sentAt: 1_000 },
    visits: { only: 1 },
    seen: [],
    happened: [],
    retry: null,
    behind: null,
    end: null,
  };
  const document = {
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'only',
    nodes: [
      {
        id: 'only',
        channel: 'email',
        action: 'send',
        subject: 'Hello',
        body: '<p>Hello</p>',
        transitions: [],
      },
    ],
  };
  await asTenant(owner, tenantId, async (trx) => {
    const sender = await insertSenderIdentity(trx, tenantId, {
      email: `${newId()}@example.com`,
      name: 'Ann',
    });
    await sql`INSERT INTO campaign_plans (tenant_id, id, name) VALUES (${tenantId}, ${plan}, 'Plan')`.execute(
      trx,
    );
    await sql`
      INSERT INTO campaign_plan_versions (tenant_id, id, plan_id, version, plan, plan_hash)
      VALUES (${tenantId}, ${version}, ${plan}, 1, ${JSON.stringify(document)}::jsonb,
        ${'0'.repeat(64)})`.execute(trx);
    await sql`
      INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
      VALUES (${tenantId}, ${campaign}, 'Campaign', ${version}, ${sender}, 'running')`.execute(trx);
    await sql`INSERT INTO contacts (tenant_id, id) VALUES (${tenantId}, ${contact})`.execute(trx);
    await sql`
      INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id,
        version, state, base_state, base_seq, enrolled_at)
      VALUES (${tenantId}, ${enrollment}, ${campaign}, ${contact}, ${version}, 2,
        ${JSON.stringify(state)}::jsonb, ${JSON.stringify(state)}::jsonb, 2, now())`.execute(trx);
    await sql`
      INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id,
        visit, channel, sender_identity_id, status, token, begun_at, to_address, subject)
      VALUES (${tenantId}, ${message}, ${enrollment}, ${campaign}, ${contact}, 'only', 1, 'email',
        ${sender}, 'unknown', ${newId()}, now(), 'a@example.com', 'Hello')`.execute(trx);
  });
  return message ?? '';
}

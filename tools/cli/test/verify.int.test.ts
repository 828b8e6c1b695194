import {
  createDatabase,
  createEngineStore,
  createPool,
  migrateUp,
  type Database,
} from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { createPlanCache, enrol } from '@cadenza/engine';
import '@cadenza/testing/global-setup';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asTenant, tenantStore } from '../src/owner.ts';
import { unknownMessage } from './support/campaign.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let env: Record<string, string>;
let owner: Database;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

async function tenant(name: string): Promise<string> {
  return (await cadenza(['tenant', 'create', '--name', name], env)).out.trim();
}

/** Enrols somebody as the engine does. */
async function enrolled(tenantId: string, campaignId: string): Promise<string> {
  const contactId = newId();
  await asTenant(owner, tenantId, async (trx) => {
    await trx.insertInto('contacts').values({ tenant_id: tenantId, id: contactId }).execute();
    await trx
      .insertInto('contact_channels')
      .values({
        tenant_id: tenantId,
        id: newId(),
        contact_id: contactId,
        channel: 'email',
        address: `${contactId}@example.com`,
      })
      .execute();
  });
  const result = await enrol(
    { tenantId, campaignId, contactIds: [contactId] },
    {
      store: tenantStore(owner, tenantId),
      plans: createPlanCache(),
      now: Date.now,
      graceMs: 120_000,
    },
  );
  return result?.enrolled[0]?.enrollmentId ?? '';
}

/** Keeps a delivery as the API does. */
async function store(tenantId: string, text: string): Promise<void> {
  const payload = Buffer.from(text);
  const hash = createHash('sha256').update(payload).digest();
  await asTenant(owner, tenantId, (trx) =>
    createEngineStore(trx).storeDeliveries([{ id: newId(), tenantId: null, payload, hash }]),
  );
}

describe('verify', () => {
  test('says what it has looked at, and exits with 1 where anything differs', async () => {
    const [sound, damaged] = [await tenant('Sound'), await tenant('Damaged')];
    const { campaignId, enrollmentId } = await unknownMessage(owner, damaged);
    await enrolled(damaged, campaignId);

    expect(await cadenza(['verify', '--tenant', 'Sound'], env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 enrollments with 0 inputs, \d+ per second: no differences\n$/),
    });
    const found = `${damaged} ${enrollmentId} input 1: expected an input, found none\n`;
    for (const options of [
      [],
      ['--tenant', damaged],
      ['--tenant', damaged, '--campaign', campaignId],
    ]) {
      const ran = await cadenza(['verify', ...options], env);
      expect(ran).toMatchObject({ code: 1, err: '' });
      expect(ran.out).toContain(found);
      expect(ran.out).toMatch(/2 enrollments with 1 inputs, \d+ per second: 1 differences\n$/);
    }
    expect(await cadenza(['verify', '--tenant', damaged, '--campaign', sound], env)).toMatchObject({
      code: 0,
    });
  });

  test('lists so many, counts all, and answers in JSON', async () => {
    const tenantId = await tenant('Twice');
    const first = await unknownMessage(owner, tenantId);
    await unknownMessage(owner, tenantId);

    const { code, out } = await cadenza(
      ['verify', '--tenant', 'Twice', '--limit', '1', '--json'],
      env,
    );

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      enrollments: 2,
      inputs: 0,
      notComparable: 0,
      differences: 2,
      listed: [
        {
          tenantId,
          enrollmentId: first.enrollmentId,
          what: 'input 1',
          expected: 'an input',
          found: null,
        },
      ],
    });
    const text = await cadenza(['verify', '--tenant', 'Twice', '--limit', '1'], env);
    expect(text.out).toContain('1 more are not listed');
  });
});

describe('replay', () => {
  test('processes stored deliveries, and counts what came of them', async () => {
    const tenantId = await tenant('Told');
    const { messageId } = await unknownMessage(owner, tenantId);
    await store(tenantId, 'nothing that can be read');
    await store(
      tenantId,
      JSON.stringify([
        {
          event: 'delivered',
          timestamp: Math.floor(Date.now() / 1_000),
          email: 'a@example.com',
          sg_message_id: 'x.y',
          cadenza_tenant_id: tenantId,
          cadenza_message_id: messageId,
          cadenza_attempt: '1',
        },
      ]),
    );
    const counts = { deliveries: 2, recorded: 1, duplicates: 0, inputs: 2, quarantined: 1 };

    expect(await answerOf(['replay', '--dry-run'], env)).toMatchObject({ ...counts, dryRun: true });
    expect(await cadenza(['replay', '--from', '2027-01-31'], env)).toMatchObject({ code: 2 });
    expect(await answerOf(['replay'], env)).toMatchObject({ ...counts, dryRun: false });
    const again = await cadenza(['replay', '--tenant', 'Told'], env);
    expect(again).toEqual({
      code: 0,
      out: '2 deliveries: 0 events recorded, 1 had been before, 0 inputs added, 1 in quarantine, 0 skipped\n',
      err: '',
    });
    expect(await answerOf(['replay', '--quarantined'], env)).toMatchObject({ deliveries: 1 });

    const status = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('outbound_messages')
        .select('status')
        .where('id', '=', messageId)
        .executeTakeFirstOrThrow(),
    );
    expect(status).toEqual({ status: 'delivered' });
  });
});

describe('inputs', () => {
  test('of whoever ended long ago are detached', async () => {
    await tenant('Old');
    const ran = await cadenza(['inputs', 'detach', '--older-than', 'P90D'], env);
    expect(ran).toEqual({
      code: 0,
      out: '0 inputs of 0 enrollments detached\n',
      err: '',
    });
  });
});

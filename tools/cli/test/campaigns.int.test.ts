import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { unknownMessage } from './support/campaign.ts';
import { cadenza } from './support/cadenza.ts';
import { fakeTerminal } from './support/fake-terminal.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owned-database.ts';

let database: OwnedDatabase;
let env: Record<string, string>;
let owner: Database;
let tenantId: string;
let campaignId: string;
let enrollmentId: string;
let messageId: string;

beforeAll(async () => {
  database = await createOwnedDatabase(inject('postgresAdminUrl'));
  env = { DATABASE_OWNER_URL: database.url };
  await migrateUp(database.url);
  owner = createDatabase(createPool({ url: database.url, poolSize: 1 }));
  tenantId = (await cadenza(['tenant', 'create', '--name', 'Acme'], env)).out.trim();
  ({ campaignId, enrollmentId, messageId } = await unknownMessage(owner, tenantId));
  await asTenant(owner, tenantId, (trx) =>
    trx.updateTable('campaigns').set({ name: 'Spring', status: 'draft' }).execute(),
  );
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

const campaign = (...args: string[]) => cadenza(['campaign', ...args, '--tenant', 'Acme'], env);

async function statusInDatabase() {
  return asTenant(owner, tenantId, (trx) =>
    trx
      .selectFrom('campaigns')
      .select(['status', 'pause_reason as reason'])
      .where('id', '=', campaignId)
      .executeTakeFirstOrThrow(),
  );
}

describe('a campaign', () => {
  test('is not started without a postal address, and nothing is changed', async () => {
    const { code, err } = await campaign('start', 'Spring');
    expect(code).toBe(1);
    expect(err).toContain('the campaign cannot be started');
    expect(err).toContain('The tenant has no postal address');
    expect(await statusInDatabase()).toMatchObject({ status: 'draft' });
  });

  test('is started, paused with a reason and resumed, each audited', async () => {
    await cadenza(['tenant', 'postal-address', 'Acme', '1 Example Road'], env);
    const started = await campaign('start', 'Spring');
    expect(started).toMatchObject({ code: 0, out: 'Spring is running\n' });
    // What keeps its mail back is said beside the answer.
    expect(started.err).toContain('expected verified: nothing is sent before');
    expect(await campaign('start', campaignId)).toMatchObject({ code: 0 });
    const paused = await campaign('pause', 'Spring', '--reason', 'holidays');
    expect(paused).toMatchObject({ code: 0, out: 'Spring is paused (holidays)\n', err: '' });
    expect(await statusInDatabase()).toEqual({ status: 'paused', reason: 'holidays' });
    expect(await campaign('resume', campaignId)).toMatchObject({ code: 0 });
    expect(await statusInDatabase()).toEqual({ status: 'running', reason: null });
    const audited = await asTenant(owner, tenantId, (trx) =>
      trx
        .selectFrom('audit_log')
        .select(['actor', 'action'])
        .where('entity_id', '=', campaignId)
        .orderBy('id')
        .execute(),
    );
    expect(audited).toEqual([
      { actor: 'operator', action: 'campaign.started' },
      { actor: 'operator', action: 'campaign.paused' },
      { actor: 'operator', action: 'campaign.started' },
    ]);
  });

  test('has a status with counts, in words and as JSON', async () => {
    const { out } = await campaign('status', 'Spring');
    expect(out).toBe('Spring: running\n1 enrollments: 1 active\n  at only: 1\n');
    const json = await campaign('status', 'Spring', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      id: campaignId,
      status: 'running',
      enrollments: { total: 1, byStatus: { active: 1 }, byNode: { only: 1 } },
      warnings: [{ code: 'sender_unverified' }],
    });
  });

  test('is listed, by status', async () => {
    expect((await campaign('list')).out).toContain(`${campaignId}  running  Spring`);
    expect((await campaign('list', '--status', 'draft')).out).not.toContain(campaignId);
  });

  test.each([
    [['pause', 'Sprign'], 'campaign "Sprign" is unknown: did you mean "Spring"?'],
    [
      ['pause', 'Winter'],
      'campaign "Winter" is unknown: expected an id, or a name such as "Spring"',
    ],
    [['status', newId()], 'is unknown'],
  ])('is not found by %j', async (args, said) => {
    const { code, err } = await campaign(...args);
    expect(code).toBe(1);
    expect(err).toContain(said);
  });

  test('of an archived one nothing is started', async () => {
    await asTenant(owner, tenantId, (trx) =>
      trx.updateTable('campaigns').set({ status: 'archived' }).execute(),
    );
    const { code, err } = await campaign('start', 'Spring');
    expect(code).toBe(1);
    expect(err).toContain('The campaign is archived: expected draft or paused.');
  });
});

test('a tenant whose name is mistyped', async () => {
  const { code, err } = await cadenza(['campaign', 'list', '--tenant', 'Acne'], env);
  expect(code).toBe(1);
  expect(err).toContain('tenant "Acne" is unknown: did you mean "Acme"?');
});

test('messages that failed are listed', async () => {
  const failed = () => cadenza(['message', 'failed', '--tenant', 'Acme', '--json'], env);
  expect(JSON.parse((await failed()).out)).toEqual({ messages: [] });
  await cadenza(['message', 'resolve', messageId, '--tenant', 'Acme', '--as', 'failed'], env);
  expect(JSON.parse((await failed()).out)).toMatchObject({
    messages: [{ id: messageId, enrollmentId, status: 'failed' }],
  });
});

describe('progress', () => {
  test('is drawn on a terminal, beside the answer', async () => {
    const terminal = fakeTerminal();
    const { out } = await cadenza(['verify'], env, '', terminal.stream);
    expect(out).toMatch(/^1 enrollments with \d+ inputs/m);
    expect(terminal.drawn()).toContain('enrollments [');
    expect(terminal.drawn()).toContain('of 1');
  });

  test.each([['verify'], ['replay']])(
    'of %s is not drawn with --json, or elsewhere',
    async (name) => {
      const terminal = fakeTerminal();
      const { out, err } = await cadenza([name, '--json'], env, '', terminal.stream);
      expect([err, terminal.drawn()]).toEqual(['', '']);
      expect(JSON.parse(out)).toBeTypeOf('object');
      expect((await cadenza([name], env)).err).toBe('');
    },
  );
});

test('a campaign is ended for good, and is not started again', async () => {
  await asTenant(owner, tenantId, (trx) =>
    trx.updateTable('campaigns').set({ status: 'paused', pause_reason: 'holidays' }).execute(),
  );
  expect(await campaign('finish', campaignId)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/ is finished\n$/) as string,
  });
  expect(await statusInDatabase()).toEqual({ status: 'finished', reason: null });
  const again = await campaign('start', campaignId);
  expect(again).toMatchObject({
    code: 1,
    err: expect.stringContaining('is finished: expected draft or paused') as string,
  });
});

import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { asTenant } from '../src/owner.ts';
import { answerOf, cadenza } from './support/cadenza.ts';
import { unknownMessage } from './support/campaign.ts';
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
  await cadenza(['tenant', 'create', '--name', 'Other'], env);
  tenantId = (await cadenza(['tenant', 'create', '--name', 'Acme'], env)).out.trim();
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

test('why says what keeps the next message of an enrollment, whosever it is', async () => {
  const { enrollmentId } = await unknownMessage(owner, tenantId);
  const said = await cadenza(['why', enrollmentId], env);
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out).toMatch(/^outcome_unknown: nobody knows whether the message went out/);
  expect(said.out).toContain('expected: not known');

  await asTenant(owner, tenantId, (trx) =>
    sql`UPDATE contact_campaigns
        SET state = state || '{"phase":"scheduled","anchor":null}', base_state = base_state
        WHERE id = ${enrollmentId}`.execute(trx),
  );
  expect(await answerOf(['why', enrollmentId, '--tenant', 'Acme'], env)).toMatchObject({
    enrollmentId,
    tenantId,
    answer: { gate: 'address', state: 'closed', opensAt: null },
    expectedAt: null,
    next: { nodeId: 'only' },
    gates: expect.arrayContaining([
      expect.objectContaining({ gate: 'sender_verification', state: 'closed' }),
      expect.objectContaining({ gate: 'limiter', state: 'open' }),
    ]) as unknown,
  });
});

test('why knows no enrollment of another tenant, and none that is not there', async () => {
  const { enrollmentId } = await unknownMessage(owner, tenantId);
  const other = await cadenza(['why', enrollmentId, '--tenant', 'Other'], env);
  expect(other).toMatchObject({ code: 1, out: '' });
  expect(other.err).toContain(`enrollment ${enrollmentId} is unknown`);
  expect((await cadenza(['why', newId()], env)).code).toBe(1);
  expect((await cadenza(['why', 'nothing'], env)).code).toBe(2);
});

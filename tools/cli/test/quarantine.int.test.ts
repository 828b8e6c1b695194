import { createDatabase, createPool, migrateUp, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { CUSTOM_ARGS } from '@cadenza/sendgrid';
import { withClient } from '@cadenza/testing';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { unknownMessage } from './support/campaign.ts';
import { cadenza } from './support/cadenza.ts';
import { report } from './support/lost-events.ts';
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
beforeEach(() => rows('DELETE FROM quarantined_events; DELETE FROM webhook_deliveries'));

/** Statements as the administrator, whom nothing binds. */
async function rows<T>(statement: string, values: readonly unknown[] = []): Promise<T[]> {
  const url = new URL(inject('postgresAdminUrl'));
  url.pathname = new URL(database.url).pathname;
  return withClient(url.href, async (client) => {
    const result = await client.query(statement, values.length === 0 ? undefined : [...values]);
    return result.rows as T[];
  });
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly tenantId: string | null;
  readonly parts: number | null;
  readonly reason: string;
}

async function listed(...args: string[]): Promise<Listed[]> {
  const { out } = await cadenza(['quarantine', 'list', '--json', ...args], env);
  return (JSON.parse(out) as { deliveries: Listed[] }).deliveries;
}

const platformAudit = () =>
  rows<{ actor: string; action: string; entity_id: string }>(
    'SELECT actor, action, entity_id FROM platform_audit_log ORDER BY id DESC LIMIT 1',
  );

describe('a delivery that is no list of events', () => {
  beforeEach(() => report(owner, env, Buffer.from('no events')));

  test('is listed, and stays aside when it is tried again: exit code 1', async () => {
    const [one] = await listed();
    expect(one).toMatchObject({ kind: 'events', tenantId: null, parts: null });
    const { code, out } = await cadenza(['quarantine', 'retry', one?.id ?? ''], env);
    expect(code).toBe(1);
    expect(out).toContain(`${one?.id}: still aside: `);
    expect(await listed()).toHaveLength(1);
  });

  test('is dropped, is kept with its reason, and audited', async () => {
    const [one] = await listed();
    const { code, out } = await cadenza(['quarantine', 'drop', one?.id ?? ''], env);
    expect([code, out]).toEqual([0, '1 dropped\n']);
    expect(await listed()).toEqual([]);
    expect(await rows('SELECT status, error FROM webhook_deliveries')).toEqual([
      { status: 'processed', error: one?.reason },
    ]);
    expect(await platformAudit()).toEqual([
      { actor: 'operator', action: 'delivery.dropped', entity_id: one?.id },
    ]);
  });

  test('is nobody else’s, and not unknown ones', async () => {
    expect(await listed('--tenant', 'Acme')).toEqual([]);
    await rows('UPDATE webhook_deliveries SET tenant_id = $1', [tenantId]);
    const [one] = await listed('--tenant', 'Acme');
    expect(one).toMatchObject({ tenantId });
    await cadenza(['quarantine', 'drop', one?.id ?? ''], env);
    expect(
      await rows('SELECT tenant_id, action FROM audit_log WHERE entity_id = $1', [one?.id]),
    ).toEqual([{ tenant_id: tenantId, action: 'delivery.dropped' }]);
    const stranger = newId();
    const { code, err } = await cadenza(['quarantine', 'drop', stranger], env);
    expect(code).toBe(1);
    expect(err).toContain(`delivery ${stranger} is not in quarantine`);
  });
});

test('a delivery of which a part was put aside is processed again, and the part dropped', async () => {
  const { messageId } = await unknownMessage(owner, tenantId);
  const event = (id: string) => ({
    event: 'processed',
    timestamp: Math.ceil(Date.now() / 1_000),
    [CUSTOM_ARGS.tenantId]: tenantId,
    [CUSTOM_ARGS.messageId]: id,
    [CUSTOM_ARGS.attempt]: '1',
  });
  const payload = JSON.stringify([event(messageId), event(newId())]);
  await report(owner, env, Buffer.from(payload));
  const [one] = await listed();
  expect(one).toMatchObject({ parts: 1, reason: expect.stringContaining('does not exist') });
  const { code } = await cadenza(['quarantine', 'retry', one?.id ?? ''], env);
  expect(code).toBe(1);
  const dropped = await cadenza(['quarantine', 'drop', one?.id ?? '', '--json'], env);
  expect(JSON.parse(dropped.out)).toEqual({ dropped: 1 });
  expect(await listed()).toEqual([]);
});

test('mail that came in is handed to the event-workers again', async () => {
  await rows(
    `INSERT INTO inbound_deliveries (id, content_type, bytes, sha256, blob_key, verdict, status, error, attempts)
     VALUES ($1, 'text/plain', 1, sha256('x'), 'x', 'open', 'quarantined', 'no form', 10)`,
    [newId()],
  );
  const [one] = await listed();
  expect(one).toMatchObject({ kind: 'inbound', reason: 'no form' });
  const { code, out } = await cadenza(['quarantine', 'retry', one?.id ?? ''], env);
  expect(code).toBe(0);
  expect(out).toContain('1 mails are to be by the event-workers');
  expect(await rows('SELECT status, attempts, error FROM inbound_deliveries')).toEqual([
    { status: 'received', attempts: 0, error: null },
  ]);
});

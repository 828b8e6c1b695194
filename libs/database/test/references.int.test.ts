import { newId } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deliver, providerEvent, sent, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
let mine: Enrolled;
let theirs: Enrolled;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  mine = await delivered();
  theirs = await delivered();
});

afterAll(() => world.close());

async function delivered(): Promise<Enrolled> {
  const mail = await sent(world);
  await deliver(world, [providerEvent(world, mail, 'delivered')]);
  return mail;
}

/** What makes the n-th copy of a row another one. */
const APART: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contact_campaigns: {
    id: 'gen_random_uuid()',
    state: `t.state || '{"phase": "ended", "end": {"status": "stopped", "reason": "copy"}}'`,
  },
  campaign_transitions: { seq: 't.seq + 100 + n', input_id: "t.input_id || '-' || n" },
  outbound_messages: { id: 'gen_random_uuid()', node_id: "t.node_id || '-' || n" },
  scheduled_actions: { id: 'gen_random_uuid()', dedupe_key: "t.dedupe_key || '-' || n" },
  message_events: { id: 'gen_random_uuid()', dedupe_key: "t.dedupe_key || '-' || n" },
};

const REFERENCES: readonly (readonly [table: string, column: string, parent: string])[] = [
  ['contact_campaigns', 'campaign_id', 'campaigns'],
  ['contact_campaigns', 'contact_id', 'contacts'],
  ['contact_campaigns', 'plan_version_id', 'campaign_plan_versions'],
  ['campaign_transitions', 'enrollment_id', 'contact_campaigns'],
  ['outbound_messages', 'enrollment_id', 'contact_campaigns'],
  ['outbound_messages', 'sender_identity_id', 'email_sender_identities'],
  ['outbound_messages', 'in_reply_to', 'outbound_messages'],
  ['scheduled_actions', 'enrollment_id', 'contact_campaigns'],
  ['scheduled_actions', 'message_id', 'outbound_messages'],
  ['scheduled_actions', 'campaign_id', 'dispatch_lanes'],
  ['scheduled_actions', 'sender_identity_id', 'dispatch_lanes'],
  ['message_events', 'message_id', 'outbound_messages'],
];

const PARENTS = [...new Set(REFERENCES.map(([, , parent]) => parent))];

/** Runs a statement of the owner and takes it back: the rows it touched, or what refused it. */
function attempt(statement: string, values: readonly unknown[] = []) {
  return withClient(world.database.url, async (client) => {
    await client.query('BEGIN');
    try {
      return (await client.query(statement, [...values])).rowCount;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return { code: error.code, table: error.table, message: error.message, detail: error.detail };
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

/** Three more rows like one of mine in one statement, the second with something else in a column. */
async function copies(table: string, column?: string, value?: string) {
  const columns = await world.rows<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = ? AND is_generated = 'NEVER'`,
    table,
  );
  const given = columns.map(({ name }) =>
    name === column
      ? `CASE n WHEN 2 THEN $2::uuid ELSE t.${name} END`
      : (APART[table]?.[name] ?? `t.${name}`),
  );
  const like = table === 'scheduled_actions' ? "AND type = 'send'" : '';
  return attempt(
    `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
     SELECT ${given.join(', ')}
     FROM (SELECT * FROM ${table} WHERE tenant_id = $1 ${like} LIMIT 1) t
     CROSS JOIN generate_series(1, 3) n`,
    [mine.tenant.tenantId, ...(value === undefined ? [] : [value])],
  );
}

async function columnOf(owner: Enrolled, parent: string, column: string): Promise<string> {
  const key = parent === 'dispatch_lanes' ? column : 'id';
  const [row] = await world.rows<{ value: string }>(
    `SELECT ${key} AS value FROM ${parent} WHERE tenant_id = ? LIMIT 1`,
    owner.tenant.tenantId,
  );
  if (row === undefined) throw new Error(`no row of ${parent}`);
  return row.value;
}

test.each(Object.keys(APART))('rows of %s that refer to what is there are taken', async (table) => {
  expect(await copies(table)).toBe(3);
});

describe.each(REFERENCES)('%s.%s', (table, column, parent) => {
  const refused = (value: string) => ({
    code: '23503',
    table,
    message: `${table} refers to no row of ${parent}`,
    detail: expect.stringContaining(value),
  });

  test('refers to no row of another tenant', async () => {
    const value = await columnOf(theirs, parent, column);
    expect(await copies(table, column, value)).toEqual(refused(value));
  });

  test('refers to nothing that is not there', async () => {
    const value = newId();
    expect(await copies(table, column, value)).toEqual(refused(value));
  });

  test('cannot be changed so that it does', async () => {
    const value = await columnOf(theirs, parent, column);
    const like = table === 'scheduled_actions' ? "AND type = 'send'" : '';
    expect(
      await attempt(`UPDATE ${table} SET ${column} = $1 WHERE tenant_id = $2 ${like}`, [
        value,
        mine.tenant.tenantId,
      ]),
    ).toEqual(refused(value));
  });
});

describe.each(PARENTS)('rows of %s', (parent) => {
  const stays = (how: string) => ({
    code: '23503',
    table: parent,
    message: `${how} on table "${parent}": its rows stay, with their keys, since others refer to them`,
  });

  test('are not deleted, by their owner either', async () => {
    expect(
      await attempt(`DELETE FROM ${parent} WHERE tenant_id = $1`, [mine.tenant.tenantId]),
    ).toMatchObject({ code: '23503' });
    expect(await attempt(`TRUNCATE ${parent} CASCADE`)).toMatchObject(stays('truncate'));
  });

  test('keep their keys', async () => {
    const key = parent === 'dispatch_lanes' ? 'campaign_id' : 'id';
    expect(
      await attempt(`UPDATE ${parent} SET ${key} = $1 WHERE tenant_id = $2`, [
        newId(),
        mine.tenant.tenantId,
      ]),
    ).toMatchObject({ code: '23503' });
  });

  test('can be deleted by no app', async () => {
    const [may] = await world.rows<{ api: boolean; worker: boolean }>(
      `SELECT has_table_privilege('cadenza_api', ?, 'DELETE') AS api,
         has_table_privilege('cadenza_worker', ?, 'DELETE') AS worker`,
      parent,
      parent,
    );
    expect(may).toEqual({ api: false, worker: false });
  });
});

test('a row that nothing refers to is not deleted, nor is its key changed', async () => {
  const contactId = await world.createContact(mine.tenant.tenantId);
  expect(await attempt('DELETE FROM contacts WHERE id = $1', [contactId])).toMatchObject({
    code: '23503',
    message: expect.stringMatching(/^delete on table "contacts"/),
  });
  expect(
    await attempt('UPDATE contacts SET id = $1 WHERE id = $2', [newId(), contactId]),
  ).toMatchObject({ code: '23503' });
});

test('references are looked up by key, however large the statement is', async () => {
  const plans = await withClient(world.database.url, async (client) => {
    const found: string[] = [];
    client.on('notice', ({ message }) => found.push(message ?? ''));
    await client.query("LOAD 'auto_explain'");
    await client.query(`
      SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;
      SET client_min_messages = log; SET auto_explain.log_level = notice`);
    await client.query('BEGIN');
    await client.query(`
      INSERT INTO message_events
        (tenant_id, id, message_id, enrollment_id, attempt, type, occurred_at, dedupe_key)
      SELECT tenant_id, gen_random_uuid(), id, enrollment_id, 1, 'opened', now(), n::text
      FROM outbound_messages CROSS JOIN generate_series(1, 50) n`);
    await client.query('ROLLBACK');
    return found.filter((plan) => plan.includes('INTO missing') || plan.includes('concat_ws'));
  });
  expect(plans).toHaveLength(1);
  // By the message, and not by its tenant alone.
  expect(plans[0]).toMatch(/ on outbound_messages p\b[^]*Index Cond: \(.*\bid = n\.message_id\b/);
  expect(plans[0]).not.toContain('Seq Scan');
});

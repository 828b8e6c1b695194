import { newId } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { enrolled, type Enrolled } from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let mail: Enrolled;
let other: Tenant;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  mail = await enrolled(world);
  other = await world.createTenant();
});

afterAll(() => world.close());

/** SQLSTATE with which a statement of the owner is refused; null where it is not. */
function refusal(statement: string, values: readonly unknown[] = []): Promise<string | null> {
  return withClient(world.database.url, async (client) => {
    await client.query('BEGIN');
    try {
      const { rowCount } = await client.query(statement, [...values]);
      return rowCount === 0 ? 'no row' : null;
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

const CHECK_VIOLATION = '23514';
const FOREIGN_KEY_VIOLATION = '23503';

const IMPOSSIBLE: readonly (readonly [what: string, statement: string])[] = [
  ['a clock that stands still', 'UPDATE clock_settings SET rate = 0'],
  [
    'a second clock',
    `INSERT INTO clock_settings (singleton, real_base, campaign_base, rate)
     SELECT false, real_base, campaign_base, rate FROM clock_settings`,
  ],
  ['a tenant paused for no reason', "UPDATE tenants SET status = 'paused'"],
  ['a policy for unknowns that nobody knows', "UPDATE tenants SET unknown_policy = 'maybe'"],
  ['a sender paused for no reason', 'UPDATE email_sender_identities SET paused_at = now()'],
  ['a sender’s address in capitals', 'UPDATE email_sender_identities SET email = upper(email)'],
  ['a person’s address in capitals', 'UPDATE contact_channels SET address = upper(address)'],
  ['a channel that there is not', "UPDATE contact_channels SET channel = 'fax'"],
  ['custom fields that are a list', "UPDATE contacts SET custom = '[]'"],
  ['a campaign of no status', "UPDATE campaigns SET status = 'asleep'"],
  ['a plan version 0', 'UPDATE campaign_plan_versions SET version = 0'],
  ['a base ahead of the version', 'UPDATE contact_campaigns SET base_seq = version + 1'],
  ['a version below 0', 'UPDATE contact_campaigns SET base_seq = 0, version = -1'],
  [
    'an active enrollment that has ended',
    `UPDATE contact_campaigns SET state = state || '{"phase": "ended"}'`,
  ],
  [
    'an ended enrollment that goes on',
    `UPDATE contact_campaigns SET state = state || '{"end": {"status": "stopped"}}'`,
  ],
  [
    'a phase that there is not',
    `UPDATE contact_campaigns SET state = state || '{"phase": "asleep"}'`,
  ],
  ['a transition 0', 'UPDATE campaign_transitions SET seq = 0'],
  [
    'a hand-off under way that nobody holds',
    "UPDATE outbound_messages SET status = 'dispatching', begun_at = now(), to_address = 'a@b.c'",
  ],
  ['a message sent that was never begun', "UPDATE outbound_messages SET status = 'sent'"],
  [
    'a queued message that somebody holds',
    'UPDATE outbound_messages SET token = gen_random_uuid()',
  ],
  ['an attempt 0', 'UPDATE outbound_messages SET attempt = 0'],
  ['a message of no status', "UPDATE outbound_messages SET status = 'lost'"],
  ['a dispatched action without a lease', "UPDATE scheduled_actions SET status = 'dispatched'"],
  ['a pending action with a lease', 'UPDATE scheduled_actions SET lease_until = now()'],
  ['a send without its message', 'UPDATE scheduled_actions SET message_id = NULL'],
  ['a send with a timer', "UPDATE scheduled_actions SET timer = 'no_open'"],
  ['a slot without an end', 'UPDATE scheduled_actions SET slot_start = now()'],
  [
    'a window that ends before its run',
    "UPDATE scheduled_actions SET not_after = run_at - interval '1 second'",
  ],
  ['a dispatch below 0', 'UPDATE scheduled_actions SET dispatch_no = -1'],
  [
    'a limit below 0',
    "INSERT INTO send_rate_limits (id, scope, window_seconds, max_messages) VALUES (gen_random_uuid(), 'global', 60, -1)",
  ],
  [
    'a global limit of one tenant',
    "INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages) SELECT gen_random_uuid(), id, 'global', 60, 1 FROM tenants",
  ],
  [
    'a delivery processed at no time',
    "INSERT INTO webhook_deliveries (id, provider, payload, payload_hash, status) VALUES (gen_random_uuid(), 'sendgrid', '', sha256(''), 'processed')",
  ],
];

test.each(IMPOSSIBLE)('there cannot be %s', async (_what, statement) => {
  expect(await refusal(statement)).toBe(CHECK_VIOLATION);
});

describe('another tenant’s row cannot be referred to', () => {
  const REFERENCES: readonly (readonly [what: string, table: string, column: string])[] = [
    ['by a campaign’s sender', 'campaigns', 'sender_identity_id'],
    ['by a campaign’s plan', 'campaigns', 'plan_version_id'],
    ['by an enrollment’s campaign', 'contact_campaigns', 'campaign_id'],
    ['by an enrollment’s plan', 'contact_campaigns', 'plan_version_id'],
    ['by a message’s sender', 'outbound_messages', 'sender_identity_id'],
    ['by an action’s lane', 'scheduled_actions', 'campaign_id'],
  ];

  test.each(REFERENCES)('%s', async (_what, table, column) => {
    const targets: Record<string, string> = {
      campaign_id: other.campaignId,
      sender_identity_id: other.senderId,
    };
    const [version] = await world.rows<{ id: string }>(
      'SELECT plan_version_id AS id FROM campaigns WHERE id = ?',
      other.campaignId,
    );
    const target = targets[column] ?? version?.id;

    const refused = await refusal(`UPDATE ${table} SET ${column} = $1 WHERE tenant_id = $2`, [
      target,
      mail.tenant.tenantId,
    ]);

    expect(refused).toBe(FOREIGN_KEY_VIOLATION);
  });

  test('by a contact’s lead', async () => {
    const lead = newId();
    await world.rows(
      "INSERT INTO leads (tenant_id, id, name) VALUES (?, ?, 'Theirs')",
      other.tenantId,
      lead,
    );
    expect(
      await refusal('UPDATE contacts SET lead_id = $1 WHERE tenant_id = $2', [
        lead,
        mail.tenant.tenantId,
      ]),
    ).toBe(FOREIGN_KEY_VIOLATION);
  });
});

test('a partition is made for a month whose first events have come before it', async () => {
  await withClient(world.database.url, async (client) => {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type, occurred_at, dedupe_key)
       SELECT tenant_id, $1, id, enrollment_id, 1, 'opened', '2041-05-17', 'early'
       FROM outbound_messages WHERE id = $2`,
      [newId(), mail.messageId],
    );
    const holder = () =>
      client.query('SELECT tableoid::regclass::text AS name FROM message_events');
    expect((await holder()).rows).toEqual([{ name: 'message_events_default' }]);

    const made = await client.query("SELECT ensure_event_partitions('2041-05-01', 1) AS made");

    expect(made.rows).toEqual([{ made: 1 }]);
    expect((await holder()).rows).toEqual([{ name: 'message_events_204105' }]);
    const again = await client.query("SELECT ensure_event_partitions('2041-05-01', 1) AS made");
    expect(again.rows).toEqual([{ made: 0 }]);
    await client.query('ROLLBACK');
  });
});

test('a change that says nothing of it is dated all the same', async () => {
  for (const table of ['contact_campaigns', 'outbound_messages', 'scheduled_actions']) {
    const dated = await world.rows<{ now: boolean }>(
      `UPDATE ${table} SET created_at = created_at RETURNING updated_at = now() AS now`,
    );
    expect(dated, table).toEqual(dated.map(() => ({ now: true })));
    expect(dated.length, table).toBeGreaterThan(0);
  }
});

import type pg from 'pg';
import { connect } from '../client.ts';
import { KINDS, type Kind } from './options.ts';

/** Where people wait: for one of the reasons of a backlog, or free to go. */
export type Group = Kind | 'open';

/**
 * Writes people and their enrollments by set: the engine would take the best part of an hour for a
 * million. What is not a person's own is copied from an enrollment that the engine has made.
 */
export interface Loader {
  /** Loads so many people, each in a campaign of each of these kinds, and has the tables analyzed. */
  backlog(kinds: readonly Kind[], people: number): Promise<void>;
  /** Adds so many people who are due and free to go, spread over the tenants. */
  open(people: number): Promise<void>;
  /** As if somebody had set their limits anew: the limited lanes are asked again at once. */
  wakeLimited(): Promise<void>;
  /** What is dispatched has been sent. */
  complete(): Promise<void>;
  /** Pending actions that are there. */
  pending(): Promise<number>;
  close(): Promise<void>;
}

/** People written by one statement. */
const CHUNK = 50_000;
/** People of a campaign. One campaign, of the first tenant, has half of all. */
const CAMPAIGN_SIZE = 1_000;
/** What a limited sender may send in an hour: some leave, and then none. */
const LIMITED_PER_HOUR = 10;

const STATUS = { later: 'running', limited: 'running', paused: 'paused' } as const;
/** When person `n` is due. */
const RUN_AT: Readonly<Record<Group, string>> = {
  later: "campaign_now() + interval '1 day' + (n::bigint * 7919 % 2592000) * interval '1 s'",
  limited: "campaign_now() - (n % 3600) * interval '1 s'",
  paused: "campaign_now() - (n % 3600) * interval '1 s'",
  open: 'campaign_now()',
};

/**
 * Ids grow with `n`, as real ones do with time: the indexes are as dense as theirs. What is made for
 * a person in a group has one id in all tables.
 */
const PREPARE = `
  CREATE FUNCTION pg_temp.nth_id(group_no integer, n integer) RETURNS uuid
  LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(group_no), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
  $$;
  CREATE TEMP TABLE loaded_campaigns AS
    SELECT 0 AS group_no, (row_number() OVER (ORDER BY tenant_id))::integer - 1 AS no, tenant_id,
      id AS campaign_id, plan_version_id, sender_identity_id
    FROM campaigns;
  CREATE TEMP TABLE loaded_state AS
    SELECT e.version, e.state, e.base_state, e.base_seq, a.node_id, a.visit, a.attempt, a.dedupe_key
    FROM scheduled_actions a
    JOIN contact_campaigns e ON e.tenant_id = a.tenant_id AND e.id = a.enrollment_id
    WHERE a.type = 'send'
    LIMIT 1`;

/** @param ownerUrl of a database in which each tenant has one campaign, with somebody in it. */
export async function createLoader(ownerUrl: string): Promise<Loader> {
  const client = await connect(ownerUrl);
  await client.query(PREPARE);
  const tenants = await count(client, 'SELECT count(*) FROM loaded_campaigns');
  let known = 0;

  return {
    async backlog(kinds, people) {
      const deep = Math.floor(people / 2);
      const campaigns = 1 + Math.ceil((people - deep) / CAMPAIGN_SIZE);
      const campaignOf = `CASE WHEN n < ${deep} THEN 0 ELSE 1 + (n - ${deep}) / ${CAMPAIGN_SIZE} END`;
      await addLimitedSenders(client);
      for (const kind of kinds) await addCampaigns(client, kind, campaigns, tenants);
      // References are right by the way rows are made; to check each takes longer than all the rest.
      await client.query('SET session_replication_role = replica');
      for (let from = 0; from < people; from += CHUNK) {
        const range = { from, to: Math.min(from + CHUNK, people) - 1, campaignOf };
        for (const [no, kind] of kinds.entries()) {
          if (no === 0) await addPeople(client, kind, range);
          await enrol(client, kind, range);
        }
      }
      await client.query(DUE_AT);
      await client.query('SET session_replication_role = origin');
      known = people;
      await client.query('VACUUM (ANALYZE)');
      await client.query('CHECKPOINT');
    },
    async open(people) {
      const range = { from: known, to: known + people - 1, campaignOf: `n % ${tenants}` };
      await addPeople(client, 'open', range);
      await enrol(client, 'open', range);
      known += people;
    },
    async wakeLimited() {
      await client.query(
        'UPDATE send_rate_limits SET max_messages = max_messages WHERE scope = $1 AND reference IS NOT NULL',
        ['sender'],
      );
    },
    async complete() {
      await client.query(
        "UPDATE scheduled_actions SET status = 'completed', lease_until = NULL WHERE status = 'dispatched'",
      );
    },
    pending: () => count(client, "SELECT count(*) FROM scheduled_actions WHERE status = 'pending'"),
    close: () => client.end(),
  };
}

/** People by number, `from` and `to` included, with the number of each one's campaign in SQL. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly campaignOf: string;
}

/** 0 is that of the people themselves, and of the campaigns that were there. */
function groupNo(group: Group): number {
  return group === 'open' ? 0 : 1 + KINDS.indexOf(group);
}

/** A second sender for each tenant, under a limit of its own. */
async function addLimitedSenders(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TEMP TABLE limited_senders AS
      SELECT no, tenant_id, pg_temp.nth_id(${groupNo('limited')}, no) AS id FROM loaded_campaigns;
    INSERT INTO email_sender_identities (tenant_id, id, email, name, verification, verified_at)
      SELECT tenant_id, id, 'limited' || no || '@example.com', 'Limited', 'verified', now()
      FROM limited_senders;
    INSERT INTO send_rate_limits (id, tenant_id, scope, reference, window_seconds, max_messages,
        counted_at)
      SELECT id, tenant_id, 'sender', id, 3600, ${LIMITED_PER_HOUR}, now() FROM limited_senders`);
}

/** Campaigns with their lanes, the tenants in turns. */
async function addCampaigns(
  client: pg.Client,
  kind: Kind,
  campaigns: number,
  tenants: number,
): Promise<void> {
  const group = groupNo(kind);
  await client.query(`
    INSERT INTO loaded_campaigns
      SELECT ${group}, c.no, t.tenant_id, pg_temp.nth_id(${group}, c.no), t.plan_version_id,
        ${kind === 'limited' ? 'l.id' : 't.sender_identity_id'}
      FROM generate_series(0, ${campaigns - 1}) AS c (no)
      JOIN loaded_campaigns t ON t.group_no = 0 AND t.no = c.no % ${tenants}
      JOIN limited_senders l ON l.no = t.no;
    INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
      SELECT tenant_id, campaign_id, '${kind} ' || no, plan_version_id, sender_identity_id,
        '${STATUS[kind]}'
      FROM loaded_campaigns WHERE group_no = ${group};
    INSERT INTO dispatch_lanes (tenant_id, campaign_id, sender_identity_id)
      SELECT tenant_id, campaign_id, sender_identity_id
      FROM loaded_campaigns WHERE group_no = ${group};
    ANALYZE loaded_campaigns`);
}

function people(group: Group, { from, to, campaignOf }: Range): string {
  return `(
    SELECT n, c.*, pg_temp.nth_id(0, n) AS contact_id, pg_temp.nth_id(${groupNo(group)}, n) AS id
    FROM generate_series(${from}, ${to}) n
    JOIN loaded_campaigns c ON c.group_no = ${groupNo(group)} AND c.no = ${campaignOf}
    ORDER BY n) p`;
}

async function addPeople(client: pg.Client, group: Group, range: Range): Promise<void> {
  await client.query(`
    INSERT INTO contacts (tenant_id, id, first_name, last_name)
      SELECT tenant_id, contact_id, 'Grace' || n, 'Hopper' || n FROM ${people(group, range)};
    INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
      SELECT tenant_id, contact_id, contact_id, 'email',
        'q' || n || '.silent@site' || n % 500 || '.example.org'
      FROM ${people(group, range)}`);
}

/** Enrollments of people who are there, each with its message and the action that sends it. */
async function enrol(client: pg.Client, group: Group, range: Range): Promise<void> {
  const rows = `${people(group, range)} CROSS JOIN loaded_state s`;
  await client.query(`
    INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id, version,
        state, base_state, base_seq, enrolled_at)
      SELECT tenant_id, id, campaign_id, contact_id, plan_version_id, version, state, base_state,
        base_seq, campaign_now()
      FROM ${rows};
    INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id,
        visit, attempt, channel, sender_identity_id, status)
      SELECT tenant_id, id, id, campaign_id, contact_id, node_id, visit, attempt, 'email',
        sender_identity_id, 'queued'
      FROM ${rows};
    INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
        sender_identity_id, type, node_id, visit, attempt, dedupe_key, status, due_at, run_at)
      SELECT tenant_id, id, id, campaign_id, id, sender_identity_id, 'send', node_id, visit, attempt,
        dedupe_key, 'pending', run_at, run_at
      FROM ${rows} CROSS JOIN LATERAL (SELECT ${RUN_AT[group]} AS run_at) due`);
}

/** What the trigger does that keeps lanes awake, and that was left out. */
const DUE_AT = `
  UPDATE dispatch_lanes l SET due_at = first.run_at
  FROM (
    SELECT tenant_id, campaign_id, sender_identity_id, min(run_at) AS run_at
    FROM scheduled_actions WHERE type = 'send' AND status = 'pending'
    GROUP BY tenant_id, campaign_id, sender_identity_id) first
  WHERE l.tenant_id = first.tenant_id AND l.campaign_id = first.campaign_id
    AND l.sender_identity_id = first.sender_identity_id AND l.due_at > first.run_at`;

async function count(client: pg.Client, query: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(query);
  return Number(rows[0]?.count);
}

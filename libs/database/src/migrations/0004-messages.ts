import { sql, type Kysely } from 'kysely';

/**
 * Messages and their attempts, the actions that will send them or fire their time-outs, the lanes
 * of dispatch, and the holds of a provider's account.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // in_reply_to: the message that a follow-up continues. look_up_at: when the provider is asked next
  // what became of an unknown message; real time. No index names a column that changes where a
  // hand-off begins, is accepted, or moves on by events, so that none is written to then: pages are
  // filled by a third for that, since a message grows with its hand-off. is_unknown and failure stand
  // in the status's place, failure until somebody has dismissed it: nothing is left to do with that
  // attempt then; `hand_off_batches` and `provider_message_ids` have the rest that messages
  // are looked for by.
  await sql`
    CREATE TABLE outbound_messages (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      enrollment_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      contact_id uuid NOT NULL,
      node_id text NOT NULL,
      visit integer NOT NULL CHECK (visit > 0),
      attempt integer NOT NULL DEFAULT 1 CHECK (attempt > 0),
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      sender_identity_id uuid NOT NULL,
      status text NOT NULL CHECK (status IN
        ('queued', 'dispatching', 'unknown', 'sent', 'deferred', 'delivered', 'bounced', 'retrying',
         'blocked', 'dropped', 'failed', 'canceled', 'skipped')),
      token uuid,
      deadline_at timestamptz,
      begun_at timestamptz,
      accepted_at timestamptz,
      to_address text,
      subject text,
      provider_message_id text,
      smtp_id text,
      in_reply_to uuid,
      detail text,
      look_up_at timestamptz,
      look_ups integer NOT NULL DEFAULT 0 CHECK (look_ups >= 0),
      absent_at timestamptz,
      dismissed_attempt integer,
      dismissed_at timestamptz,
      dismissed_by text,
      dismissal_reason text CHECK (length(dismissal_reason) BETWEEN 1 AND 200),
      is_unknown boolean NOT NULL GENERATED ALWAYS AS (status = 'unknown') STORED,
      failure text GENERATED ALWAYS AS
        (CASE WHEN status IN ('bounced', 'blocked', 'dropped', 'failed')
              AND dismissed_attempt IS DISTINCT FROM attempt THEN status END) STORED,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, enrollment_id, node_id, visit),
      FOREIGN KEY (tenant_id, enrollment_id) REFERENCES contact_campaigns (tenant_id, id),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id),
      FOREIGN KEY (tenant_id, in_reply_to) REFERENCES outbound_messages (tenant_id, id),
      CHECK ((status IN ('dispatching', 'unknown')) <= (token IS NOT NULL)),
      CHECK (status <> 'queued' OR (token IS NULL AND begun_at IS NULL)),
      CHECK (status NOT IN ('dispatching', 'unknown', 'sent', 'deferred', 'delivered')
             OR (begun_at IS NOT NULL AND to_address IS NOT NULL)),
      CHECK (in_reply_to <> id),
      CHECK (num_nonnulls(dismissed_attempt, dismissed_at, dismissed_by) IN (0, 3)),
      CHECK (dismissal_reason IS NULL OR dismissed_at IS NOT NULL)
    ) WITH (fillfactor = 35)`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_unknown ON outbound_messages (tenant_id, id)
      WHERE is_unknown`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_look_up ON outbound_messages (look_up_at)
      WHERE is_unknown`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_campaign ON outbound_messages (tenant_id, campaign_id, id)`.execute(
    db,
  );
  await sql`
    CREATE INDEX outbound_messages_failures ON outbound_messages (tenant_id, failure, id)
      WHERE failure IS NOT NULL`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_replies ON outbound_messages (tenant_id, in_reply_to)
      WHERE in_reply_to IS NOT NULL`.execute(db);
  await createBatches(db);
  // A message holds the facts of its current attempt. They move here when the next attempt is
  // queued, and when a hand-off is released: its attempt may begin again. `lost`: nothing was known
  // of it when the next one was queued.
  await sql`
    CREATE TABLE message_attempts (
      tenant_id uuid NOT NULL,
      message_id uuid NOT NULL,
      attempt integer NOT NULL CHECK (attempt > 0),
      token uuid NOT NULL,
      status text NOT NULL CHECK (status IN
        ('released', 'unknown', 'sent', 'deferred', 'retrying', 'blocked', 'dropped', 'delivered',
         'bounced', 'failed')),
      begun_at timestamptz NOT NULL,
      accepted_at timestamptz,
      to_address text NOT NULL,
      subject text NOT NULL,
      provider_message_id text,
      smtp_id text,
      detail text,
      lost boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, message_id, attempt, token),
      FOREIGN KEY (tenant_id, message_id) REFERENCES outbound_messages (tenant_id, id)
    )`.execute(db);
  await sql`
    CREATE INDEX message_attempts_lost ON message_attempts (tenant_id, message_id)
      WHERE lost`.execute(db);
  await sql`
    CREATE INDEX message_attempts_begun ON message_attempts (tenant_id, begun_at)
      WHERE status <> 'released'`.execute(db);
  await sql`
    CREATE INDEX message_attempts_provider ON message_attempts (provider_message_id)
      WHERE provider_message_id IS NOT NULL`.execute(db);
  // due_at: no later than the first run_at of a pending send of the lane. next_at: not before it,
  // because of limits or a pause. wakes: how often a pause has ended or a limit changed. share: how
  // many it is asked for at a time, few where a limit refused most of them.
  await sql`
    CREATE TABLE dispatch_lanes (
      tenant_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      sender_identity_id uuid NOT NULL,
      next_at timestamptz NOT NULL DEFAULT '-infinity',
      due_at timestamptz NOT NULL DEFAULT 'infinity',
      visit_at timestamptz NOT NULL GENERATED ALWAYS AS (greatest(due_at, next_at)) STORED,
      wakes bigint NOT NULL DEFAULT 0,
      share integer NOT NULL DEFAULT 100 CHECK (share > 0),
      served_at timestamptz NOT NULL DEFAULT '-infinity',
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, campaign_id, sender_identity_id),
      FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id)
    )`.execute(db);
  await sql`CREATE INDEX dispatch_lanes_visit ON dispatch_lanes (visit_at)`.execute(db);
  // The whole installation has one account for each channel. held_until is campaign time; strikes
  // counts the holds that followed each other closely without an answer between them, unknowns the
  // hand-offs without a clear answer since the last one with an answer.
  await sql`
    CREATE TABLE provider_holds (
      channel text PRIMARY KEY CHECK (channel IN ('email', 'sms')),
      held_until timestamptz NOT NULL,
      strikes integer NOT NULL DEFAULT 0 CHECK (strikes >= 0),
      unknowns integer NOT NULL DEFAULT 0 CHECK (unknowns >= 0),
      probing boolean NOT NULL DEFAULT false
    )`.execute(db);
  // due_at: when the plan wants it. run_at: the first moment that windows allow. not_after: the
  // end of the window that holds run_at. deferred_*: where run_at and not_after were before a limit
  // moved them. All on the campaign clock; the lease alone is real time. Pages are filled by half: a
  // slot is assigned in place, just after the claim has written the row anew.
  await sql`
    CREATE TABLE scheduled_actions (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      enrollment_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      message_id uuid,
      sender_identity_id uuid,
      type text NOT NULL CHECK (type IN ('send', 'timeout')),
      timer text CHECK (timer IN ('no_open', 'no_click', 'no_reply', 'elapsed')),
      node_id text NOT NULL,
      visit integer NOT NULL CHECK (visit > 0),
      attempt integer NOT NULL CHECK (attempt > 0),
      dedupe_key text NOT NULL,
      status text NOT NULL CHECK (status IN ('pending', 'dispatched', 'completed', 'canceled')),
      due_at timestamptz NOT NULL,
      run_at timestamptz NOT NULL,
      not_after timestamptz,
      dispatch_no integer NOT NULL DEFAULT 0 CHECK (dispatch_no >= 0),
      lease_until timestamptz,
      slot_start timestamptz,
      slot_end timestamptz,
      deferred_run_at timestamptz,
      deferred_not_after timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, enrollment_id, dedupe_key),
      FOREIGN KEY (tenant_id, enrollment_id) REFERENCES contact_campaigns (tenant_id, id),
      FOREIGN KEY (tenant_id, message_id) REFERENCES outbound_messages (tenant_id, id),
      FOREIGN KEY (tenant_id, campaign_id, sender_identity_id)
        REFERENCES dispatch_lanes (tenant_id, campaign_id, sender_identity_id),
      CHECK ((type = 'send') = (message_id IS NOT NULL AND sender_identity_id IS NOT NULL)),
      CHECK ((type = 'timeout') = (timer IS NOT NULL)),
      CHECK ((status = 'dispatched') = (lease_until IS NOT NULL)),
      CHECK ((slot_start IS NULL) = (slot_end IS NULL)),
      CHECK (not_after >= run_at)
    ) WITH (fillfactor = 50)`.execute(db);
  await sql`
    CREATE INDEX scheduled_actions_sends ON scheduled_actions
      (tenant_id, campaign_id, sender_identity_id, run_at, id)
      WHERE status = 'pending' AND type = 'send'`.execute(db);
  await sql`
    CREATE INDEX scheduled_actions_timeouts ON scheduled_actions (run_at)
      WHERE status = 'pending' AND type = 'timeout'`.execute(db);
  // What is dispatched is little, and leases change while it is: an index on them would be written
  // to with each slot.
  await sql`
    CREATE INDEX scheduled_actions_dispatched ON scheduled_actions (type, tenant_id)
      WHERE status = 'dispatched'`.execute(db);
  await sql`
    CREATE INDEX scheduled_actions_deferred ON scheduled_actions
      (tenant_id, campaign_id, sender_identity_id)
      WHERE status = 'pending' AND deferred_run_at IS NOT NULL`.execute(db);
  await keepLanesAwake(db);
  // The key of the send that a state waits for, as the machine has it: the gate of the statement
  // that begins it. All that it calls is as immutable as it says, so that the planner puts its body
  // in its place: called, it would cost a row more than all the other gates.
  await sql`
    CREATE FUNCTION awaited_send(state jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
      SELECT CASE
        WHEN state ->> 'phase' = 'scheduled'
          THEN 'send:' || (state ->> 'nodeId') || ':' || (state ->> 'visit') || ':'
            || (state ->> 'attempt')
        WHEN state ->> 'phase' = 'listening' AND state #>> '{retry,at}' IS NOT NULL
          AND state #>> '{retry,clearedAt}' IS NULL
          THEN 'send:' || (state #>> '{anchor,nodeId}') || ':' || (state #>> '{anchor,visit}')
            || ':' || ((state #>> '{anchor,attempt}')::integer + 1)::text
      END
    $$`.execute(db);
  // The fold's own step for the beginning of a hand-off, for the statement that begins it. Stable, as
  // what it calls, for the same reason. Written out whole, as text: jsonb_build_object looks up the
  // type of each value anew for each row, and to put two objects together is dear.
  await sql`
    CREATE FUNCTION state_after_begin(
      state jsonb, begun_at timestamptz, node_id text, visit integer, attempt integer)
    RETURNS jsonb LANGUAGE sql STABLE AS $$
      SELECT concat(
        '{"phase":"handed_off","nodeId":', to_json(node_id), ',"visit":', visit,
        ',"attempt":', attempt, ',"enteredAt":', CASE
          WHEN state ->> 'nodeId' = node_id AND (state ->> 'visit')::integer = visit
            THEN coalesce(state ->> 'enteredAt', 'null')
          ELSE epoch_ms(begun_at)::text END,
        ',"anchor":{"nodeId":', to_json(node_id), ',"visit":', visit,
        ',"attempt":', attempt, ',"sentAt":', epoch_ms(begun_at),
        '},"visits":', state -> 'visits',
        ',"seen":[],"happened":[],"retry":null,"behind":null,"end":', coalesce(state -> 'end', 'null'),
        '}')::jsonb
    $$`.execute(db);
}

/**
 * By what messages are looked for besides their own keys. The rows say where to look: whether a
 * message is still what they say is its own row's to tell.
 */
async function createBatches(db: Kysely<unknown>): Promise<void> {
  // What of a tenant began in one statement, at its campaign time. deadline_at: the latest of theirs;
  // real time. watched: until none of them waits for its answer, some time after that.
  await sql`
    CREATE TABLE hand_off_batches (
      tenant_id uuid NOT NULL,
      begun_at timestamptz NOT NULL,
      deadline_at timestamptz NOT NULL,
      message_ids uuid[] NOT NULL CHECK (cardinality(message_ids) > 0),
      watched boolean NOT NULL DEFAULT true
    )`.execute(db);
  await sql`
    CREATE INDEX hand_off_batches_begun ON hand_off_batches (tenant_id, begun_at)`.execute(db);
  await sql`
    CREATE INDEX hand_off_batches_watched ON hand_off_batches (tenant_id, deadline_at)
      WHERE watched`.execute(db);
  // The names that the provider has given to messages of all attempts.
  await sql`
    CREATE TABLE provider_message_ids (
      tenant_id uuid NOT NULL,
      message_id uuid NOT NULL,
      provider_message_id text NOT NULL
    )`.execute(db);
  await sql`
    CREATE INDEX provider_message_ids_id ON provider_message_ids (provider_message_id)`.execute(db);
}

/**
 * Whatever makes a send pending keeps its lane from resting longer than until then. The lane's key
 * is held first: `claim_due_sends` puts a lane to rest only where nobody holds it, so either it
 * does not, or this sees that it has.
 */
async function keepLanesAwake(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION keep_lanes_awake() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM changed c WHERE c.type = 'send' AND c.status = 'pending') THEN
          RETURN NULL;
        END IF;
        PERFORM FROM dispatch_lanes l
        WHERE (l.tenant_id, l.campaign_id, l.sender_identity_id) IN (
          SELECT c.tenant_id, c.campaign_id, c.sender_identity_id FROM changed c
          WHERE c.type = 'send' AND c.status = 'pending')
        ORDER BY l.tenant_id, l.campaign_id, l.sender_identity_id
        FOR KEY SHARE;
        UPDATE dispatch_lanes l SET due_at = first.run_at
        FROM (
          SELECT c.tenant_id, c.campaign_id, c.sender_identity_id, min(c.run_at) AS run_at
          FROM changed c
          WHERE c.type = 'send' AND c.status = 'pending'
          GROUP BY c.tenant_id, c.campaign_id, c.sender_identity_id) first
        WHERE l.tenant_id = first.tenant_id AND l.campaign_id = first.campaign_id
          AND l.sender_identity_id = first.sender_identity_id AND l.due_at > first.run_at;
        RETURN NULL;
      END $$`.execute(db);
  for (const event of ['INSERT', 'UPDATE']) {
    await sql`
      CREATE TRIGGER ${sql.id(`keep_lanes_awake_${event.toLowerCase()}`)}
      AFTER ${sql.raw(event)} ON scheduled_actions
      REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION keep_lanes_awake()`.execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE scheduled_actions, provider_holds, dispatch_lanes, message_attempts,
      provider_message_ids, hand_off_batches, outbound_messages`.execute(db);
  await sql`
    DROP FUNCTION state_after_begin(jsonb, timestamptz, text, integer, integer),
      awaited_send(jsonb), keep_lanes_awake()`.execute(db);
}

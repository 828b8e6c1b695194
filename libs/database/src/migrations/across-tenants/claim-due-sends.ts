import { sql, type RawBuilder } from 'kysely';
import { HAS_OWN_ACCOUNT } from './own-account.ts';

/**
 * Claims due sends. Tenants take turns, weighed by what they have in the queue already, and within
 * a tenant its lanes do, by the priorities of their campaigns. Claims wait for each other, so that
 * max_outstanding holds however many dispatchers there are; a tenant leaves half of what is free
 * to those that come after it.
 *
 * A lane found paused, or without anything due, is put to rest, so that only lanes with work are
 * read. Statements see what was committed before them, and locks come first: what changes a lane
 * meanwhile either waits, and wakes it then, or was committed and is seen. With each send comes how
 * often its lane has been woken, for those who would put the lane to rest by limits read later.
 *
 * What follows CREATE, or CREATE OR REPLACE.
 *
 * @param accounts whether tenants may have accounts of their own: theirs are claimed where what all others
 *   share is held.
 */
export function claimOfSends({ accounts }: { readonly accounts: boolean }): RawBuilder<unknown> {
  const ifAccounts = (text: string) => sql.raw(accounts ? text : '');
  return sql`FUNCTION claim_due_sends(
      max_actions integer, max_per_lane integer, max_outstanding integer,
      lead_ms double precision, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer, lane_wakes bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        soon CONSTANT timestamptz := campaign_now() + lead_ms * interval '1 millisecond';
        wanted text[] := ARRAY(
          SELECT c FROM unnest(ARRAY['email', 'sms']) c
          WHERE NOT EXISTS (
            SELECT FROM provider_holds h
            WHERE h.channel IN (c, 'every') AND h.held_until > campaign_now()));${ifAccounts(`
        own_alone CONSTANT boolean := EXISTS (
          SELECT FROM provider_holds h
          WHERE h.channel = 'shared' AND h.held_until > campaign_now());`)}
        probed text;
        free integer;
        room integer;
        tenants_of uuid[];
        campaigns_of uuid[];
        senders_of uuid[];
      BEGIN${ifAccounts(`
        IF own_alone AND NOT EXISTS (
          SELECT FROM sendgrid_accounts o WHERE o.sealed_key IS NOT NULL) THEN
          wanted := array_remove(wanted, 'email');
        END IF;`)}
        IF 'email' <> ALL (wanted) AND ('sms' <> ALL (wanted) OR NOT EXISTS (
          SELECT FROM email_sender_identities i WHERE i.channel = 'sms')) THEN
          RETURN;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('cadenza claim_due_sends'));
        -- Nothing leaves this database on the strength of a claim before its slot is committed,
        -- which writes the claim to disk too; one that a crash undoes was never made.
        PERFORM set_config('synchronous_commit', 'off', true);
        SELECT count(*) INTO free FROM scheduled_actions s
        WHERE s.status = 'dispatched' AND s.type = 'send';
        free := max_outstanding - free;
        room := least(max_actions, free);
        -- After several hand-offs without an answer a channel is tried by one at a time: the rounds
        -- between are the other's.
        FOR probed IN
          SELECT h.channel FROM provider_holds h WHERE h.probing AND h.channel = ANY (wanted)
        LOOP
          IF NOT EXISTS (
            SELECT FROM scheduled_actions s
            JOIN email_sender_identities i ON i.tenant_id = s.tenant_id
              AND i.id = s.sender_identity_id AND i.channel = probed
            WHERE s.status = 'dispatched' AND s.type = 'send')
            AND EXISTS (
              SELECT FROM dispatch_lanes d
              JOIN email_sender_identities i ON i.tenant_id = d.tenant_id
                AND i.id = d.sender_identity_id AND i.channel = probed
              WHERE d.visit_at <= soon${ifAccounts(`
                AND (probed <> 'email' OR NOT own_alone OR ${HAS_OWN_ACCOUNT('d')})`)}) THEN
            wanted := ARRAY[probed];
            room := least(room, 1);
            EXIT;
          END IF;
          wanted := array_remove(wanted, probed);
        END LOOP;
        IF room <= 0 OR wanted = '{}' THEN
          RETURN;
        END IF;

        SELECT array_agg(lane.tenant_id ORDER BY lane.turn, lane.tenant_served_at),
               array_agg(lane.campaign_id ORDER BY lane.turn, lane.tenant_served_at),
               array_agg(lane.sender_identity_id ORDER BY lane.turn, lane.tenant_served_at)
        INTO tenants_of, campaigns_of, senders_of
        FROM (
          SELECT l.tenant_id, l.campaign_id, l.sender_identity_id, ready.turn,
            ready.tenant_served_at
          FROM (
            SELECT d.tenant_id, d.campaign_id, d.sender_identity_id,
              row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.served_at, d.campaign_id,
                d.sender_identity_id) AS turn,
              max(d.served_at) OVER (PARTITION BY d.tenant_id) AS tenant_served_at
            FROM dispatch_lanes d
            WHERE d.visit_at <= soon AND (cardinality(wanted) = 2 OR EXISTS (
              SELECT FROM email_sender_identities i
              WHERE i.tenant_id = d.tenant_id AND i.id = d.sender_identity_id
                AND i.channel = ANY (wanted)))${ifAccounts(`
              AND (NOT own_alone OR ${HAS_OWN_ACCOUNT('d')} OR EXISTS (
                SELECT FROM email_sender_identities i
                WHERE i.tenant_id = d.tenant_id AND i.id = d.sender_identity_id
                  AND i.channel = 'sms'))`)}) ready
          JOIN dispatch_lanes l ON l.tenant_id = ready.tenant_id
            AND l.campaign_id = ready.campaign_id
            AND l.sender_identity_id = ready.sender_identity_id
          ORDER BY ready.turn, ready.tenant_served_at
          LIMIT max_actions
          -- An insert of an action holds its lane's key: that must not make the lane be skipped.
          FOR NO KEY UPDATE OF l SKIP LOCKED) lane;
        IF tenants_of IS NULL THEN
          RETURN;
        END IF;

        UPDATE dispatch_lanes l SET next_at = 'infinity'
        FROM unnest(tenants_of, campaigns_of, senders_of)
          AS lane (tenant_id, campaign_id, sender_identity_id)
        WHERE l.tenant_id = lane.tenant_id AND l.campaign_id = lane.campaign_id
          AND l.sender_identity_id = lane.sender_identity_id
          AND NOT EXISTS (
            SELECT FROM campaigns c
            JOIN tenants t ON t.id = c.tenant_id AND t.status = 'active'
            JOIN email_sender_identities i ON i.tenant_id = c.tenant_id
              AND i.id = lane.sender_identity_id AND i.paused_at IS NULL
            WHERE c.tenant_id = lane.tenant_id AND c.id = lane.campaign_id
              AND c.status = 'running');

        RETURN QUERY
          WITH outstanding AS MATERIALIZED (
            SELECT s.tenant_id, count(*) AS actions FROM scheduled_actions s
            WHERE s.status = 'dispatched' AND s.type = 'send'
            GROUP BY s.tenant_id),
          lane AS MATERIALIZED (
            SELECT lane.*, c.priority, l.share, l.wakes, coalesce(o.actions, 0) AS actions,
              count(*) OVER (PARTITION BY lane.tenant_id) AS siblings
            FROM unnest(tenants_of, campaigns_of, senders_of)
              WITH ORDINALITY AS lane (tenant_id, campaign_id, sender_identity_id, no)
            JOIN dispatch_lanes l ON l.tenant_id = lane.tenant_id
              AND l.campaign_id = lane.campaign_id
              AND l.sender_identity_id = lane.sender_identity_id AND l.next_at <= soon
            JOIN campaigns c ON c.tenant_id = lane.tenant_id AND c.id = lane.campaign_id
            LEFT JOIN outstanding o ON o.tenant_id = lane.tenant_id),
          offered AS MATERIALIZED (
            SELECT lane.*, first.id, first.nth
            FROM lane
            CROSS JOIN (SELECT count(DISTINCT lane.tenant_id) AS tenants FROM lane) every
            -- Tenants offer a few times what can be taken, so that uneven ones fill a round.
            CROSS JOIN LATERAL (
              SELECT s.id, row_number() OVER (ORDER BY s.run_at, s.id) AS nth
              FROM scheduled_actions s
              WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
                AND s.sender_identity_id = lane.sender_identity_id
                AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= soon
              ORDER BY s.run_at, s.id
              LIMIT least(max_per_lane, lane.share,
                1 + 4 * room / (every.tenants * lane.siblings))) first),
          queued AS (
            SELECT offered.*,
              row_number() OVER (PARTITION BY offered.tenant_id
                ORDER BY offered.nth::double precision / offered.priority, offered.no) AS place
            FROM offered),
          picked AS MATERIALIZED (
            SELECT queued.*, row_number() OVER (ORDER BY actions + place, no) AS rank
            FROM queued
            WHERE actions + place <= (free + actions + 1) / 2
            ORDER BY actions + place, no
            LIMIT room),
          taken AS MATERIALIZED (
            SELECT picked.*, a.ctid AS at FROM picked
            JOIN scheduled_actions a ON a.tenant_id = picked.tenant_id AND a.id = picked.id
              AND a.status = 'pending'
            FOR UPDATE OF a SKIP LOCKED),
          served AS (
            UPDATE dispatch_lanes l
            SET served_at = clock_timestamp(), share = least(2 * l.share, 1000)
            FROM (SELECT DISTINCT t.tenant_id, t.campaign_id, t.sender_identity_id FROM taken t) t
            WHERE l.tenant_id = t.tenant_id AND l.campaign_id = t.campaign_id
              AND l.sender_identity_id = t.sender_identity_id),
          -- Found by its place: one that changed after this statement began waits for the next.
          claimed AS (
            UPDATE scheduled_actions a
            SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
                lease_until = clock_timestamp() + lease_ms * interval '1 millisecond',
                deferred_run_at = NULL, deferred_not_after = NULL, updated_at = now()
            FROM taken
            WHERE a.ctid = taken.at AND a.tenant_id = taken.tenant_id AND a.id = taken.id
            RETURNING a.tenant_id, a.id, a.dispatch_no, taken.wakes, taken.rank)
          SELECT c.tenant_id, c.id, c.dispatch_no, c.wakes FROM claimed c ORDER BY c.rank;

        SELECT array_agg(l.tenant_id), array_agg(l.campaign_id), array_agg(l.sender_identity_id)
        INTO tenants_of, campaigns_of, senders_of
        FROM (
          SELECT l.tenant_id, l.campaign_id, l.sender_identity_id
          FROM unnest(tenants_of, campaigns_of, senders_of)
            AS lane (tenant_id, campaign_id, sender_identity_id)
          JOIN dispatch_lanes l ON l.tenant_id = lane.tenant_id
            AND l.campaign_id = lane.campaign_id
            AND l.sender_identity_id = lane.sender_identity_id
          WHERE NOT EXISTS (
            SELECT FROM scheduled_actions s
            WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
              AND s.sender_identity_id = lane.sender_identity_id
              AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= soon)
          -- Not while an action is being put into the lane, which holds its key.
          FOR UPDATE OF l SKIP LOCKED) l;
        UPDATE dispatch_lanes l SET due_at = coalesce(first.run_at, 'infinity')
        FROM unnest(tenants_of, campaigns_of, senders_of)
          AS lane (tenant_id, campaign_id, sender_identity_id)
        LEFT JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = lane.tenant_id AND s.campaign_id = lane.campaign_id
            AND s.sender_identity_id = lane.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending'
          ORDER BY s.run_at, s.id
          LIMIT 1) first ON true
        WHERE l.tenant_id = lane.tenant_id AND l.campaign_id = lane.campaign_id
          AND l.sender_identity_id = lane.sender_identity_id;
      END $$`;
}

import type {
  EnrollmentHistory,
  EnrollmentSnapshot,
  Histories,
  LiveAction,
  MessageOfEnrollment,
  RecordedTransition,
} from '@cadenza/engine';
import type { EnrollmentState } from '@cadenza/plan';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { readBase } from './base-state.ts';
import { distinct, FIRST_ID, isIn, rows } from './rows.ts';

interface HistoryRow {
  tenant_id: string;
  id: string;
  plan_version_id: string;
  version: number;
  state: EnrollmentState;
  base_state: EnrollmentState | null;
  base_seq: number;
  snapshot: EnrollmentSnapshot | null;
  inputs: RecordedTransition[] | null;
  actions: LiveAction[] | null;
  messages: MessageOfEnrollment[] | null;
}

/** The courses of enrollments as they were recorded, and what is kept of them. */
export function histories(trx: Transaction<Schema>): Histories {
  return {
    async historiesAfter({ tenantId, campaignId, after, limit }) {
      const found = await historiesOfPage(sql`
        SELECT c.* FROM contact_campaigns c
        WHERE c.tenant_id = ${tenantId} AND c.id > ${after ?? FIRST_ID}::uuid
          AND (${campaignId}::uuid IS NULL OR c.campaign_id = ${campaignId}::uuid)
        ORDER BY c.tenant_id, c.id
        LIMIT ${limit}`).execute(trx);
      return found.rows.map(historyOf);
    },

    async historiesOf(refs) {
      if (refs.length === 0) return [];
      const found = await historiesOfPage(sql`
        SELECT c.* FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN contact_campaigns c ON c.tenant_id = r.tenant_id AND c.id = r.id`).execute(trx);
      return found.rows.map(historyOf);
    },

    async snapshotsOf(refs) {
      if (refs.length === 0) return new Map();
      const found = await sql<{
        enrollment_id: string;
        seq: number;
        state: EnrollmentState;
        machine_version: number;
      }>`
        SELECT s.enrollment_id, s.seq, s.state, s.machine_version
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN enrollment_snapshots s ON s.tenant_id = r.tenant_id AND s.enrollment_id = r.id`.execute(
        trx,
      );
      return new Map(
        found.rows.map((row) => [
          row.enrollment_id,
          { seq: row.seq, state: row.state, machineVersion: row.machine_version },
        ]),
      );
    },

    async detachable({ tenantId, before, after, limit }) {
      const found = await sql<{ tenant_id: string; id: string }>`
        SELECT c.tenant_id, c.id FROM contact_campaigns c
        WHERE c.tenant_id = ${tenantId} AND c.id > ${after ?? FIRST_ID}::uuid
          AND c.status <> 'active' AND c.base_seq > 0
          AND NOT EXISTS (
            SELECT FROM enrollment_snapshots s
            WHERE s.tenant_id = c.tenant_id AND s.enrollment_id = c.id AND s.seq >= c.base_seq)
          AND NOT EXISTS (
            SELECT FROM campaign_transitions t
            WHERE t.tenant_id = c.tenant_id AND t.enrollment_id = c.id
              AND (t.recorded_at >= from_epoch_ms(${before}) OR t.input ->> 'kind' = 'released'))
          AND NOT EXISTS (
            SELECT FROM outbound_messages m
            WHERE m.tenant_id = c.tenant_id AND m.enrollment_id = c.id
              AND m.status IN ('queued', 'dispatching', 'unknown'))
        ORDER BY c.tenant_id, c.id
        LIMIT ${limit}`.execute(trx);
      return found.rows.map((row) => ({ tenantId: row.tenant_id, id: row.id }));
    },

    // Two statements: the policy of the second lets nothing be deleted that no snapshot stands for,
    // and sees none that its own statement would write.
    async detachInputs(list) {
      if (list.length === 0) return 0;
      await sql`
        INSERT INTO enrollment_snapshots AS s (tenant_id, enrollment_id, seq, state,
          machine_version)
        SELECT r.tenant_id, r.id, r.seq, r.state, r.machine_version
        FROM ${rows(
          list.map(({ tenantId, id, snapshot }) => ({
            tenant_id: tenantId,
            id,
            seq: snapshot.seq,
            state: snapshot.state,
            machine_version: snapshot.machineVersion,
          })),
          'r(tenant_id uuid, id uuid, seq integer, state jsonb, machine_version integer)',
        )}
        ON CONFLICT (tenant_id, enrollment_id) DO UPDATE
        SET seq = excluded.seq, state = excluded.state,
            machine_version = excluded.machine_version, created_at = excluded.created_at`.execute(
        trx,
      );
      const deleted = await sql`
        DELETE FROM campaign_transitions t
        USING ${rows(
          list.map(({ tenantId, id, snapshot }) => ({
            tenant_id: tenantId,
            id,
            seq: snapshot.seq,
          })),
          'r(tenant_id uuid, id uuid, seq integer)',
        )}
        WHERE t.tenant_id = r.tenant_id AND t.enrollment_id = r.id AND t.seq <= r.seq`.execute(trx);
      return Number(deleted.numAffectedRows ?? 0n);
    },
  };
}

/** Everything of the enrollments of a page in one statement: all of it as it was at one moment. */
function historiesOfPage(page: RawBuilder<unknown>): RawBuilder<HistoryRow> {
  return sql<HistoryRow>`
    WITH page AS MATERIALIZED (${page})
    SELECT c.tenant_id, c.id, c.plan_version_id, c.version, c.state, c.base_state, c.base_seq,
      CASE WHEN s.seq IS NULL THEN NULL ELSE
        json_build_object('seq', s.seq, 'state', s.state, 'machineVersion', s.machine_version) END
        AS snapshot,
      (SELECT json_agg(json_build_object(
          'recorded', json_build_object('seq', t.seq, 'id', t.input_id,
            'now', epoch_ms(t.recorded_at), 'input', t.input),
          'ownAt', epoch_ms(t.own_at), 'settings', t.settings,
          'machineVersion', t.machine_version, 'outcome', t.outcome,
          'fromNode', t.from_node, 'toNode', t.to_node, 'effects', t.effects) ORDER BY t.seq)
        FROM campaign_transitions t
        WHERE t.tenant_id = c.tenant_id AND t.enrollment_id = c.id
          AND t.seq > coalesce(s.seq, 0)) AS inputs,
      (SELECT json_agg(json_build_object('key', a.dedupe_key, 'dueAt', epoch_ms(a.due_at)))
        FROM scheduled_actions a
        WHERE a.tenant_id = c.tenant_id AND a.enrollment_id = c.id
          AND ${isIn('a.status', 'pending', 'dispatched')}) AS actions,
      (SELECT json_agg(json_build_object('nodeId', m.node_id, 'visit', m.visit,
          'attempt', m.attempt, 'status', m.status))
        FROM outbound_messages m
        WHERE m.tenant_id = c.tenant_id AND m.enrollment_id = c.id) AS messages
    FROM page c
    LEFT JOIN enrollment_snapshots s ON s.tenant_id = c.tenant_id AND s.enrollment_id = c.id
    ORDER BY c.tenant_id, c.id`;
}

function historyOf(row: HistoryRow): EnrollmentHistory {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    planVersionId: row.plan_version_id,
    version: row.version,
    state: row.state,
    base: { state: readBase(row), seq: row.base_seq },
    snapshot: row.snapshot,
    inputs: row.inputs ?? [],
    actions: row.actions ?? [],
    messages: row.messages ?? [],
  };
}

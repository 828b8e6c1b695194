import type { EnrollmentState, RecordedInput } from '@cadenza/plan';
import type { EngineTransaction, EnrollmentRecord, TransitionRecord } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { readBase, writtenBase } from './base-state.ts';
import { distinct, rows } from './rows.ts';
import { sharedJson } from './shared-json.ts';

type Enrollments = Pick<
  EngineTransaction,
  | 'lockEnrollments'
  | 'recordedInputs'
  | 'baseStatesOf'
  | 'insertEnrollments'
  | 'saveEnrollments'
  | 'insertTransitions'
>;

interface EnrollmentRow {
  tenant_id: string;
  id: string;
  campaign_id: string;
  contact_id: string;
  plan_version_id: string;
  sender_identity_id: string;
  sms_sender_identity_id: string | null;
  timezone: string | null;
  version: number;
  state: EnrollmentState;
  base_seq: number;
  folded_to: number | null;
}

/** Enrollments and their recorded inputs. */
export function enrollments(trx: Transaction<Schema>): Enrollments {
  return {
    async lockEnrollments(refs) {
      if (refs.length === 0) return [];
      const found = await sql<EnrollmentRow>`
        SELECT c.tenant_id, c.id, c.campaign_id, c.contact_id, c.plan_version_id,
               p.sender_identity_id, p.sms_sender_identity_id, c.timezone, c.version, c.state,
               c.base_seq, epoch_ms(c.folded_to) AS folded_to
        -- In one order, that of their keys: rows are joined one by one.
        FROM (
          SELECT * FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
          ORDER BY r.tenant_id, r.id
          OFFSET 0) r
        JOIN contact_campaigns c ON c.tenant_id = r.tenant_id AND c.id = r.id
        JOIN campaigns p ON p.tenant_id = c.tenant_id AND p.id = c.campaign_id
        FOR UPDATE OF c`.execute(trx);
      return found.rows.map((row): EnrollmentRecord => ({
        tenantId: row.tenant_id,
        id: row.id,
        campaignId: row.campaign_id,
        contactId: row.contact_id,
        planVersionId: row.plan_version_id,
        senderIdentityId: row.sender_identity_id,
        smsSenderIdentityId: row.sms_sender_identity_id,
        timezone: row.timezone,
        version: row.version,
        state: row.state,
        baseSeq: row.base_seq,
        foldedTo: row.folded_to,
      }));
    },

    async recordedInputs(list, whole) {
      const inputs = new Map<string, RecordedInput[]>();
      if (list.length === 0) return inputs;
      const found = await sql<{
        enrollment_id: string;
        seq: number;
        input_id: string;
        recorded_at: number;
        input: RecordedInput['input'];
      }>`
        SELECT t.enrollment_id, t.seq, t.input_id, epoch_ms(t.recorded_at) AS recorded_at, t.input
        FROM ${rows(
          list.map((row) => ({
            tenant_id: row.tenantId,
            id: row.id,
            after: whole ? 0 : row.baseSeq,
          })),
          'r(tenant_id uuid, id uuid, after integer)',
        )}
        JOIN campaign_transitions t ON t.tenant_id = r.tenant_id AND t.enrollment_id = r.id
          AND t.seq > r.after
        ORDER BY t.enrollment_id, t.seq`.execute(trx);
      for (const row of found.rows) {
        const ofOne = inputs.get(row.enrollment_id) ?? [];
        ofOne.push({ seq: row.seq, id: row.input_id, now: row.recorded_at, input: row.input });
        inputs.set(row.enrollment_id, ofOne);
      }
      return inputs;
    },

    async baseStatesOf(refs) {
      if (refs.length === 0) return new Map();
      const found = await sql<{
        id: string;
        state: EnrollmentState;
        base_state: EnrollmentState | null;
        base_seq: number;
      }>`
        SELECT c.id, c.state, c.base_state, c.base_seq
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN contact_campaigns c ON c.tenant_id = r.tenant_id AND c.id = r.id`.execute(trx);
      return new Map(found.rows.map((row) => [row.id, readBase(row)]));
    },

    async insertEnrollments(list) {
      if (list.length === 0) return new Set();
      const states = sharedJson(list.map((row) => row.state));
      const inserted = await sql<{ id: string }>`
        INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id,
          timezone, version, state, base_seq, enrolled_at)
        SELECT r.tenant_id, r.id, r.campaign_id, r.contact_id, r.plan_version_id,
          r.timezone, r.version, ${states.at('r.state_no')}, 0, from_epoch_ms(r.enrolled_at)
        FROM ${rows(
          list.map((row, nth) => ({
            tenant_id: row.tenantId,
            id: row.id,
            campaign_id: row.campaignId,
            contact_id: row.contactId,
            plan_version_id: row.planVersionId,
            timezone: row.timezone,
            version: row.version,
            state_no: states.numbers[nth],
            enrolled_at: row.enrolledAt,
          })),
          `r(tenant_id uuid, id uuid, campaign_id uuid, contact_id uuid, plan_version_id uuid,
             timezone text, version integer, state_no integer, enrolled_at double precision)`,
        )}
        ON CONFLICT (tenant_id, campaign_id, contact_id) WHERE status = 'active' DO NOTHING
        RETURNING id`.execute(trx);
      return new Set(inserted.rows.map(({ id }) => id));
    },

    async saveEnrollments(list, transitions) {
      if (list.length === 0) return;
      const saved = await sql<{ count: number }>`
        WITH saved AS (
          UPDATE contact_campaigns c
          SET version = r.version, state = r.state, updated_at = now(),
              base_state = CASE WHEN r.base_seq IS NULL
                THEN CASE WHEN c.base_seq = 0 THEN c.base_state
                  ELSE coalesce(c.base_state, c.state) END
                ELSE r.base_state END,
              base_seq = coalesce(r.base_seq, c.base_seq), folded_to = from_epoch_ms(r.folded_to)
          FROM ${rows(
            list.map((row) => ({
              tenant_id: row.tenantId,
              id: row.id,
              expected: row.expectedVersion,
              version: row.version,
              state: row.state,
              base_state: row.base === null ? null : writtenBase(row.state, row.base),
              base_seq: row.base?.seq,
              folded_to: row.foldedTo,
            })),
            `r(tenant_id uuid, id uuid, expected integer, version integer, state jsonb,
               base_state jsonb, base_seq integer, folded_to double precision)`,
          )}
          WHERE c.tenant_id = r.tenant_id AND c.id = r.id AND c.version = r.expected
          RETURNING c.id),
        recorded AS (${recordInputs(transitions)})
        SELECT count(*)::integer AS count FROM saved`.execute(trx);
      const count = saved.rows[0]?.count;
      if (count !== list.length) {
        throw new Error(
          `${list.length} locked enrollments were to be saved, ${String(count)} had the version read`,
        );
      }
    },

    async insertTransitions(list) {
      if (list.length > 0) await recordInputs(list).execute(trx);
    },
  };
}

/** The statement that records inputs. */
function recordInputs(transitions: readonly TransitionRecord[]) {
  const settings = sharedJson(transitions.map((row) => row.settings));
  const effects = sharedJson(transitions.map((row) => row.effects));
  return sql`
    INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at,
      recorded_at, settings, machine_version, outcome, from_node, to_node, effects)
    SELECT r.tenant_id, r.enrollment_id, r.seq, r.input_id, r.input, from_epoch_ms(r.own_at),
      from_epoch_ms(r.recorded_at), ${settings.at('r.settings_no')}, r.machine_version, r.outcome,
      r.from_node, r.to_node, ${effects.at('r.effects_no')}
    FROM ${rows(
      transitions.map((row, nth) => ({
        tenant_id: row.tenantId,
        enrollment_id: row.enrollmentId,
        seq: row.recorded.seq,
        input_id: row.recorded.id,
        input: row.recorded.input,
        own_at: row.recorded.input.at,
        recorded_at: row.recorded.now,
        settings_no: settings.numbers[nth],
        machine_version: row.machineVersion,
        outcome: row.outcome,
        from_node: row.fromNode,
        to_node: row.toNode,
        effects_no: effects.numbers[nth],
      })),
      `r(tenant_id uuid, enrollment_id uuid, seq integer, input_id text, input jsonb,
         own_at double precision, recorded_at double precision, settings_no integer,
         machine_version integer, outcome text, from_node text, to_node text, effects_no integer)`,
    )}`;
}

import type { Id, WebhookOutcome } from '@cadenza/domain';
import type { DeliveryAttempt, WebhookStore } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { recordAudit } from '../repositories/audit.ts';
import { inTenants } from '../tenancy.ts';
import { rows } from './rows.ts';

/** The feed and its endpoints; for `cadenza_worker`. */
export function webhookStore(db: Database): WebhookStore {
  return {
    async relayFeedEvents(limit) {
      const { rows: found } = await sql<{ relayed: number }>`
        SELECT relay_feed_events(${limit}) AS relayed`.execute(db);
      return found[0]?.relayed ?? 0;
    },

    async forgetFeedEvents(keptDays, limit) {
      const { rows: found } = await sql<{ forgotten: number }>`
        SELECT forget_feed_events(${keptDays}, ${limit}) AS forgotten`.execute(db);
      return found[0]?.forgotten ?? 0;
    },

    async claimWebhookEndpoints(limit, leaseMs) {
      const { rows: found } = await sql<{ tenant_id: Id; endpoint_id: Id }>`
        SELECT * FROM claim_webhook_endpoints(${limit}, ${leaseMs})`.execute(db);
      return found.map((row) => ({ tenantId: row.tenant_id, id: row.endpoint_id }));
    },

    endpointWork: ({ tenantId, id }, limit) =>
      inTenants(db, [tenantId], async (trx) => {
        const endpoint = await trx
          .selectFrom('webhook_endpoints')
          .select(['url', 'failures'])
          .where('tenant_id', '=', tenantId)
          .where('id', '=', id)
          .where('enabled', '=', true)
          .executeTakeFirst();
        if (endpoint === undefined) return null;
        const secrets = await trx
          .selectFrom('endpoint_secrets')
          .select(['id', 'sealed_secret as sealed'])
          .where('tenant_id', '=', tenantId)
          .where('endpoint_id', '=', id)
          .where((eb) =>
            eb.or([
              eb('expires_at', 'is', null),
              eb('expires_at', '>', sql<Date>`clock_timestamp()`),
            ]),
          )
          .orderBy(sql`expires_at DESC NULLS FIRST`)
          .execute();
        const due = await sql<{
          position: string;
          id: Id;
          type: string;
          data: Record<string, unknown>;
          at: number;
          attempts: number;
          tries: number;
        }>`
          SELECT d.position, e.id, e.type, e.data, epoch_ms(e.occurred_at) AS at, d.attempts, d.tries
          FROM (
            SELECT * FROM endpoint_deliveries
            WHERE tenant_id = ${tenantId} AND endpoint_id = ${id} AND status = 'pending'
              AND next_at <= clock_timestamp()
            ORDER BY next_at, position
            LIMIT ${limit}) d
          JOIN feed_events e ON e.tenant_id = d.tenant_id AND e.position = d.position
          ORDER BY d.next_at, d.position`.execute(trx);
        return {
          ...endpoint,
          secrets,
          due: due.rows.map(({ position, id: eventId, at, ...row }) => ({
            ...row,
            position: Number(position),
            eventId,
            occurredAt: at,
          })),
        };
      }),

    // The endpoint is locked by a statement of its own: the last one must see what was handed to it
    // while this one waited. Its key stays, so that the relay can refer to it meanwhile.
    recordBatch: ({ tenantId, id }, batch) =>
      inTenants(db, [tenantId], async (trx) => {
        const locked = await sql<{ enabled: boolean }>`
          SELECT enabled FROM webhook_endpoints
          WHERE tenant_id = ${tenantId} AND id = ${id}
          FOR NO KEY UPDATE`.execute(trx);
        const [before] = locked.rows;
        if (before === undefined) return null;
        if (batch.attempts.length > 0) {
          await sql`
            WITH r AS MATERIALIZED (
              SELECT * FROM ${rows(
                batch.attempts.map(attemptRow),
                `r(position bigint, attempts integer, outcome text, answer_status integer, detail text,
                   latency_ms integer, at double precision, retry_ms double precision)`,
              )}),
            worked AS (
              UPDATE endpoint_deliveries d
              SET attempts = d.attempts + 1, tries = d.tries + 1,
                  status = CASE WHEN r.outcome = 'delivered' THEN 'delivered'
                    WHEN r.retry_ms IS NULL THEN 'failed' ELSE 'pending' END,
                  next_at = CASE WHEN r.outcome <> 'delivered'
                    THEN clock_timestamp() + r.retry_ms * interval '1 millisecond' END
              FROM r
              WHERE d.tenant_id = ${tenantId} AND d.endpoint_id = ${id}
                AND d.position = r.position AND d.attempts = r.attempts AND d.status = 'pending')
            INSERT INTO endpoint_attempts (tenant_id, endpoint_id, position, attempt, outcome,
              answer_status, detail, latency_ms, attempted_at)
            SELECT ${tenantId}::uuid, ${id}::uuid, r.position, r.attempts + 1, r.outcome,
              r.answer_status, r.detail, r.latency_ms, from_epoch_ms(r.at)
            FROM r
            JOIN endpoint_deliveries d ON d.tenant_id = ${tenantId} AND d.endpoint_id = ${id}
              AND d.position = r.position
            ON CONFLICT DO NOTHING`.execute(trx);
        }
        const after = await sql<{ disabled: 'failing' | 'gone' | null }>`
          WITH state AS (
            SELECT w.tenant_id, w.id,
              CASE WHEN ${batch.gone} THEN 'gone'
                WHEN ${batch.arrived}::boolean IS FALSE AND w.failing_since < clock_timestamp()
                  - ${batch.disableAfterMs}::double precision * interval '1 millisecond'
                THEN 'failing' END AS reason
            FROM webhook_endpoints w WHERE w.tenant_id = ${tenantId} AND w.id = ${id})
          UPDATE webhook_endpoints w
          SET failures = CASE WHEN ${batch.arrived}::boolean THEN 0
                WHEN ${batch.arrived}::boolean IS FALSE THEN least(w.failures + 1, 1000000)
                ELSE w.failures END,
              failing_since = CASE WHEN ${batch.arrived}::boolean THEN NULL
                WHEN ${batch.arrived}::boolean IS FALSE
                  THEN coalesce(w.failing_since, clock_timestamp())
                ELSE w.failing_since END,
              not_before = clock_timestamp()
                + ${batch.holdMs}::double precision * interval '1 millisecond',
              due_at = coalesce((
                SELECT min(d.next_at) FROM endpoint_deliveries d
                WHERE d.tenant_id = w.tenant_id AND d.endpoint_id = w.id
                  AND d.status = 'pending'), 'infinity'),
              enabled = w.enabled AND s.reason IS NULL,
              disabled_reason = coalesce(w.disabled_reason, s.reason)
          FROM state s
          WHERE w.tenant_id = s.tenant_id AND w.id = s.id
          RETURNING w.disabled_reason AS disabled`.execute(trx);
        const disabled = before.enabled ? (after.rows[0]?.disabled ?? null) : null;
        if (disabled !== null) {
          await recordAudit(trx, tenantId, {
            actor: 'webhooks',
            action: 'webhook_endpoint.disabled',
            entity: 'webhook_endpoint',
            entityId: id,
            before: { enabled: true },
            after: { enabled: false, disabledReason: disabled },
          });
        }
        return disabled;
      }),
  };
}

function attemptRow({ position, attempts, outcome, at, retryInMs }: DeliveryAttempt) {
  return {
    position,
    attempts,
    outcome: outcome.kind,
    ...answerOf(outcome),
    latency_ms: outcome.latencyMs,
    at,
    retry_ms: retryInMs,
  };
}

function answerOf(outcome: WebhookOutcome) {
  return 'status' in outcome
    ? { answer_status: outcome.status, detail: null }
    : { answer_status: null, detail: outcome.detail };
}

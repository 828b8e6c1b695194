import type { Id } from '@cadenza/domain';
import type { Erasures, HeldDelivery } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from '../repositories/audit.ts';
import { ADDRESS_LOCK } from './address-lock.ts';
import { MENTIONS, replaceIn } from './erase-mentions.ts';
import {
  eraseAnswers,
  eraseAttachments,
  eraseAudit,
  eraseContact,
  eraseEvents,
  eraseInbound,
  eraseLists,
  eraseMessages,
  eraseSmsAnswers,
  standIns,
} from './erase-own.ts';
import { rows } from './rows.ts';

export function erasures(trx: Transaction<Schema>): Erasures {
  return {
    async holdAddresses(tenantId) {
      await sql`SELECT pg_advisory_xact_lock(${ADDRESS_LOCK}, hashtext(${tenantId}))`.execute(trx);
    },

    async erasureOf({ tenantId, id }) {
      const row = await trx
        .selectFrom('erasures as e')
        .innerJoin('contacts as c', (join) =>
          join.onRef('c.tenant_id', '=', 'e.tenant_id').onRef('c.id', '=', 'e.contact_id'),
        )
        .select('e.id')
        .where('e.tenant_id', '=', tenantId)
        .where('e.contact_id', '=', id)
        .where('c.erased_at', 'is not', null)
        .orderBy('e.id', 'desc')
        .executeTakeFirst();
      return row?.id ?? null;
    },

    async reachOf({ tenantId, id }) {
      const { rows: found } = await sql<{ address: string; shared: boolean }>`
        WITH used AS (
          SELECT h.address FROM contact_channels h
          WHERE h.tenant_id = ${tenantId} AND h.contact_id = ${id}
          UNION
          SELECT m.to_address FROM contact_campaigns e
          JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
          WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${id} AND m.to_address IS NOT NULL
          UNION
          SELECT f.to_address FROM contact_campaigns e
          JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
          JOIN message_attempts f ON f.tenant_id = m.tenant_id AND f.message_id = m.id
          WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${id})
        SELECT u.address, EXISTS (
          SELECT FROM contact_channels h
          WHERE h.tenant_id = ${tenantId} AND h.address = u.address AND h.contact_id <> ${id})
          AS shared
        FROM used u ORDER BY u.address`.execute(trx);
      return found;
    },

    async allEnrollmentsOf({ tenantId, id }) {
      const found = await trx
        .selectFrom('contact_campaigns')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('contact_id', '=', id)
        .execute();
      return found.map((row) => ({ tenantId, id: row.id }));
    },

    async erasePerson({ tenantId, id, contactId, subject, standIns: all, actor }) {
      const leadId = await eraseContact(trx, tenantId, contactId);
      await trx
        .insertInto('erasures')
        .values({
          tenant_id: tenantId,
          id,
          contact_id: contactId,
          subject: JSON.stringify({ ...subject, leadId }),
        })
        .execute();
      const addresses = standIns(subject.addresses);
      await sql`
        INSERT INTO erased_addresses (tenant_id, address, erasure_id)
        SELECT DISTINCT ${tenantId}::uuid, r.stand_in, ${id}::uuid FROM ${addresses}
        ON CONFLICT (tenant_id, address) DO NOTHING`.execute(trx);
      await eraseMessages(trx, tenantId, contactId, standIns(all));
      await eraseInbound(trx, tenantId, contactId, addresses);
      await eraseLists(trx, { tenantId, contactId, addresses: subject.addresses, actor });
      await eraseSmsAnswers(trx, tenantId, addresses);
      await eraseAnswers(trx, tenantId);
      await recordAudit(trx, tenantId, {
        actor,
        action: 'contact.erased',
        entity: 'contact',
        entityId: contactId,
        before: null,
        after: { erasureId: id },
      });
    },

    async loadErasure(ref) {
      const row = await trx
        .selectFrom('erasures')
        .select(['contact_id', 'subject', 'step', 'after_id', 'attempts', 'created_at'])
        .where('tenant_id', '=', ref.tenantId)
        .where('id', '=', ref.id)
        .where('status', '<>', 'done')
        .executeTakeFirst();
      if (row === undefined || row.subject === null) return null;
      const { leadId, ...subject } = row.subject;
      return {
        tenantId: ref.tenantId,
        id: ref.id,
        contactId: row.contact_id,
        leadId,
        requestedAt: row.created_at.getTime(),
        subject,
        step: row.step,
        afterId: row.after_id,
        attempts: row.attempts,
      };
    },

    async eraseOwn(job) {
      await eraseAttachments(trx, job);
      await eraseAnswers(trx, job.tenantId);
      await eraseEvents(trx, job);
      await eraseInbound(trx, job.tenantId, job.contactId, standIns(job.subject.addresses));
      await eraseAudit(trx, job);
    },

    async eraseMentions(job, limit) {
      const { tenantId, afterId } = job;
      // Each kind has at most so many up to the first of their ends.
      const ends = MENTIONS.map(
        ({ table }) => sql`(
          SELECT o.id FROM ${sql.table(table)} o
          WHERE o.tenant_id = ${tenantId} AND o.id > ${afterId}::uuid
          ORDER BY o.id OFFSET ${limit - 1} LIMIT 1)`,
      );
      const { rows: found } = await sql<{ last: Id | null }>`
        SELECT least(${sql.join(ends)}) AS last`.execute(trx);
      const last = found[0]?.last ?? null;
      for (const one of job.subject.addresses) {
        for (const place of MENTIONS) await replaceIn(trx, { tenantId, afterId, last }, place, one);
      }
      return last;
    },

    async erasePushes(addresses) {
      await sql`
        UPDATE suppression_pushes p SET value = r.stand_in FROM ${standIns(addresses)}
        WHERE p.value = r.address
          AND NOT EXISTS (SELECT FROM suppression_pushes o WHERE o.value = r.stand_in)`.execute(
        trx,
      );
      await sql`
        DELETE FROM suppression_pushes p USING ${standIns(addresses)}
        WHERE p.value = r.address`.execute(trx);
      await sql`
        DELETE FROM suppression_removals p USING ${standIns(addresses)}
        WHERE p.value = r.address`.execute(trx);
    },

    async messageIdsOf({ tenantId, id }) {
      const { rows: found } = await sql<{ id: Id }>`
        SELECT m.id FROM contact_campaigns e
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${id}`.execute(trx);
      return found.map((row) => row.id);
    },

    async suspectDeliveries({ tenantId, afterId, words, limit }) {
      const likes = words.map((word) => `%${word.replace(/[\\%_]/g, String.raw`\$&`)}%`);
      const { rows: found } = await sql<{ id: Id; suspect: boolean }>`
        SELECT d.id, lower(encode(d.payload, 'escape')) LIKE ANY (${likes}::text[]) AS suspect
        FROM webhook_deliveries d
        WHERE d.id > ${afterId}::uuid AND (d.tenant_id = ${tenantId} OR d.tenant_id IS NULL)
        ORDER BY d.id
        LIMIT ${limit}`.execute(trx);
      return {
        suspects: await holdDeliveries(
          trx,
          found.flatMap(({ id, suspect }) => (suspect ? [id] : [])),
        ),
        last: found.length < limit ? null : (found.at(-1)?.id ?? null),
      };
    },

    holdDeliveries: (ids) => holdDeliveries(trx, ids),

    async quarantinedOf(deliveryIds) {
      if (deliveryIds.length === 0) return [];
      const { rows: found } = await sql<{ delivery_id: Id; position: number; raw: unknown }>`
        SELECT delivery_id, position, raw FROM quarantined_events
        WHERE delivery_id = ANY (${deliveryIds}::uuid[])`.execute(trx);
      return found.map(({ delivery_id: deliveryId, ...row }) => ({ ...row, deliveryId }));
    },

    async rewriteDeliveries(deliveries) {
      for (const { id, payload } of deliveries) {
        await trx.updateTable('webhook_deliveries').set({ payload }).where('id', '=', id).execute();
      }
    },

    async rewriteQuarantined(elements) {
      if (elements.length === 0) return;
      await sql`
        UPDATE quarantined_events q SET raw = r.raw
        FROM ${rows(
          elements.map(({ deliveryId, position, raw }) => ({
            delivery_id: deliveryId,
            position,
            raw,
          })),
          'r(delivery_id uuid, position integer, raw jsonb)',
        )}
        WHERE q.delivery_id = r.delivery_id AND q.position = r.position`.execute(trx);
    },

    async noteErasedBlobs(tenantId, keys) {
      await sql`
        INSERT INTO erased_blobs (tenant_id, blob_key)
        SELECT DISTINCT ${tenantId}::uuid, key FROM unnest(${keys}::text[]) AS r(key)
        ON CONFLICT DO NOTHING`.execute(trx);
    },

    async moveErasure(ref, { step, afterId, leaseMs }) {
      await sql`
        UPDATE erasures
        SET step = ${step}, after_id = ${afterId}, status = 'running', attempts = 0, error = NULL,
          next_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id} AND status <> 'done'`.execute(trx);
    },

    async finishErasure(ref) {
      await sql`
        UPDATE erasures
        SET status = 'done', done_at = clock_timestamp(), subject = NULL, next_at = NULL,
          error = NULL
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id}`.execute(trx);
    },

    async failErasure(ref, error, retryMs) {
      await sql`
        UPDATE erasures
        SET status = 'failed', attempts = attempts + 1, error = ${error},
          next_at = clock_timestamp() + ${retryMs} * interval '1 millisecond'
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id} AND status <> 'done'`.execute(trx);
    },

    async erasedBlobs(tenantId) {
      const found = await trx
        .selectFrom('erased_blobs')
        .select('blob_key')
        .where('tenant_id', '=', tenantId)
        .execute();
      return found.map((row) => row.blob_key);
    },

    async forgetErasedBlobs(tenantId, keys) {
      await sql`
        DELETE FROM erased_blobs
        WHERE tenant_id = ${tenantId} AND blob_key = ANY (${keys}::text[])`.execute(trx);
    },
  };
}

/** In the order of their ids, so that two who hold the same ones take turns. */
async function holdDeliveries(
  trx: Transaction<Schema>,
  ids: readonly Id[],
): Promise<HeldDelivery[]> {
  if (ids.length === 0) return [];
  const { rows: held } = await sql<HeldDelivery>`
    SELECT d.id, d.provider, d.payload, d.status = 'received' AS waits
    FROM webhook_deliveries d
    WHERE d.id = ANY (${ids}::uuid[])
    ORDER BY d.id
    FOR UPDATE`.execute(trx);
  return held;
}

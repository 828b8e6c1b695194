import { personPattern, type ErasedAddress, type Id } from '@cadenza/domain';
import type { ErasureJob, Erasures, HeldDelivery } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordAudit } from '../repositories/audit.ts';
import { ADDRESS_LOCK } from './address-lock.ts';
import { rows } from './rows.ts';
import { moveSuppressions, writeSuppressions, type WrittenSuppression } from './suppressions.ts';

/** Where what is kept of others may mention a person, by the type of the columns. */
const MENTIONS = [
  { table: 'contacts', text: ['title', 'source'], jsonb: ['custom'] },
  { table: 'leads', text: ['name', 'website', 'industry', 'summary'], jsonb: ['custom'] },
  {
    table: 'inbound_messages',
    text: ['from_address', 'subject', 'body_text', 'body_html', 'reply_text', 'message_id_header'],
    jsonb: ['headers', 'details'],
    'text[]': ['recipients'],
  },
  { table: 'audit_log', text: ['entity_id'], jsonb: ['before', 'after'] },
] as const;

/** Of a link its site alone: what follows may be the person's own. */
const SITE = '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@]+';

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

function standIns(addresses: readonly ErasedAddress[]): RawBuilder<unknown> {
  return rows(
    addresses.map(({ address, standIn }) => ({ address, stand_in: standIn })),
    'r(address text, stand_in text)',
  );
}

/**
 * A lead of which nobody else is known may be the person's own business.
 *
 * @returns the lead that was emptied as well; null: none was.
 */
async function eraseContact(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
): Promise<Id | null> {
  const { rows: emptied } = await sql<{ id: Id }>`
    UPDATE leads l
    SET name = 'erased ' || l.id, website = NULL, industry = NULL, summary = NULL, custom = '{}'
    FROM contacts c
    WHERE c.tenant_id = ${tenantId} AND c.id = ${contactId}
      AND l.tenant_id = c.tenant_id AND l.id = c.lead_id
      AND NOT EXISTS (
        SELECT FROM contacts o
        WHERE o.tenant_id = l.tenant_id AND o.lead_id = l.id AND o.id <> c.id)
      AND EXISTS (
        SELECT FROM unnest(ARRAY[c.last_name]
          || ARRAY(SELECT h.address FROM contact_channels h
            WHERE h.tenant_id = c.tenant_id AND h.contact_id = c.id)) AS own(word)
        WHERE length(own.word) > 1
          AND position(lower(own.word) IN lower(concat_ws(' ', l.name, l.website, l.summary,
            l.custom::text))) > 0)
    RETURNING l.id`.execute(trx);
  for (const table of ['contact_channels', 'contact_consents', 'contact_absences'] as const) {
    await sql`
      DELETE FROM ${sql.table(table)}
      WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}`.execute(trx);
  }
  await sql`
    UPDATE contact_campaigns SET timezone = NULL
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}
      AND timezone IS NOT NULL`.execute(trx);
  await sql`
    UPDATE contacts
    SET first_name = NULL, last_name = NULL, title = NULL, timezone = NULL, custom = '{}',
      source = NULL, lead_id = NULL, erased_at = clock_timestamp()
    WHERE tenant_id = ${tenantId} AND id = ${contactId}`.execute(trx);
  return emptied[0]?.id ?? null;
}

/** Ids by which the provider's news find a message stay. */
async function eraseMessages(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  addresses: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    UPDATE outbound_messages m
    SET to_address = (SELECT r.stand_in FROM ${addresses} WHERE r.address = m.to_address),
      subject = NULL, detail = NULL
    FROM contact_campaigns e
    WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${contactId}
      AND m.tenant_id = e.tenant_id AND m.enrollment_id = e.id`.execute(trx);
  await sql`
    UPDATE message_attempts f
    SET to_address = (SELECT r.stand_in FROM ${addresses} WHERE r.address = f.to_address),
      subject = '', detail = NULL
    FROM contact_campaigns e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
    WHERE e.tenant_id = ${tenantId} AND e.contact_id = ${contactId}
      AND f.tenant_id = m.tenant_id AND f.message_id = m.id`.execute(trx);
}

async function eraseInbound(
  trx: Transaction<Schema>,
  tenantId: Id,
  contactId: Id,
  addresses: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    UPDATE inbound_messages i
    SET from_address = coalesce((SELECT r.stand_in FROM ${addresses}
        WHERE r.address = i.from_address OR r.stand_in = i.from_address LIMIT 1), ''),
      recipients = '{}', subject = NULL, message_id_header = NULL, body_text = NULL,
      body_html = NULL, reply_text = NULL, return_on = NULL, headers = '[]', details = '{}'
    WHERE i.tenant_id = ${tenantId}
      AND (i.contact_id = ${contactId}
        OR i.from_address = ANY (ARRAY(SELECT r.address FROM ${addresses})))`.execute(trx);
}

/**
 * What a person must not be sent, and what was found out about their addresses. Whoever has left
 * everything has said so as a person: their addresses say it from now on.
 */
async function eraseLists(
  trx: Transaction<Schema>,
  of: {
    readonly tenantId: Id;
    readonly contactId: Id;
    readonly addresses: readonly ErasedAddress[];
    readonly actor: string;
  },
): Promise<void> {
  const { tenantId, contactId, addresses, actor } = of;
  await moveSuppressions(
    trx,
    tenantId,
    addresses.map(({ address, standIn }) => ({ from: address, to: standIn })),
  );
  const { rows: left } = await sql<OptOut>`
    SELECT channel, reason, source, epoch_ms(left_at) AS at FROM contact_opt_outs
    WHERE tenant_id = ${tenantId} AND contact_id = ${contactId}`.execute(trx);
  await writeSuppressions(
    trx,
    left.flatMap((optOut) =>
      addresses
        .filter(({ address }) => address.includes('@') === (optOut.channel === 'email'))
        .map(({ standIn }) => ({
          ...optOut,
          tenantId,
          kind: 'address' as const,
          value: standIn,
          messageId: null,
        })),
    ),
    { log: 'audit_log', actor },
  );
  await sql`
    DELETE FROM email_validation_results v USING ${standIns(addresses)}
    WHERE v.tenant_id = ${tenantId} AND v.address = r.address`.execute(trx);
}

/** What requests were answered with may show the person: none of it is given again. */
async function eraseAnswers(trx: Transaction<Schema>, tenantId: Id): Promise<void> {
  await sql`
    UPDATE idempotency_keys SET body = NULL
    WHERE tenant_id = ${tenantId} AND body IS NOT NULL`.execute(trx);
}

type OptOut = Pick<WrittenSuppression, 'channel' | 'reason' | 'source' | 'at'>;

async function eraseAttachments(trx: Transaction<Schema>, job: ErasureJob): Promise<void> {
  const standInOf = job.subject.addresses.map(({ standIn }) => standIn);
  await sql`
    WITH mails AS MATERIALIZED (
      SELECT i.id, i.delivery_id FROM inbound_messages i
      WHERE i.tenant_id = ${job.tenantId}
        AND (i.contact_id = ${job.contactId} OR i.from_address = ANY (${standInOf}::text[]))),
    attached AS (
      DELETE FROM inbound_attachments a USING mails
      WHERE a.tenant_id = ${job.tenantId} AND a.inbound_message_id = mails.id
      RETURNING a.blob_key)
    INSERT INTO erased_blobs (tenant_id, blob_key)
    SELECT ${job.tenantId}::uuid, blob_key FROM attached
    UNION
    SELECT ${job.tenantId}::uuid, d.blob_key FROM mails
    JOIN inbound_deliveries d ON d.id = mails.delivery_id
    ON CONFLICT DO NOTHING`.execute(trx);
}

async function eraseEvents(trx: Transaction<Schema>, job: ErasureJob): Promise<void> {
  await sql`
    UPDATE message_events v
    SET url = substring(v.url FROM ${SITE}), data = v.data - 'reason'
    FROM contact_campaigns e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
    WHERE e.tenant_id = ${job.tenantId} AND e.contact_id = ${job.contactId}
      AND v.tenant_id = m.tenant_id AND v.message_id = m.id
      AND (v.url IS DISTINCT FROM substring(v.url FROM ${SITE}) OR v.data ? 'reason')`.execute(trx);
  await sql`
    UPDATE outbound_messages m SET detail = NULL
    FROM contact_campaigns e
    WHERE e.tenant_id = ${job.tenantId} AND e.contact_id = ${job.contactId}
      AND m.tenant_id = e.tenant_id AND m.enrollment_id = e.id AND m.detail IS NOT NULL`.execute(
    trx,
  );
}

/** Of changes of the person, and of the company that was emptied with them, the log says only that they were. */
async function eraseAudit(
  trx: Transaction<Schema>,
  { tenantId, contactId, leadId }: ErasureJob,
): Promise<void> {
  await sql`
    UPDATE audit_log SET before = NULL, after = NULL
    WHERE tenant_id = ${tenantId} AND action <> 'contact.erased'
      AND (entity = 'contact' AND entity_id = ${contactId}
        OR entity = 'lead' AND entity_id = ${leadId})`.execute(trx);
}

/** @param page.last the end of the page; null: that of the table. */
async function replaceIn(
  trx: Transaction<Schema>,
  page: { readonly tenantId: Id; readonly afterId: Id; readonly last: Id | null },
  { table, ...byType }: (typeof MENTIONS)[number],
  { address, standIn }: ErasedAddress,
): Promise<void> {
  const pattern = personPattern(address);
  const columns = Object.entries<readonly string[]>(byType).flatMap(([type, names]) =>
    names.map((name) => ({ name, type })),
  );
  const sets = columns.map(
    ({ name, type }) => sql`${sql.id(name)} = regexp_replace(${sql.id(name)}::text, ${pattern},
      ${standIn}, 'gi')::${sql.raw(type)}`,
  );
  const words = columns.map(({ name }) => sql`${sql.id(name)}::text`);
  const end = page.last === null ? sql`` : sql`AND id <= ${page.last}::uuid`;
  await sql`
    UPDATE ${sql.table(table)} SET ${sql.join(sets)}
    WHERE tenant_id = ${page.tenantId} AND id > ${page.afterId}::uuid ${end}
      AND concat_ws(' ', ${sql.join(words)}) ~* ${pattern}`.execute(trx);
}

import type { Id } from '@cadenza/domain';
import type { ErasureClaims } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { inTenants } from '../tenancy.ts';

/** What of erasures looks across tenants; for `cadenza_worker`. */
export function erasureClaims(db: Database): ErasureClaims {
  return {
    async claimErasure(leaseMs) {
      const { rows } = await sql<{ tenant_id: Id; erasure_id: Id }>`
        SELECT * FROM claim_erasure(${leaseMs})`.execute(db);
      const [row] = rows;
      return row === undefined ? null : { tenantId: row.tenant_id, id: row.erasure_id };
    },

    async erasedAmong(standIns) {
      if (standIns.length === 0) return [];
      const { rows } = await sql<{ tenant_id: Id; place: number }>`
        SELECT * FROM erased_among(${standIns}::text[])`.execute(db);
      // A place counts from one, as arrays do there.
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        standIn: standIns[row.place - 1] ?? '',
      }));
    },

    unrecordedMails: (tenantId, afterId, limit) =>
      inTenants(db, [tenantId], async (trx) => {
        const { rows } = await sql<{ id: Id; tenant_id: Id | null; blob_key: string | null }>`
          SELECT u.delivery_id AS id, d.tenant_id, d.blob_key
          FROM unrecorded_mails(${afterId}::uuid, ${limit}) u
          LEFT JOIN inbound_deliveries d ON d.id = u.delivery_id
          ORDER BY u.delivery_id`.execute(trx);
        return {
          // Those of other tenants are not seen here.
          mails: rows.flatMap(({ id, tenant_id: ownerId, blob_key: blobKey }) =>
            blobKey === null ? [] : [{ id, tenantId: ownerId, blobKey }],
          ),
          last: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
        };
      }),

    async knownBlobs(keys) {
      if (keys.length === 0) return new Set();
      const { rows } = await sql<{ place: number }>`
        SELECT place FROM known_blobs(${keys}::text[])`.execute(db);
      return new Set(rows.map(({ place }) => keys[place - 1] ?? ''));
    },
  };
}

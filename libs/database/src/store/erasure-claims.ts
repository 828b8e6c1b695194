import type { Id } from '@cadenza/domain';
import type { ErasureClaims } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

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
      const { rows } = await sql<{ tenant_id: Id; address: string }>`
        SELECT * FROM erased_among(${standIns}::text[])`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, standIn: row.address }));
    },

    async unrecordedMails(afterId, limit) {
      const { rows } = await sql<{ delivery_id: Id; tenant_id: Id | null; blob_key: string }>`
        SELECT * FROM unrecorded_mails(${afterId}::uuid, ${limit})`.execute(db);
      return rows.map((row) => ({
        id: row.delivery_id,
        tenantId: row.tenant_id,
        blobKey: row.blob_key,
      }));
    },
  };
}

import { newId, type AddressFlag, type AddressVerdict } from '@cadenza/domain';
import type { EngineTransaction, VerdictSource } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { distinct, rows } from './rows.ts';

type Addresses = Pick<
  EngineTransaction,
  'addressesToCheck' | 'recordAddressChecks' | 'postponeAddressChecks' | 'doubtAddresses'
>;

/** Real milliseconds after which an address is checked again at the latest. */
const LONGEST_WAIT_MS = 86_400_000;
/** What doubles the wait: after so many tries it is the longest anyhow. */
const MOST_DOUBLINGS = 20;

/** What is known of addresses. */
export function addresses(trx: Transaction<Schema>): Addresses {
  return {
    async addressesToCheck(refs) {
      if (refs.length === 0) return [];
      const found = await sql<{
        tenant_id: string;
        id: string;
        address: string;
        ask: boolean;
        doubted: boolean;
        verdict: AddressVerdict['validity'] | null;
        source: VerdictSource;
        checks: { readonly flags: AddressFlag[]; readonly reasons: string[] };
      }>`
        SELECT h.tenant_id, h.id, h.address, t.ask_provider_of_addresses AS ask,
          coalesce(h.doubted_until <= clock_timestamp(), false) AS doubted, v.verdict, v.source, v.checks
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN contact_channels h ON h.tenant_id = r.tenant_id AND h.id = r.id
        JOIN tenants t ON t.id = r.tenant_id
        LEFT JOIN email_validation_results v ON v.tenant_id = h.tenant_id
          AND v.address = h.address AND v.expires_at > now()`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        address: row.address,
        askProvider: row.ask,
        doubted: row.doubted,
        known:
          row.verdict === null
            ? null
            : {
                validity: row.verdict,
                source: row.source,
                flags: row.checks.flags,
                reasons: row.checks.reasons,
              },
      }));
    },

    async recordAddressChecks(list, { keptMs, invalidKeptMs }) {
      if (list.length === 0) return;
      const checked = rows(
        list.map((row) => ({
          tenant_id: row.tenantId,
          id: row.id,
          result_id: newId(),
          address: row.address,
          validity: row.validity,
          score: row.score,
          checks: { flags: row.flags, reasons: row.reasons },
          source: row.source,
          known: row.known,
          again: row.again,
        })),
        `r(tenant_id uuid, id uuid, result_id uuid, address text, validity text,
           score double precision, checks jsonb, source text, known boolean, again boolean)`,
      );
      // In the order of their keys, so that two rounds wait for each other and never in a circle.
      await sql`
        WITH r AS MATERIALIZED (SELECT * FROM ${checked}),
        kept AS (
          INSERT INTO email_validation_results AS v (tenant_id, id, address, verdict, score, checks,
            source, checked_at, expires_at)
          SELECT r.tenant_id, r.result_id, r.address, r.validity, r.score, r.checks, r.source,
            now(), now() + interval '1 millisecond' * CASE
              WHEN r.validity = 'invalid' THEN least(${keptMs}::double precision,
                ${invalidKeptMs}::double precision)
              ELSE ${keptMs}::double precision END
          FROM r
          WHERE r.validity IS NOT NULL AND NOT r.known
          ORDER BY r.tenant_id, r.address
          ON CONFLICT (tenant_id, address) DO UPDATE
          SET verdict = excluded.verdict, score = excluded.score, checks = excluded.checks,
            source = excluded.source, checked_at = excluded.checked_at,
            expires_at = excluded.expires_at)
        SELECT FROM contact_channels h JOIN r ON h.tenant_id = r.tenant_id AND h.id = r.id
        ORDER BY h.tenant_id, h.id
        FOR NO KEY UPDATE OF h`.execute(trx);
      await sql`
        UPDATE contact_channels h
        SET validity = coalesce(r.validity, 'unchecked'),
          flags = ARRAY(SELECT jsonb_array_elements_text(r.checks -> 'flags')),
          validity_reasons = ARRAY(SELECT jsonb_array_elements_text(r.checks -> 'reasons')),
          checked_at = coalesce(v.checked_at, now()), check_expires_at = v.expires_at,
          check_at = CASE
            WHEN r.again THEN ${later(sql`300000`)}
            -- Nobody else would ask about somebody who is not enrolled for it.
            WHEN r.validity = 'invalid' AND r.source = 'dns' THEN v.expires_at END,
          doubted_until = NULL,
          check_tries = CASE WHEN r.again THEN h.check_tries + 1 ELSE 0 END,
          updated_at = now()
        FROM ${checked}
        LEFT JOIN email_validation_results v ON v.tenant_id = r.tenant_id AND v.address = r.address
        WHERE h.tenant_id = r.tenant_id AND h.id = r.id AND h.address = r.address`.execute(trx);
    },

    async doubtAddresses(refs, confirmMs) {
      if (refs.length === 0) return;
      await sql`
        UPDATE contact_channels h
        SET doubted_until = d.until, check_at = d.until, check_tries = 0, updated_at = now()
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN contact_channels o ON o.tenant_id = r.tenant_id AND o.id = r.id
        CROSS JOIN LATERAL (
          SELECT coalesce(o.doubted_until, clock_timestamp()
            + ${confirmMs}::double precision * interval '1 millisecond') AS until) d
        WHERE h.tenant_id = o.tenant_id AND h.id = o.id`.execute(trx);
    },

    async postponeAddressChecks(list) {
      if (list.length === 0) return;
      await sql`
        UPDATE contact_channels h
        SET check_at = ${later(sql`r.wait_ms`)}, check_tries = h.check_tries + 1,
          updated_at = now()
        FROM ${rows(
          list.map((row) => ({ tenant_id: row.tenantId, id: row.id, wait_ms: row.waitMs })),
          'r(tenant_id uuid, id uuid, wait_ms double precision)',
        )}
        WHERE h.tenant_id = r.tenant_id AND h.id = r.id`.execute(trx);
    },
  };
}

/** When an address is checked again: later after each try, and not before the wait is over. */
function later(waitMs: ReturnType<typeof sql>) {
  return sql`(clock_timestamp() + interval '1 millisecond' * greatest(${waitMs},
    least(${waitMs} * 2 ^ least(h.check_tries, ${sql.lit(MOST_DOUBLINGS)}),
      ${sql.lit(LONGEST_WAIT_MS)})))`;
}

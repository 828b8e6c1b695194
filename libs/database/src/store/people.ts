import type { ContactRef, EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type People = Pick<
  EngineTransaction,
  | 'activeEnrollmentsOfContacts'
  | 'activeEnrollmentsOfColleagues'
  | 'holdPeople'
  | 'keepAbsences'
  | 'absencesOf'
>;

function contactRows(contacts: readonly ContactRef[]) {
  return rows(
    contacts.map(({ tenantId, contactId }) => ({ tenant_id: tenantId, contact_id: contactId })),
    'r(tenant_id uuid, contact_id uuid)',
  );
}

/** Campaign days after which nobody is held by what they have answered. */
const LONGEST_ABSENCE_DAYS = 366;

/** What people, and those who work with them, take part in. */
export function people(trx: Transaction<Schema>): People {
  // A new enrollment refers to its contact, and so waits for this lock, or is seen after it.
  async function holdPeople(contacts: readonly ContactRef[]): Promise<void> {
    if (contacts.length === 0) return;
    await sql`
      SELECT FROM contacts p JOIN ${contactRows(contacts)}
        ON p.tenant_id = r.tenant_id AND p.id = r.contact_id
      ORDER BY p.tenant_id, p.id
      FOR UPDATE OF p`.execute(trx);
  }

  return {
    async activeEnrollmentsOfContacts(contacts) {
      if (contacts.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string; contact_id: string }>`
        SELECT DISTINCT c.tenant_id, c.id, c.contact_id
        FROM ${contactRows(contacts)}
        JOIN contact_campaigns c ON c.tenant_id = r.tenant_id AND c.contact_id = r.contact_id
          AND c.status = 'active'`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        contactId: row.contact_id,
      }));
    },

    async activeEnrollmentsOfColleagues(contacts) {
      if (contacts.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string; contact_id: string }>`
        SELECT DISTINCT ON (c.tenant_id, c.id) c.tenant_id, c.id, r.contact_id
        FROM ${contactRows(contacts)}
        JOIN contacts p ON p.tenant_id = r.tenant_id AND p.id = r.contact_id
        JOIN contacts o ON o.tenant_id = p.tenant_id AND o.lead_id = p.lead_id AND o.id <> p.id
        JOIN contact_campaigns c ON c.tenant_id = o.tenant_id AND c.contact_id = o.id
          AND c.status = 'active'
        ORDER BY c.tenant_id, c.id, r.contact_id`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        colleagueId: row.contact_id,
      }));
    },

    holdPeople,

    async keepAbsences(absences) {
      if (absences.length === 0) return;
      await holdPeople(absences);
      await sql`
        INSERT INTO contact_absences AS a (tenant_id, contact_id, input_id, answered_at, return_on)
        SELECT DISTINCT ON (r.tenant_id, r.contact_id) r.tenant_id, r.contact_id, r.input_id,
          from_epoch_ms(r.at), r.return_on::date
        FROM ${rows(
          absences.map((one) => ({
            tenant_id: one.tenantId,
            contact_id: one.contactId,
            input_id: one.inputId,
            at: one.at,
            return_on: one.returnDate,
          })),
          `r(tenant_id uuid, contact_id uuid, input_id text, at double precision, return_on text)`,
        )}
        JOIN contacts p ON p.tenant_id = r.tenant_id AND p.id = r.contact_id
          AND p.erased_at IS NULL
        ORDER BY r.tenant_id, r.contact_id, r.at DESC
        ON CONFLICT (tenant_id, contact_id) DO UPDATE
        SET input_id = excluded.input_id, answered_at = excluded.answered_at,
          return_on = excluded.return_on
        WHERE excluded.answered_at > a.answered_at
          AND (excluded.return_on IS NOT NULL OR a.return_on IS NULL
            OR a.return_on <= excluded.answered_at)`.execute(trx);
    },

    async absencesOf(contacts) {
      if (contacts.length === 0) return [];
      const found = await sql<{
        tenant_id: string;
        contact_id: string;
        input_id: string;
        at: number;
        return_on: string | null;
      }>`
        SELECT a.tenant_id, a.contact_id, a.input_id, epoch_ms(a.answered_at) AS at,
          to_char(a.return_on, 'YYYY-MM-DD') AS return_on
        FROM ${contactRows(contacts)}
        JOIN contact_absences a ON a.tenant_id = r.tenant_id AND a.contact_id = r.contact_id
        WHERE a.answered_at
          > campaign_now() - ${sql.lit(LONGEST_ABSENCE_DAYS)} * interval '1 day'`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        contactId: row.contact_id,
        inputId: row.input_id,
        at: row.at,
        returnDate: row.return_on,
      }));
    },
  };
}

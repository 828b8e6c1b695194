import type { ContactRef, EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type People = Pick<
  EngineTransaction,
  'activeEnrollmentsOfContacts' | 'activeEnrollmentsOfColleagues'
>;

function contactRows(contacts: readonly ContactRef[]) {
  return rows(
    contacts.map(({ tenantId, contactId }) => ({ tenant_id: tenantId, contact_id: contactId })),
    'r(tenant_id uuid, contact_id uuid)',
  );
}

/** What people, and those who work with them, take part in. */
export function people(trx: Transaction<Schema>): People {
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
  };
}

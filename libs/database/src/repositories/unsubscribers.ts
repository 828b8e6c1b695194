import { LEGAL_SUPPRESSION_REASONS, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { byOwnLink } from '../store/opt-outs.ts';
import { unsubscribing } from '../store/unsubscribing.ts';

/** Who follows an unsubscribe link, as its page tells them. */
export interface Unsubscriber {
  /** Who writes to them. */
  readonly tenantName: string;
  /** The present one, else the one written to last; null where neither is known. */
  readonly address: string | null;
  /** The person has left for good, by whatever way, or complained: nothing is left to ask for. */
  readonly left: boolean;
  /** Nothing is sent to the person or the address, for whatever reason. */
  readonly suppressed: boolean;
  /** Of that, there is something that the person's own link has made, and nothing else. */
  readonly suppressedByLink: boolean;
  /** Whether the campaign that was asked about is one of the tenant's. */
  readonly campaignKnown: boolean;
  readonly leftCampaign: boolean;
}

/** @returns null where there is no such tenant or contact. */
export async function findUnsubscriber(
  trx: Transaction<Schema>,
  of: { readonly tenantId: Id; readonly contactId: Id; readonly campaignId: Id | null },
): Promise<Unsubscriber | null> {
  const { tenantId, contactId, campaignId } = of;
  const found = await sql<{
    name: string;
    known: boolean;
    left: boolean;
    left_otherwise: boolean | null;
  }>`
    SELECT t.name,
      EXISTS (SELECT FROM campaigns p WHERE p.tenant_id = t.id AND p.id = ${campaignId}) AS known,
      EXISTS (
        SELECT FROM campaign_opt_outs o
        WHERE o.tenant_id = t.id AND o.contact_id = k.id AND o.campaign_id = ${campaignId}) AS left,
      (SELECT o.source NOT IN ('link', 'one_click') FROM contact_opt_outs o
        WHERE o.tenant_id = t.id AND o.contact_id = k.id AND o.channel = 'email') AS left_otherwise
    FROM contacts k JOIN tenants t ON t.id = k.tenant_id
    WHERE k.tenant_id = ${tenantId} AND k.id = ${contactId}`.execute(trx);
  const [row] = found.rows;
  if (row === undefined) return null;
  const addresses = await unsubscribing(trx).addressesOfContact({ tenantId, id: contactId });
  const [address = null] = addresses;
  const listed = await sql<{ by_link: boolean; legal: boolean }>`
    SELECT ${byOwnLink(contactId)} AS by_link,
      coalesce(s.legal_reason, s.reason) = ANY (${LEGAL_SUPPRESSION_REASONS}::text[]) AS legal
    FROM communication_suppressions s
    WHERE s.channel = 'email' AND (s.tenant_id = ${tenantId} OR s.tenant_id IS NULL)
      AND ((s.kind = 'address' AND s.value = ${address})
        OR (s.kind = 'domain' AND s.value = split_part(${address}, '@', 2)))`.execute(trx);
  const leftOtherwise = row.left_otherwise;
  const hasLeft = leftOtherwise !== null;
  const suppressed = hasLeft || listed.rows.length > 0;
  return {
    tenantName: row.name,
    address,
    left: hasLeft || listed.rows.some(({ legal }) => legal),
    suppressed,
    suppressedByLink:
      suppressed && leftOtherwise !== true && listed.rows.every(({ by_link }) => by_link),
    campaignKnown: row.known,
    leftCampaign: row.left,
  };
}

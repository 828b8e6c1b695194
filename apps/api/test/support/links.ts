import { campaignScope, createUnsubscribeToken, type UnsubscribeClaim } from '@cadenza/rendering';
import type { Rows } from './examples.ts';
import { UNSUBSCRIBE_SECRET, type Tenant } from './world.ts';

/** The path of the unsubscribe link in the mails of a campaign to a contact. */
export function linkOf(
  tenant: Pick<Tenant, 'id'>,
  rows: Pick<Rows, 'contact' | 'campaign'>,
): string {
  return linkWith({
    tenantId: tenant.id,
    contactId: rows.contact,
    scope: campaignScope(rows.campaign),
  });
}

/** The path of a link that names anything at all, by a secret that need not be known. */
export function linkWith(
  claim: Omit<UnsubscribeClaim, 'keyId'> & { readonly keyId?: string },
  secret: string = UNSUBSCRIBE_SECRET,
): string {
  return `/u/${createUnsubscribeToken({ keyId: 'k2', ...claim }, secret)}`;
}

import type { Id } from '@cadenza/domain';
import type { AccountClients } from '@cadenza/runtime';
import type { SendGridAdmin } from '@cadenza/sendgrid';

/** What the account of a tenant says of its senders. */
export type SenderAdmin = Pick<SendGridAdmin, 'senderVerification' | 'domainAuthentication'>;

/** The account that a tenant sends through; null where there is no key for it. */
export type TenantsAdmin = (tenantId: Id) => Promise<SenderAdmin | null>;

export function tenantsAdmin(clients: AccountClients<SendGridAdmin | null>): TenantsAdmin {
  return async (tenantId) => (await clients.of(tenantId)).client;
}

import type { Channel, Id } from '@cadenza/domain';

/** Names one row of a tenant. */
export interface TenantRef {
  readonly tenantId: Id;
  readonly id: Id;
}

/** Names one attempt at a message. */
export interface AttemptRef extends TenantRef {
  readonly attempt: number;
}

/** Names an e-mail address of a tenant's contacts. */
export interface AddressRef {
  readonly tenantId: Id;
  readonly value: string;
}

/** The same of either channel: an address or a phone number. */
export interface ReachedRef extends AddressRef {
  readonly channel: Channel;
}

export interface ContactRef {
  readonly tenantId: Id;
  readonly contactId: Id;
}

/** A stored delivery and whose it is: a tenant's own account's, or, with null, the platform's. */
export interface DeliveryRef {
  readonly id: Id;
  readonly tenantId: Id | null;
}

import type { EpochMs } from '@cadenza/domain';
import type { TenantRef } from './refs.ts';

/** What people have consented to. */
export interface Consents {
  /** By what a contact is reached on a channel: one address, or none. */
  channelOf(contact: TenantRef, channel: 'email' | 'sms'): Promise<string[]>;
  /** Ends the consent that holds on a channel; answers whether there was one. */
  endConsent(contact: TenantRef, channel: 'email' | 'sms', at: EpochMs): Promise<boolean>;
}

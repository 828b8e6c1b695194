import type { AddressVerdict, Id } from '@cadenza/domain';
import type { TenantRef } from './refs.ts';

/** Who has said what is known of an address. */
export type VerdictSource = 'dns' | 'provider';

/** An address of a contact, by the id of its channel. */
export interface AddressToCheck extends TenantRef {
  readonly address: string;
  /** Whether the tenant wants the provider asked, which costs money. */
  readonly askProvider: boolean;
  /** Its domain was not found before, long enough ago that not finding it again confirms that. */
  readonly doubted: boolean;
  /** What was found out before and has not expired; null where nothing was. */
  readonly known: (AddressVerdict & { readonly source: VerdictSource }) | null;
}

/** What a check has found out, to be kept. */
export interface CheckedAddress extends TenantRef {
  readonly address: string;
  /** Null: nothing is known of its validity, only what it is by its form. */
  readonly validity: AddressVerdict['validity'] | null;
  readonly flags: AddressVerdict['flags'];
  readonly reasons: AddressVerdict['reasons'];
  readonly score: number | null;
  readonly source: VerdictSource;
  /** It was known before: the result that is kept stays, with the day on which it expires. */
  readonly known: boolean;
  /** Whoever could say more did not answer, and is asked again later. */
  readonly again: boolean;
}

/** A check that found out nothing. */
export interface PostponedAddress extends TenantRef {
  /** Real milliseconds to wait at least. */
  readonly waitMs: number;
}

export interface AddressChecks {
  addressesToCheck(refs: readonly TenantRef[]): Promise<AddressToCheck[]>;
  /**
   * Keeps what was found out, unless the contact has another address by now.
   *
   * @param kept real milliseconds after which what was found out now expires, and what is invalid. What
   *   DNS has made invalid is checked again then.
   */
  recordAddressChecks(
    rows: readonly CheckedAddress[],
    kept: { readonly keptMs: number; readonly invalidKeptMs: number },
  ): Promise<void>;
  /**
   * Has addresses whose domain was not found checked again after so many real milliseconds, counted
   * from when that was found first. Until then, and some minutes longer, nothing is handed over to them.
   */
  doubtAddresses(refs: readonly TenantRef[], confirmMs: number): Promise<void>;
  /** Has these checked again, later each time. */
  postponeAddressChecks(rows: readonly PostponedAddress[]): Promise<void>;
}

export interface AddressClaims {
  /**
   * Addresses of all tenants whose check is due, oldest first, for `leaseMs` real milliseconds the
   * caller's. `id` is that of the channel.
   */
  claimUncheckedAddresses(
    limit: number,
    leaseMs: number,
  ): Promise<{ readonly tenantId: Id; readonly id: Id }[]>;
}

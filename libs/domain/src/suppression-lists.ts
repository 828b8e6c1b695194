import type { EpochMs } from './clock.ts';

/** Lists of addresses that a provider keeps for an account. */
export const PROVIDER_LISTS = [
  'bounces',
  'blocks',
  'spam_reports',
  'invalid_emails',
  'unsubscribes',
] as const;
export type ProviderList = (typeof PROVIDER_LISTS)[number];

/** Of these, the lists that say what became of mail, and not what somebody wants. */
export type FoundOutList = Extract<ProviderList, 'bounces' | 'blocks' | 'invalid_emails'>;

export interface ListedAddress {
  /** Normalised. */
  readonly address: string;
  /** When it came onto the list, campaign time. */
  readonly at: EpochMs;
  /** Of `bounces`: whether the address is gone; true for every other list. */
  readonly final: boolean;
}

/** The provider's lists, and what is ours to write of them. */
export interface ProviderLists {
  /**
   * What came onto a list in a span of time, `from` and `to` included, in seconds as the provider
   * counts them. One page at a time.
   *
   * @throws an error that says, without personal data, what the provider answered instead.
   */
  entries(list: ProviderList, from: EpochMs, to: EpochMs): AsyncIterable<readonly ListedAddress[]>;
  /** Puts addresses on the list of global unsubscribes; those that are there stay. */
  unsubscribe(addresses: readonly string[]): Promise<void>;
  /** Whether an address is on it. */
  isUnsubscribed(address: string): Promise<boolean>;
  /** Takes an address off it; one that is not there is no error. */
  resubscribe(address: string): Promise<void>;
  /** Takes an address off a list of what the provider has found out; one not there is no error. */
  remove(list: FoundOutList, address: string): Promise<void>;
  close(): Promise<void>;
}

/** What is known of an address: whether mail to it arrives, as far as anybody can say beforehand. */
export const ADDRESS_VALIDITIES = ['unchecked', 'valid', 'risky', 'invalid'] as const;
export type AddressValidity = (typeof ADDRESS_VALIDITIES)[number];

/** What an address is besides: one of a function instead of a person, one that is thrown away. */
export const ADDRESS_FLAGS = ['role', 'disposable'] as const;
export type AddressFlag = (typeof ADDRESS_FLAGS)[number];

/** What a tenant decides about, address by address. An address can be of several kinds. */
export const ADDRESS_KINDS = ['invalid', 'risky', 'role', 'disposable'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** What a check has found out. */
export interface AddressVerdict {
  readonly validity: Exclude<AddressValidity, 'unchecked'>;
  readonly flags: readonly AddressFlag[];
  /** Why, as words of a closed list: `null_mx`, `no_domain`, `known_bounces`, … */
  readonly reasons: readonly string[];
}

/** What a provider says of an address. `unknown`: nothing; never to be taken for a verdict. */
export type ProviderVerdict =
  | (AddressVerdict & {
      readonly kind: 'judged';
      /** From 0 to 1, the higher the better. */
      readonly score: number | null;
    })
  | {
      readonly kind: 'unknown';
      /** Real milliseconds to wait before asking again, where the provider said so. */
      readonly retryAfterMs: number | null;
      /** In words, without personal data. */
      readonly reason: string;
    };

/** The port through which a provider is asked about addresses. Never throws for its answer. */
export interface AddressValidator {
  /** @param address normalised. */
  validate(address: string): Promise<ProviderVerdict>;
  close(): Promise<void>;
}

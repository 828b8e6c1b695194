import { ADDRESS_KINDS, type AddressKind } from '@cadenza/domain';

/**
 * What a tenant does about addresses of a kind. `warn`: they are written to, and whoever enrols them
 * is told. `block`: they are not enrolled, and nothing is handed over to them.
 */
export const ADDRESS_DECISIONS = ['allow', 'warn', 'block'] as const;
export type AddressDecision = (typeof ADDRESS_DECISIONS)[number];

export type AddressPolicy = Readonly<Record<AddressKind, AddressDecision>> & {
  /** Whether the provider is asked about addresses, which costs money. */
  readonly askProvider: boolean;
};

/** Of which of these kinds an address is, in the order in which they are told. */
export function kindsDecided(
  policy: AddressPolicy,
  decision: AddressDecision,
  kinds: readonly string[] = ADDRESS_KINDS,
): AddressKind[] {
  return ADDRESS_KINDS.filter((kind) => policy[kind] === decision && kinds.includes(kind));
}

import {
  personPattern,
  type ErasedAddress,
  type Id,
  type RedactionRule,
  type StandIn,
} from '@cadenza/domain';

/**
 * What is to be taken out of deliveries for one person: all of what is about their messages, and
 * their addresses wherever else they are mentioned, but in what is about another tenant. Events that
 * name no message are theirs where nobody else knows the address.
 *
 * @param onlyOurs those of the addresses that no other tenant knows.
 */
export function personRule(of: {
  readonly tenantId: Id;
  readonly messageIds: ReadonlySet<Id>;
  readonly addresses: readonly ErasedAddress[];
  readonly onlyOurs: readonly ErasedAddress[];
  readonly standIn: StandIn;
}): RedactionRule {
  const ours = mentions(of.addresses);
  const nobodyElses = mentions(of.onlyOurs);
  return ({ event, text }) => {
    const reference = event?.reference ?? null;
    if (reference !== null && reference.tenantId !== of.tenantId) return null;
    const known = reference === null ? of.onlyOurs : of.addresses;
    const recipient = event?.recipient ?? null;
    if (reference !== null && of.messageIds.has(reference.messageId)) {
      const own =
        recipient === null ? [] : [{ address: recipient, standIn: of.standIn(recipient) }];
      return { addresses: [...own, ...known], own: true };
    }
    const found = reference === null ? nobodyElses : ours;
    if (found === null || !found.test(text)) return null;
    return { addresses: known, own: known.some(({ address }) => address === recipient) };
  };
}

function mentions(addresses: readonly ErasedAddress[]): RegExp | null {
  if (addresses.length === 0) return null;
  return new RegExp(addresses.map(({ address }) => personPattern(address)).join('|'), 'i');
}

/**
 * Words that stand in any text which mentions one of these addresses, however it is written: to look
 * for before it is looked at closely.
 */
export function wordsOf(addresses: readonly ErasedAddress[]): string[] {
  return addresses.map(({ address }) =>
    (address.split('@')[0] ?? '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .reduce((longest, word) => (word.length > longest.length ? word : longest), ''),
  );
}

import { normalizeEmail, type EpochMs } from '@cadenza/domain';

/** SendGrid's account-wide lists. `unsubscribes` is the list of global unsubscribes. */
export const SUPPRESSION_LISTS = [
  'bounces',
  'blocks',
  'spam_reports',
  'invalid_emails',
  'unsubscribes',
] as const;
export type SuppressionList = (typeof SUPPRESSION_LISTS)[number];

export interface SuppressionEntry {
  readonly email: string;
  /** Campaign time. */
  readonly created: EpochMs;
  readonly reason?: string;
  readonly status?: string;
  readonly ip?: string;
}

/** The suppressions of the emulated account. */
export interface Suppressions {
  add(list: SuppressionList, entry: SuppressionEntry): void;
  remove(list: SuppressionList, address: string): boolean;
  clear(list: SuppressionList): void;
  get(list: SuppressionList, address: string): SuppressionEntry | undefined;
  entries(list: SuppressionList): readonly SuppressionEntry[];
  group(id: number): Set<string>;
  groupIds(): readonly number[];
  /** Why SendGrid would drop a mail to the address; null when it would not. */
  dropReason(address: string, groupId: number | null): string | null;
}

export function createSuppressions(): Suppressions {
  const lists = new Map<SuppressionList, Map<string, SuppressionEntry>>(
    SUPPRESSION_LISTS.map((list) => [list, new Map()]),
  );
  const groups = new Map<number, Set<string>>();
  const entriesOf = (list: SuppressionList): Map<string, SuppressionEntry> => {
    const entries = lists.get(list) ?? new Map<string, SuppressionEntry>();
    lists.set(list, entries);
    return entries;
  };
  return {
    add(list, entry) {
      const email = normalizeEmail(entry.email);
      entriesOf(list).set(email, { ...entry, email });
    },
    remove: (list, address) => entriesOf(list).delete(normalizeEmail(address)),
    clear: (list) => {
      entriesOf(list).clear();
    },
    get: (list, address) => entriesOf(list).get(normalizeEmail(address)),
    entries: (list) => [...entriesOf(list).values()],
    group(id) {
      const members = groups.get(id) ?? new Set<string>();
      groups.set(id, members);
      return members;
    },
    groupIds: () => [...groups.keys()],
    dropReason(address, groupId) {
      const email = normalizeEmail(address);
      // `blocks` is missing on purpose: SendGrid goes on trying those.
      if (entriesOf('bounces').has(email)) return 'Bounced Address';
      if (entriesOf('spam_reports').has(email)) return 'Spam Reporting Address';
      if (entriesOf('unsubscribes').has(email)) return 'Unsubscribed Address';
      if (entriesOf('invalid_emails').has(email)) return 'Invalid';
      if (groupId !== null && groups.get(groupId)?.has(email) === true) {
        return 'Unsubscribed Address';
      }
      return null;
    },
  };
}

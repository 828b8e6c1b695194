import type { RedactionRule } from '@cadenza/domain';

/** How a person is taken out of what a provider sends. */
export interface Redacting {
  /** Answers with null where there is nothing to take out. */
  readonly delivery: (payload: Uint8Array, rule: RedactionRule) => Buffer | null;
  /** The same of an element that was put aside. */
  readonly quarantined: (raw: unknown, rule: RedactionRule) => unknown;
}

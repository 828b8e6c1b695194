import type { RedactionRule } from '@cadenza/domain';
import type { DeliveryProvider } from '../ports/deliveries.ts';

/** How a person is taken out of what a provider sends, in its format. */
export interface Redacting {
  /** Answers with null where there is nothing to take out. */
  readonly delivery: (payload: Uint8Array, rule: RedactionRule) => Buffer | null;
  /** The same of an element that was put aside. */
  readonly quarantined: (raw: unknown, rule: RedactionRule) => unknown;
}

/** The same of every provider. */
export type RedactingOf = Readonly<Record<DeliveryProvider, Redacting>>;

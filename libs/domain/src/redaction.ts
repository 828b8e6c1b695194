import type { ErasedAddress } from './erased-address.ts';
import type { ProviderEvent } from './events.ts';

/** What is taken out of an element of a provider's delivery. */
export interface Redaction {
  readonly addresses: readonly ErasedAddress[];
  /** It is about the person: what else tells of them goes as well. */
  readonly own: boolean;
}

/**
 * Says what to take out of an element; null: nothing.
 *
 * @param element its event, or null where it is none, and its text.
 */
export type RedactionRule = (element: {
  readonly event: ProviderEvent | null;
  readonly text: string;
}) => Redaction | null;

import type { InboundClassType } from '../../src/index.ts';

/** Thursday. */
export const NOW = Date.UTC(2026, 10, 26, 10, 0);

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl';

/** One mail of the corpus, and what is true of it. */
export interface Fixture {
  readonly name: string;
  readonly language: Language;
  readonly system: string;
  readonly raw: string;
  readonly type: InboundClassType;
  /** When it came in, ISO 8601; `NOW` where it does not matter. */
  readonly at?: string;
  /** Further properties of its class. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** What `replyText` gives. */
  readonly reply?: string;
}

export const bytesOf = ({ raw }: Fixture): Uint8Array => Buffer.from(raw, 'latin1');

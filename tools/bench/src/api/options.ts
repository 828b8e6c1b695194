import { parseOptions, TEXT, wholeNumber } from '../command-line.ts';

export interface ApiBenchOptions {
  /** Contacts that are stored, each with an enrollment. */
  readonly contacts: number;
  /** Requests of each kind in a round. */
  readonly requests: number;
  /** Rounds over all kinds of requests. */
  readonly rounds: number;
  /** Rows of the file that is imported, whose people are enrolled afterwards; 0: neither is done. */
  readonly people: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
}

export const API_USAGE = `npm run bench -- api [options]
  --contacts <n>      contacts that are stored, each with an enrollment, 1000000
  --requests <n>      requests of each kind in a round, 40
  --rounds <n>        rounds, whose median counts, 3
  --people <n>        rows of an import, and people enrolled afterwards, 100000; 0 for none
  --json <file>       writes everything that was measured`;

/** @throws UsageError */
export function readApiOptions(args: readonly string[]): ApiBenchOptions {
  const given = parseOptions(args, {
    contacts: TEXT,
    requests: TEXT,
    rounds: TEXT,
    people: TEXT,
    json: TEXT,
  });
  return {
    contacts: wholeNumber('contacts', given.contacts, 1_000_000, 1_000),
    requests: wholeNumber('requests', given.requests, 40),
    rounds: wholeNumber('rounds', given.rounds, 3),
    people: wholeNumber('people', given.people, 100_000, 0),
    json: given.json ?? null,
  };
}

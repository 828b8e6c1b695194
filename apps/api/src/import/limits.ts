/** Caps on one import, so that none can exhaust what runs it. */
export const IMPORT_LIMITS = {
  bytes: 50 * 1024 * 1024,
  /** Addresses are remembered for the length of an import, to find those that come twice. */
  rows: 250_000,
  /** Characters of one row, quotes and line breaks in it included. */
  rowChars: 65_536,
  columns: 200,
  /** Rejected rows that an answer lists; all are counted. */
  listed: 10_000,
  /** Rows of one transaction. */
  chunk: 1_000,
} as const;

/** The same of an import of suppressions, which remembers nothing of the rows before. */
export const SUPPRESSION_LIMITS = {
  bytes: 500 * 1024 * 1024,
  /** Rows of one transaction. */
  chunk: 5_000,
} as const;

/** The work must run again from its start, in a new transaction. */
export class RetryTransactionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RetryTransactionError';
  }
}

/** Deadlock, serialisation failure, and a unique index decided by a concurrent transaction. */
const RETRIABLE = new Set(['40P01', '40001', '23505']);

/** Whether running the same transaction again can succeed. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof RetryTransactionError) return true;
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && RETRIABLE.has(error.code);
}

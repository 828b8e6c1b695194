/**
 * The queue's store did not take or answer a request. For a publisher this is no loss: what was to
 * be queued is in Postgres, and a later sweep queues it again.
 */
export class QueueUnavailableError extends Error {
  readonly queue: string;

  constructor(queue: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    super(`queue ${queue} is unavailable: ${reason}`, { cause });
    this.name = 'QueueUnavailableError';
    this.queue = queue;
  }
}

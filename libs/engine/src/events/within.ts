import { setTimeout as delay } from 'node:timers/promises';

/** The store did not answer in time. The delivery may be stored all the same, and is known then. */
export class DeliveryTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(`not stored within ${timeoutMs} ms`);
    this.name = 'DeliveryTimeoutError';
  }
}

/** @throws DeliveryTimeoutError where the work takes longer; it goes on unheard. */
export async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const ended = new AbortController();
  const timeout = delay(timeoutMs, undefined, { signal: ended.signal }).then(() => {
    throw new DeliveryTimeoutError(timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    ended.abort();
  }
}

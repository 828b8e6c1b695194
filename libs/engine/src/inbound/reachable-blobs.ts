import type { BlobStore } from '@cadenza/domain';

/** The blob store did not do what it was asked for: no fault of the mail whose bytes it holds. */
export class BlobsAwayError extends Error {
  constructor(cause: unknown) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`the blob store cannot be reached: ${words}`, { cause });
    this.name = 'BlobsAwayError';
  }
}

/** A blob store whose failures are {@link BlobsAwayError}s. What it does not have is none. */
export function reachableBlobs(blobs: BlobStore): Pick<BlobStore, 'get' | 'put'> {
  return {
    async get(key) {
      const body = await blobs.get(key).catch(isAway);
      return body === null ? null : readable(body);
    },
    put: (key, bytes) => blobs.put(key, bytes).catch(isAway),
  };
}

async function* readable(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.resolve(chunks.next()).catch(isAway);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

function isAway(error: unknown): never {
  throw new BlobsAwayError(error);
}

import { createHash } from 'node:crypto';
import { newId, type BlobStore, type JobPublisher } from '@cadenza/domain';
import { createAnnouncer } from '../events/announcer.ts';
import { within } from '../events/within.ts';
import type { NewInboundDelivery } from '../ports/inbound.ts';
import type { DeliveryRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';

/** An inbound mail on its way in. */
export interface IncomingMail extends Pick<NewInboundDelivery, 'addressee' | 'contentType'> {
  readonly body: AsyncIterable<Uint8Array>;
  /** Asked when all of the body has come. */
  readonly judge: () => Pick<NewInboundDelivery, 'verdict' | 'verdictReason'>;
}

/** Keeps inbound mail as it comes, and hands it to the queue. */
export interface InboundIntake {
  /**
   * Once this resolves the mail is kept: the provider may be told so. The queue is not waited for,
   * since a sweep finds what it was not told of.
   *
   * @returns the delivery, or null where the same bytes had been stored before.
   * @throws DeliveryTimeoutError, what the body threw, or what a store said
   */
  add(mail: IncomingMail): Promise<DeliveryRef | null>;
  /** Tells the queue of nothing more, and waits for the call that is under way. */
  close(): Promise<void>;
}

export interface InboundIntakeOptions {
  readonly store: Pick<EngineStore, 'storeInbound' | 'ping'>;
  readonly blobs: BlobStore;
  readonly publisher: JobPublisher;
  /** Bytes of one mail that are kept at most; what comes beyond them is counted. */
  readonly maxBytes: number;
  /** Real milliseconds in which the store must answer. */
  readonly timeoutMs: number;
  /** The queue did not take so many deliveries; a sweep finds them. */
  readonly onQueueError: (error: unknown, deliveries: number) => void;
  /** Bytes of a mail that had come before could not be deleted again. */
  readonly onLeftOver: (error: unknown, blobKey: string) => void;
}

export function createInboundIntake(options: InboundIntakeOptions): InboundIntake {
  const { store, blobs, timeoutMs } = options;
  const announcer = createAnnouncer({ ...options, queue: 'inbound-process' });

  return {
    async add({ body, judge, ...facts }) {
      // A mail is megabytes: they are not taken where there would be no row for them.
      await within(store.ping(), timeoutMs);
      const id = newId();
      // Time-ordered ids: a folder for some hours.
      const blobKey = `inbound/${id.slice(0, 6)}/${id}`;
      const taken = counted(body, options.maxBytes);
      await blobs.put(blobKey, taken.kept);
      const { bytes, hash } = taken.total();
      const delivery: NewInboundDelivery = {
        id,
        ...facts,
        ...judge(),
        bytes,
        hash,
        blobKey,
        truncated: bytes > options.maxBytes,
      };
      const ref = await within(store.storeInbound(delivery), timeoutMs);
      if (ref !== null) announcer.add([ref]);
      // Only where it is certain that no row names them: after an error there may be one.
      else await blobs.delete(blobKey).catch((error) => options.onLeftOver(error, blobKey));
      return ref;
    },
    close: () => announcer.close(),
  };
}

/** Counts and hashes all of a body, and hands on what is kept of it. */
function counted(body: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* kept(): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      const room = Math.max(0, maxBytes - bytes);
      bytes += chunk.length;
      hash.update(chunk);
      if (room > 0) yield room < chunk.length ? chunk.subarray(0, room) : chunk;
    }
  }
  return { kept: kept(), total: () => ({ bytes, hash: hash.digest() }) };
}

import type { BlobStore } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** Where this product keeps files: others may share the store. */
const OURS = ['inbound/', 'inbound-attachments/'];
/** Keys of one statement. */
const PAGE = 500;

/**
 * Deletes files that nothing names: of mails whose request broke off after the file was kept, or
 * whose deletion was cut off.
 *
 * @param olderThanMs real milliseconds since 1970: younger ones may be about to be named.
 * @returns how many.
 */
export async function sweepOrphanBlobs({
  store,
  blobs,
  olderThanMs,
}: {
  readonly store: Pick<EngineStore, 'knownBlobs'>;
  readonly blobs: BlobStore;
  readonly olderThanMs: number;
}): Promise<number> {
  let deleted = 0;
  let page: string[] = [];
  const sweep = async () => {
    const known = await store.knownBlobs(page);
    const orphans = page.filter((key) => !known.has(key));
    for (const key of orphans) await blobs.delete(key);
    deleted += orphans.length;
    page = [];
  };
  for await (const key of blobs.keptSinceBefore(olderThanMs)) {
    if (!OURS.some((prefix) => key.startsWith(prefix))) continue;
    page.push(key);
    if (page.length === PAGE) await sweep();
  }
  await sweep();
  return deleted;
}

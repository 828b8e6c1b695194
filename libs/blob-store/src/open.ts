import type { BlobStore } from '@cadenza/domain';
import { createFolderStore } from './folder.ts';
import type { S3StoreOptions } from './s3.ts';

export interface BlobStoreOptions {
  /** Where files are kept when there is no bucket. */
  readonly directory: string;
  readonly s3: S3StoreOptions | null;
}

/**
 * The store that settings ask for: the bucket, else the folder. Amazon's SDK is loaded for a bucket
 * alone.
 */
export async function openBlobStore({ directory, s3 }: BlobStoreOptions): Promise<BlobStore> {
  if (s3 === null) return createFolderStore({ directory });
  const { createS3Store } = await import('./s3.ts');
  return createS3Store(s3);
}

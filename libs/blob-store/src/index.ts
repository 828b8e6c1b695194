export { createFolderStore } from './folder.ts';
export { openBlobStore, type BlobStoreOptions } from './open.ts';
export type { S3StoreOptions } from './s3.ts';

import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isBlobKey, type BlobStore } from '@cadenza/domain';
import { assertBlobKey } from './key.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Of a store that is not Amazon's, such as `https://minio.example.com`; null: Amazon's. */
  readonly endpoint: string | null;
  /** Null: those that the machine has been given, as Amazon's SDK finds them. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  } | null;
}

/** Bytes of a part of an upload: one is held at a time. S3 asks for 5 MiB at least. */
const PART_BYTES = 8 * 1024 * 1024;

/** Milliseconds in which a connection must be made, and something must come over it. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 30_000, requestTimeout: 30_000 };

/** Keeps files in a bucket of Amazon's S3, or of a store that speaks as it does. */
export function createS3Store(options: S3StoreOptions): BlobStore {
  const { bucket: Bucket, endpoint, credentials } = options;
  const client = new S3Client({
    region: options.region,
    requestHandler: { ...TIMEOUTS, throwOnRequestTimeout: true },
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === null ? {} : { credentials }),
    // Stores that are not Amazon's seldom know its newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

  return {
    async put(key, bytes) {
      assertBlobKey(key);
      const upload = new Upload({
        client,
        params: { Bucket, Key: key, Body: Readable.from(bytes, { objectMode: false }) },
        partSize: PART_BYTES,
        queueSize: 1,
        leavePartsOnError: false,
      });
      await upload.done();
    },

    async get(key) {
      assertBlobKey(key);
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
        if (!(Body instanceof Readable)) throw new Error(`the store answered without a body`);
        return Body;
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },

    async *keptSinceBefore(atMs) {
      for (let ContinuationToken: string | undefined; ;) {
        const page: ListObjectsV2CommandOutput = await client.send(
          new ListObjectsV2Command({ Bucket, ContinuationToken }),
        );
        for (const { Key, LastModified } of page.Contents ?? []) {
          const isOld = LastModified !== undefined && LastModified.getTime() < atMs;
          if (isOld && Key !== undefined && isBlobKey(Key)) yield Key;
        }
        ContinuationToken = page.NextContinuationToken;
        if (ContinuationToken === undefined) return;
      }
    },

    async delete(key) {
      assertBlobKey(key);
      await client.send(new DeleteObjectCommand({ Bucket, Key: key })).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    },
  };
}

/** A bucket that is not there is no absent file. */
function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchKey';
}

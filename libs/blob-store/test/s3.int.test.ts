import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBlobStore } from '../src/index.ts';
import type { BlobStore } from '@cadenza/domain';
import { blobStoreConformance } from './conformance.ts';
import { startS3 } from './s3-server.ts';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');

let s3: Awaited<ReturnType<typeof startS3>>;
let store: BlobStore;
beforeAll(async () => {
  s3 = await startS3('mail');
  store = await open('mail');
});
afterAll(() => s3.close());

const open = (bucket: string) =>
  openBlobStore({
    directory: '/nowhere',
    s3: {
      bucket,
      region: 'eu-central-1',
      endpoint: s3.endpoint,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    },
  });

async function* megabytes(count: number, end?: Error): AsyncIterable<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield MEGABYTE;
  if (end !== undefined) throw end;
}

describe('a bucket', () => {
  blobStoreConformance(() => store);

  test('is given a large file in parts, and signed', async () => {
    await store.put('large', megabytes(20));
    expect(s3.objects.get('large')?.length).toBe(20 * MEGABYTE.length);
    expect(s3.largestBody()).toBeLessThan(10 * MEGABYTE.length);
    expect(s3.authorizations.every((one) => one?.includes('AKIATEST'))).toBe(true);
  });

  test('keeps no parts of a large file whose bytes end with an error', async () => {
    const putting = store.put('cut', megabytes(20, new Error('cut off')));
    await expect(putting).rejects.toThrow('cut off');
    expect(s3.objects.has('cut')).toBe(false);
    expect(s3.uploads.size).toBe(0);
  });

  test('that is not there is an error, and no absent file', async () => {
    const other = await open('other');
    await expect(other.get('large')).rejects.toThrow();
    await expect(other.put('large', megabytes(1))).rejects.toThrow();
  });
});

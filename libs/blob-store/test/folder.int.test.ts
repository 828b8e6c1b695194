import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolderStore } from '../src/index.ts';
import { blobStoreConformance } from './conformance.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-blobs-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

describe('a folder', () => {
  blobStoreConformance(() => createFolderStore({ directory: join(directory, 'deep', 'down') }));

  test('shows no file before all of it is there, and leaves no drafts behind', async () => {
    const own = join(directory, 'own');
    const store = createFolderStore({ directory: own });
    const opened = Promise.withResolvers<void>();
    async function* held(): AsyncIterable<Uint8Array> {
      yield Buffer.from('half');
      await opened.promise;
      yield Buffer.from(' and half');
    }
    const putting = store.put('a/b', held());
    expect(await store.get('a/b')).toBeNull();
    opened.resolve();
    await putting;
    expect((await stat(join(own, 'a', 'b'))).size).toBe(13);
    expect(await readdir(join(own, '.unfinished+'))).toEqual([]);
  });

  test('takes a folder for no file', async () => {
    const store = createFolderStore({ directory: join(directory, 'own') });
    await store.put('c/d', bytes('text'));
    expect(await store.get('c')).toBeNull();
    expect(await store.get('c/d/e')).toBeNull();
  });

  // Windows keeps no modes.
  test.skipIf(process.platform === 'win32')(
    'lets nobody else read what it keeps, by its mode',
    async () => {
      const own = join(directory, 'own');
      const store = createFolderStore({ directory: own });
      await store.put('private', bytes('text'));
      expect((await stat(join(own, 'private'))).mode & 0o077).toBe(0);
    },
  );
});

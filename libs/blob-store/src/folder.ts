import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isBlobKey, newId, type BlobStore } from '@cadenza/domain';
import { assertBlobKey } from './key.ts';

/** Files are written here first. The name is no key, so that nobody's file can have it. */
const UNFINISHED = '.unfinished+';

/**
 * Keeps files in a local folder, which is made when it is first written to. A file appears under its
 * key in one step, when all of it is on the disk. Several processes may share the folder.
 *
 * @param options.directory absolute, or relative to where the process was started.
 */
export function createFolderStore(options: { readonly directory: string }): BlobStore {
  const root = resolve(options.directory);
  const unfinished = join(root, UNFINISHED);

  function pathOf(key: string): string {
    assertBlobKey(key);
    return join(root, key);
  }

  return {
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(unfinished, { recursive: true });
      const draft = join(unfinished, newId());
      try {
        await write(draft, bytes);
        await mkdirDurably(dirname(path), root);
        await rename(draft, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },

    async get(key) {
      const path = pathOf(key);
      try {
        const file = await open(path, 'r');
        if ((await file.stat()).isFile()) return createReadStream(path, { fd: file });
        await file.close();
        return null;
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },

    async *keptSinceBefore(atMs) {
      for await (const { key, path } of filesIn(root, '')) {
        if (isBlobKey(key) && (await isOlder(path, atMs))) yield key;
      }
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function* filesIn(
  folder: string,
  prefix: string,
): AsyncGenerator<{ readonly key: string; readonly path: string }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const key = prefix + entry.name;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, `${key}/`);
    else if (entry.isFile()) yield { key, path };
  }
}

async function isOlder(path: string, atMs: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < atMs;
  } catch (error) {
    // Deleted in the meantime.
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, at);
        at += bytesWritten;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new folder is on the disk when the one that names it is. */
async function mkdirDurably(path: string, root: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path; at.startsWith(root); at = dirname(at)) {
    await syncFolder(dirname(at));
    if (at === first) return;
  }
}

/** Windows cannot open a folder, and keeps names by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

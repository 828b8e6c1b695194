import { randomBytes } from 'node:crypto';
import { InvalidInputError, newId, type BlobStore } from '@cadenza/domain';
import { expect, test } from 'vitest';

async function* chunks(...list: readonly (Uint8Array | Error)[]): AsyncIterable<Uint8Array> {
  for (const chunk of list) {
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

async function read(store: BlobStore, key: string): Promise<Buffer | null> {
  const bytes = await store.get(key);
  if (bytes === null) return null;
  const list: Uint8Array[] = [];
  for await (const chunk of bytes) list.push(chunk);
  return Buffer.concat(list);
}

/** What every store does, whatever keeps its files. */
export function blobStoreConformance(made: () => BlobStore): void {
  const key = () => `tests/${newId()}/a.b_c-d`;

  test('gives back what was put, byte by byte', async () => {
    const [store, at] = [made(), key()];
    const parts = [randomBytes(1), randomBytes(0), randomBytes(100_000), randomBytes(7)];
    await store.put(at, chunks(...parts));
    expect((await read(store, at))?.equals(Buffer.concat(parts))).toBe(true);
    expect((await read(store, at))?.length).toBe(100_008);
  });

  test('lists what it has kept since before a time', async () => {
    const [store, at] = [made(), key()];
    await store.put(at, chunks(Buffer.from('kept')));
    const listed = async (atMs: number) => {
      const keys: string[] = [];
      for await (const one of store.keptSinceBefore(atMs)) keys.push(one);
      return keys;
    };
    expect(await listed(Date.now() + 60_000)).toContain(at);
    expect(await listed(Date.now() - 3_600_000)).not.toContain(at);
    await store.delete(at);
    expect(await listed(Date.now() + 60_000)).not.toContain(at);
  });

  test('keeps a file of no bytes', async () => {
    const [store, at] = [made(), key()];
    await store.put(at, chunks());
    expect(await read(store, at)).toEqual(Buffer.alloc(0));
  });

  test('takes more than one part of an upload, in chunks of any size', async () => {
    const [store, at] = [made(), key()];
    const chunk = randomBytes(700_001);
    await store.put(at, chunks(...Array.from({ length: 17 }, () => chunk)));
    const whole = await read(store, at);
    expect(whole?.length).toBe(17 * 700_001);
    expect(whole?.subarray(-700_001).equals(chunk)).toBe(true);
  });

  test('puts a file in the place of the one before', async () => {
    const [store, at] = [made(), key()];
    await store.put(at, chunks(Buffer.from('first, which is longer')));
    await store.put(at, chunks(Buffer.from('second')));
    expect((await read(store, at))?.toString()).toBe('second');
  });

  test('keeps nothing of bytes that end with an error, and what was there before', async () => {
    const [store, at, taken] = [made(), key(), key()];
    const cutOff = new Error('cut off');
    await store.put(taken, chunks(Buffer.from('before')));
    for (const wanted of [at, taken]) {
      const putting = store.put(wanted, chunks(randomBytes(100_000), cutOff));
      await expect(putting).rejects.toThrow('cut off');
    }
    expect(await read(store, at)).toBeNull();
    expect((await read(store, taken))?.toString()).toBe('before');
  });

  test('has nothing where nothing was put, or no more', async () => {
    const [store, at] = [made(), key()];
    expect(await store.get(at)).toBeNull();
    await store.delete(at);
    await store.put(at, chunks(Buffer.from('here')));
    await store.delete(at);
    expect(await store.get(at)).toBeNull();
  });

  test.each(['../outside', '/etc/passwd', 'a/../../b', 'a//b', '', 'a\0b', '..'])(
    'refuses %j',
    async (bad) => {
      const store = made();
      await expect(store.put(bad, chunks())).rejects.toThrow(InvalidInputError);
      await expect(store.get(bad)).rejects.toThrow(InvalidInputError);
      await expect(store.delete(bad)).rejects.toThrow(InvalidInputError);
    },
  );
}

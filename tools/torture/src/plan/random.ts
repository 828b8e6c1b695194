import { createHash } from 'node:crypto';

/** Numbers drawn from a seed: the same ones for the same seed, on every machine. */
export interface Draw {
  /** A whole number of `[from, to]`. */
  whole(from: number, to: number): number;
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

const RANGE = 2 ** 48;

export function drawFrom(seed: string): Draw {
  let drawn = 0;

  function fraction(): number {
    const digest = createHash('sha256').update(`${seed}\n${drawn}`).digest();
    drawn += 1;
    return digest.readUIntBE(0, 6) / RANGE;
  }

  function whole(from: number, to: number): number {
    return from + Math.floor(fraction() * (to - from + 1));
  }

  return {
    whole,
    pick(list) {
      const picked = list[whole(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    shuffled: (list) =>
      list
        .map((item) => ({ item, key: fraction() }))
        .sort((x, y) => x.key - y.key)
        .map(({ item }) => item),
  };
}

/** Numbers that a seed decides. */
export interface Random {
  /** A whole number from 0 to `below`, which itself does not come. */
  int(below: number): number;
  /** True so many times in a hundred. */
  percent(chance: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32: small, quick, and the same everywhere. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    percent: (chance) => next() * 100 < chance,
    pick: (from) => from[int(from.length)] ?? from[0],
  };
}

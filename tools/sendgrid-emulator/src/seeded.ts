/** Numbers of `[0, 1)`, the same ones for the same seed. */
export type Random = () => number;

/**
 * A stream of numbers that depends on its parts and on nothing else: four lanes of multiplicative
 * hashing seed an SFC32 generator. Not for secrets; a cryptographic hash costs several times as
 * much, for every recipient and event. Each part is written with its length, so that ('ab', 'c')
 * and ('a', 'bc') are different seeds.
 */
export function seededRandom(...parts: readonly (string | number)[]): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 0x6a09e667;
  for (const part of parts) {
    const text = `${String(part).length}:${part}`;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 0x9e3779b1) ^ (b >>> 13);
      b = Math.imul(b ^ code, 0x85ebca77) ^ (c >>> 15);
      c = Math.imul(c ^ code, 0xc2b2ae3d) ^ (d >>> 16);
      d = Math.imul(d ^ code, 0x27d4eb2f) ^ (a >>> 14);
    }
  }
  const next: Random = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  // The generator's own mixing: after these, neighbouring seeds have nothing in common.
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();
  return next;
}

const WARM_UP_ROUNDS = 12;

/** A whole number of `[from, to]`. */
export function wholeBetween(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** A duration of `[from, to]`, spread evenly over its orders of magnitude. */
export function logUniform(random: Random, from: number, to: number): number {
  return from * (to / from) ** random();
}

/** The list in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: random() }))
    .sort((x, y) => x.key - y.key)
    .map(({ item }) => item);
}

/** The value below which a share of the values lies (nearest rank), 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The middle value, or the mean of the two middle ones; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = 0, high = low] =
    sorted.length % 2 === 1 ? [sorted[Math.floor(half)]] : [sorted[half - 1], sorted[half]];
  return (low + high) / 2;
}

/** The median of each key over several readings; a key that one of them lacks counts as 0 there. */
export function medians(
  readings: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  return byKey(readings, median);
}

/** The mean of each key likewise. */
export function means(
  readings: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  return byKey(readings, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

function byKey(
  readings: readonly Readonly<Record<string, number>>[],
  figure: (values: readonly number[]) => number,
): Record<string, number> {
  const keys = [...new Set(readings.flatMap((reading) => Object.keys(reading)))];
  return Object.fromEntries(
    keys.map((key) => [key, figure(readings.map((reading) => reading[key] ?? 0))]),
  );
}

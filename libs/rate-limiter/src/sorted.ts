/** Position of the first value greater than `bound` in ascending values. */
export function upperBound(values: readonly number[], bound: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle];
    if (value !== undefined && value <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insertSorted(values: number[], value: number): void {
  values.splice(upperBound(values, value), 0, value);
}

/** Takes one occurrence of a value out; the value must be there. */
export function removeSorted(values: number[], value: number): void {
  values.splice(upperBound(values, value) - 1, 1);
}

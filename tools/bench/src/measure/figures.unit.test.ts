import { expect, it } from 'vitest';
import { means, median, medians, percentile } from './figures.ts';

it('a median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 4])).toBe(4);
  expect(median([1, 4, 6, 9])).toBe(5);
  expect(median([7])).toBe(7);
  expect(median([])).toBe(0);
});

it('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile(values, 0.5)).toBe(100);
  expect(percentile([3], 0.99)).toBe(3);
  expect(percentile([], 0.99)).toBe(0);
});

it('medians and means are taken key by key', () => {
  const readings = [{ a: 1, b: 5 }, { a: 3 }, { a: 2, b: 7 }];
  expect(medians(readings)).toEqual({ a: 2, b: 5 });
  expect(means(readings)).toEqual({ a: 2, b: 4 });
});

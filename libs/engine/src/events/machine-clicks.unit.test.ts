import { expect, test } from 'vitest';
import { machineSignOf, type Click } from './machine-clicks.ts';

const ARRIVED = 1_000_000;
const [A, B] = ['https://example.com/a', 'https://example.com/b'];
const click = (afterSeconds: number, url: string): Click => ({
  at: ARRIVED + afterSeconds * 1_000,
  url,
});

test.each([
  ['at once', click(0, A), [], 'too_soon'],
  ['before the arrival was reported', click(-4, A), [], 'too_soon'],
  ['2 s after the arrival', click(2, A), [], 'too_soon'],
  ['3 s after the arrival', click(3, A), [], null],
  ['beside another link', click(40, A), [click(44, B)], 'links_at_once'],
  ['beside the same link', click(40, A), [click(41, A)], null],
  ['well after another link', click(40, A), [click(35, B)], null],
  ['beside another link, two minutes on', click(120, A), [click(119, B)], 'links_at_once'],
  ['beside another link, much later', click(121, A), [click(120, B)], null],
])('a click %s', (_, judged, others, sign) => {
  expect(machineSignOf(judged, { arrivedAt: ARRIVED, clicks: [judged, ...others] })).toBe(sign);
});

test('of a mail that nobody knows to have left, no click is judged', () => {
  expect(machineSignOf(click(0, A), { arrivedAt: null, clicks: [] })).toBeNull();
});

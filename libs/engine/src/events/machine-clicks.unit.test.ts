import { hiddenLinkUrl } from '@cadenza/domain';
import { expect, test } from 'vitest';
import { machineSignOf, type Click } from './machine-clicks.ts';

const ARRIVED = 1_000_000;
const [A, B] = ['https://example.com/a', 'https://example.com/b'];
const HIDDEN = hiddenLinkUrl('https://former.example/mail');
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
  ['on the hidden link, a day later', click(86_400, HIDDEN), [], 'hidden_link'],
  ['beside one on the hidden link', click(40, A), [click(36, HIDDEN)], 'hidden_link'],
  ['beside a later one on the hidden link', click(40, A), [click(44, HIDDEN)], 'hidden_link'],
  [
    'beside one on the hidden link, a day later',
    click(86_400, A),
    [click(86_401, HIDDEN)],
    'hidden_link',
  ],
  ['well after one on the hidden link', click(45, A), [click(40, HIDDEN)], null],
  ['at once, beside one on the hidden link', click(1, A), [click(1, HIDDEN)], 'hidden_link'],
])('a click %s', (_, judged, others, sign) => {
  expect(machineSignOf(judged, { arrivedAt: ARRIVED, clicks: [judged, ...others] })).toBe(sign);
});

test('of a mail that nobody knows to have left, a click is judged by the hidden link alone', () => {
  const hidden = click(1, HIDDEN);
  expect(machineSignOf(click(0, A), { arrivedAt: null, clicks: [click(1, B)] })).toBeNull();
  expect(machineSignOf(click(0, A), { arrivedAt: null, clicks: [hidden] })).toBe('hidden_link');
  expect(machineSignOf(hidden, { arrivedAt: null, clicks: [] })).toBe('hidden_link');
});

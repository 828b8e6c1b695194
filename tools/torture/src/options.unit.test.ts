import { expect, it } from 'vitest';
import { parseOptions, UsageError } from './options.ts';

it('what is not said has a default, and messages follow the minutes', () => {
  expect(parseOptions(['--minutes', '30'])).toEqual({
    seed: '1',
    minutes: 30,
    messages: 51_000,
    policy: 'hold',
    control: 'none',
  });
});

it.each([
  [['--control', 'no-deadline'], /needs --policy resend/],
  [['--minutes', 'many'], /--minutes must be a number from 0.1 to 1440, got many/],
  [['--messages', '0'], /--messages must be a number from 1 to 10000000, got 0/],
  [['--control', 'no-luck'], /--control must be one of none, no-cas, no-deadline, got no-luck/],
  [['--forever'], /Unknown option '--forever'/],
])('refuses %o', (args, reason) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(reason);
});

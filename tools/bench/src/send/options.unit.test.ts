import { expect, it } from 'vitest';
import { UsageError } from '../command-line.ts';
import { readOptions } from './options.ts';

it('letters name sides, in the order given', () => {
  expect(readOptions(['--sides', 'cb']).sides).toEqual(['pipeline-redis', 'sendgrid-mail']);
});

it('settings of the apps are taken as they are', () => {
  const { env } = readOptions(['--env', 'LOG_LEVEL=info', '--env', 'PUBLIC_URL=http://a/?b=c']);
  expect(env).toEqual({ LOG_LEVEL: 'info', PUBLIC_URL: 'http://a/?b=c' });
});

it.each([
  [['--sides', 'bx'], '"x"'],
  [['--messages', '0'], '"0"'],
  [['--rounds', 'many'], '"many"'],
  [['--env', 'low=1'], '"low=1"'],
  [['--fast'], '--fast'],
])('%j is refused, and the reason names it', (args, word) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(word);
});

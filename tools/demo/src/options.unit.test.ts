import { describe, expect, it } from 'vitest';
import { parseSettings } from './options.ts';

describe('the settings of the demo', () => {
  it('are complete without any argument or variable', () => {
    expect(parseSettings([], {})).toEqual({
      ok: true,
      settings: {
        stay: false,
        seed: 'cadenza',
        rate: 12_000,
        apiPort: null,
        postgres: null,
        redis: null,
      },
    });
  });

  it('take the servers from the environment, the owner’s URL first, empty ones as not set', () => {
    const env = { DATABASE_OWNER_URL: '', DATABASE_URL: 'postgres://a', REDIS_URL: 'redis://b' };
    expect(parseSettings([], env)).toMatchObject({
      settings: {
        postgres: { variable: 'DATABASE_URL', url: 'postgres://a' },
        redis: { variable: 'REDIS_URL', url: 'redis://b' },
      },
    });
    expect(parseSettings([], { ...env, DATABASE_OWNER_URL: 'postgres://c' })).toMatchObject({
      settings: { postgres: { variable: 'DATABASE_OWNER_URL', url: 'postgres://c' } },
    });
  });

  it.each([
    [['--rate', 'fast'], {}, '--rate fast: expected a number above 0'],
    [['--rate', '0'], {}, '--rate 0: expected a number above 0'],
    [['--rate=-1'], {}, '--rate -1: expected a number above 0'],
    [['--rate', 'Infinity'], {}, '--rate Infinity: expected a number above 0'],
    [['--fast'], {}, "Unknown option '--fast'"],
    [['--stay'], { PORT: 'http' }, 'PORT is "http": expected a number from 1 to 65535'],
    [['--stay'], { PORT: '65536' }, 'PORT is "65536": expected a number from 1 to 65535'],
  ])('%j with %j are refused', (args, env, problem) => {
    expect(parseSettings(args, env)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
  });
});

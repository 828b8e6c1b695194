import { InvalidInputError } from '@cadenza/domain';
import { expect, test } from 'vitest';
import { resolveConnection } from './options.ts';

test('has defaults for everything but the key', () => {
  expect(resolveConnection({ apiKey: 'SG.x' })).toEqual({
    baseUrl: new URL('https://api.sendgrid.com'),
    authorization: 'Bearer SG.x',
    connectTimeoutMs: 10_000,
    totalTimeoutMs: 30_000,
    maxConnections: 50,
    maxIdleMs: 4_000,
    ca: undefined,
  });
});

test.each([
  [{ apiKey: '' }, 'apiKey', 'invalid_api_key'],
  [{ apiKey: 'SG.x\r\nx: y' }, 'apiKey', 'invalid_api_key'],
  [{ baseUrl: 'api.sendgrid.com' }, 'baseUrl', 'invalid_base_url'],
  [{ baseUrl: 'ftp://x' }, 'baseUrl', 'invalid_base_url'],
  [{ baseUrl: 'https://user:pass@x' }, 'baseUrl', 'invalid_base_url'],
  [{ baseUrl: 'https://x/?a=b' }, 'baseUrl', 'invalid_base_url'],
  [{ baseUrl: 'http://api.sendgrid.com' }, 'baseUrl', 'invalid_base_url'],
  [{ baseUrl: 'http://api.eu.sendgrid.com/' }, 'baseUrl', 'invalid_base_url'],
  [{ connectTimeoutMs: 0 }, 'connectTimeoutMs', 'invalid_number'],
  [{ totalTimeoutMs: 1.5 }, 'totalTimeoutMs', 'invalid_number'],
  [{ totalTimeoutMs: 2 ** 31 }, 'totalTimeoutMs', 'invalid_number'],
  [{ maxConnections: Number.NaN }, 'maxConnections', 'invalid_number'],
  [{ maxIdleMs: -1 }, 'maxIdleMs', 'invalid_number'],
])('%j is refused at %s', (options, path, code) => {
  try {
    resolveConnection({ apiKey: 'SG.secret', ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path, code }] });
    expect(String(error)).not.toMatch(/secret|user|pass@/);
    return;
  }
  throw new Error('expected an error');
});

import { QueueUnavailableError } from '@cadenza/queue';
import { describe, expect, it } from 'vitest';
import { namingSettings, StartError } from './index.ts';

const PLACES = {
  databaseUrl: 'postgres://login:geheim@db.example/cadenza',
  redisUrl: 'rediss://user:geheim@redis.example:6380/2',
  host: '0.0.0.0',
  ports: { HEALTH_PORT: 3002 },
};

const secret = (text: string) => ({ reveal: () => text });

const failing = (error: unknown, given: Partial<typeof PLACES> | { redisUrl: null } = {}) => {
  const { databaseUrl, redisUrl, host, ports } = { ...PLACES, ...given };
  const secrets = {
    databaseUrl: secret(databaseUrl),
    redisUrl: redisUrl === null ? null : secret(redisUrl),
  };
  return namingSettings({ secrets, host, ports }, () => Promise.reject(error as Error)).catch(
    (failure: unknown) => failure,
  );
};

const withCode = (message: string, properties: object) =>
  Object.assign(new Error(message), properties);

describe('what keeps an app from starting', () => {
  it.each<[string, Error, object, string]>([
    [
      'Redis',
      new QueueUnavailableError('outreach-send', new Error('no connection within 10000 ms')),
      {},
      'REDIS_URL: Redis at redis.example:6380: no connection within 10000 ms',
    ],
    [
      'the queue in PostgreSQL',
      new QueueUnavailableError('outreach-send', new Error('schema "bullmq" is not initialized')),
      { redisUrl: null },
      'DATABASE_URL: the queue in PostgreSQL at db.example:5432: schema "bullmq" is not initialized',
    ],
    [
      'a time-out of the driver',
      new Error('timeout exceeded when trying to connect'),
      {},
      'DATABASE_URL: PostgreSQL at db.example:5432: timeout exceeded when trying to connect',
    ],
    [
      'a socket',
      withCode('connect ENOENT /run/postgresql/.s.PGSQL.5432', { code: 'ENOENT' }),
      { databaseUrl: 'postgres://login:geheim@local/cadenza?host=/run/postgresql' },
      'DATABASE_URL: PostgreSQL at /run/postgresql:5432: connect ENOENT /run/postgresql/.s.PGSQL.5432',
    ],
    [
      'a port for which one needs privileges',
      withCode('listen EACCES', { code: 'EACCES', syscall: 'listen', port: 80 }),
      { ports: { PORT: 80, HEALTH_PORT: 3002 } },
      'PORT: this user may not listen on 0.0.0.0:80',
    ],
    [
      'a port on IPv6',
      withCode('listen EADDRINUSE', { code: 'EADDRINUSE', syscall: 'listen', port: 3002 }),
      { host: '::1' },
      'HEALTH_PORT: [::1]:3002 is taken: expected a port on which nobody listens',
    ],
  ])('%s is named with its setting', async (_, error, places, message) => {
    const failure = await failing(error, places);
    expect(failure).toBeInstanceOf(StartError);
    expect((failure as Error).message).toBe(message);
  });

  it('a name with several addresses has the reason of the first', async () => {
    const refused = withCode('connect ECONNREFUSED ::1:5432', { code: 'ECONNREFUSED' });
    const several = new AggregateError([refused, refused]);
    expect(await failing(several)).toMatchObject({
      message: 'DATABASE_URL: PostgreSQL at db.example:5432: connect ECONNREFUSED ::1:5432',
    });
  });

  it.each([
    new Error('DATABASE_URL connects as "x", which owns the tables.'),
    withCode('mistake', { code: 'ERR_INVALID_ARG_TYPE' }),
    'no error',
  ])('anything else is passed on: %s', async (error) => {
    expect(await failing(error)).toBe(error);
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type {} from '@cadenza/testing/global-setup';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePorts } from '../src/ports.ts';
import { postgresProblem } from '../src/postgres-problem.ts';
import { redisProblem } from '../src/redis-problem.ts';

const PASSWORD = 'a-secret-that-nobody-prints';

let freePort = 0;
let silent: Server;
let silentPort = 0;
beforeAll(async () => {
  [freePort = 0] = await freePorts(1);
  // Takes connections, and ends them without a word.
  silent = createServer((socket) => socket.on('error', () => undefined).end());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  silentPort = (silent.address() as AddressInfo).port;
});
afterAll(() => {
  silent.close();
});

async function problemOf(
  ask: (url: string) => Promise<string | null>,
  url: string,
): Promise<string | null> {
  const problem = await ask(url);
  expect(problem ?? '').not.toContain(PASSWORD);
  return problem;
}

describe('a PostgreSQL for a stack', () => {
  const adminUrl = inject('postgresAdminUrl');
  const place = () => `${new URL(adminUrl).hostname}:${new URL(adminUrl).port}`;
  const plain = `stack_plain_${randomBytes(4).toString('hex')}`;
  const maker = `stack_maker_${randomBytes(4).toString('hex')}`;

  const as = (user: string, password: string, database?: string): string => {
    const url = new URL(adminUrl);
    url.username = user;
    url.password = password;
    if (database !== undefined) url.pathname = `/${database}`;
    return url.href;
  };

  async function asAdmin(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  beforeAll(() =>
    asAdmin(`CREATE ROLE ${plain} LOGIN PASSWORD '${PASSWORD}';
      CREATE ROLE ${maker} LOGIN CREATEDB CREATEROLE PASSWORD '${PASSWORD}'`),
  );
  afterAll(() => asAdmin(`DROP ROLE ${plain}, ${maker}`));

  it('is well where its role can create databases and roles', async () => {
    expect(await postgresProblem(adminUrl)).toBeNull();
    expect(await problemOf(postgresProblem, as(maker, PASSWORD))).toBeNull();
  });

  it('says which attributes the role lacks', async () => {
    expect(await problemOf(postgresProblem, as(plain, PASSWORD))).toBe(
      `${plain} at ${place()} may not create databases and roles, which a stack of its own needs; ` +
        `a superuser can allow it: ALTER ROLE "${plain}" CREATEDB CREATEROLE`,
    );
  });

  it('says that the password is wrong', async () => {
    expect(await problemOf(postgresProblem, as(maker, `${PASSWORD}-not`))).toBe(
      `${place()} refuses the login ${maker}: password authentication failed for user "${maker}"`,
    );
  });

  it('says that there is no such database', async () => {
    expect(await problemOf(postgresProblem, as(maker, PASSWORD, 'nowhere'))).toBe(
      `${place()} answers, but database "nowhere" does not exist`,
    );
  });

  it.each([
    ['nobody listens', () => freePort, 'nobody listens there'],
    ['somebody else listens', () => silentPort, 'Connection terminated unexpectedly'],
  ])('says where it was looked for, where %s', async (_, port, reason) => {
    const url = `postgres://me:${PASSWORD}@127.0.0.1:${port()}/postgres`;
    expect(await problemOf(postgresProblem, url)).toBe(
      `127.0.0.1:${port()} cannot be reached: ${reason}; expected a PostgreSQL there`,
    );
  });

  it.each([
    [`me:${PASSWORD}@host/db`, 'the URL begins with me:; expected postgres://'],
    [`//${PASSWORD}`, 'this is no URL; expected postgres://user:password@host:port/database'],
    [`mysql://me:${PASSWORD}@host/db`, 'the URL begins with mysql:; expected postgres://'],
  ])('is not at %s', async (url, problem) => {
    expect(await problemOf(postgresProblem, url)).toContain(problem);
  });
});

describe('a Redis for a stack', () => {
  it('is well where it answers', async (context) => {
    const url = inject('redisUrl');
    if (url === null) return context.skip('no Redis');
    expect(await redisProblem(url)).toBeNull();
  });

  it('says that the login is wrong', async (context) => {
    const url = inject('redisUrl');
    if (url === null) return context.skip('no Redis');
    const wrong = new URL(url);
    wrong.username = 'somebody';
    wrong.password = PASSWORD;
    expect(await problemOf(redisProblem, wrong.href)).toContain(
      `${wrong.hostname}:${wrong.port} refuses the login: WRONGPASS`,
    );
  });

  it.each([
    ['nobody listens', () => freePort, 'nobody listens there'],
    ['somebody else listens', () => silentPort, 'Connection is closed.'],
  ])('says where it was looked for, where %s', async (_, port, reason) => {
    expect(await problemOf(redisProblem, `redis://:${PASSWORD}@127.0.0.1:${port()}`)).toBe(
      `127.0.0.1:${port()} cannot be reached: ${reason}; expected a Redis there`,
    );
  });

  it.each([
    [`127.0.0.1:6379`, 'this is no URL; expected redis://user:password@host:port'],
    [`http://:${PASSWORD}@127.0.0.1`, 'the URL begins with http:; expected redis://'],
  ])('is not at %s', async (url, problem) => {
    expect(await problemOf(redisProblem, url)).toContain(problem);
  });
});

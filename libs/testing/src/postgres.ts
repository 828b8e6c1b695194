import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { dockerAnswers } from './docker.ts';

/** A PostgreSQL server to test against. */
export interface TestPostgres {
  /** Connection URL of a user that may create databases and roles. */
  readonly adminUrl: string;
  readonly source: 'environment' | 'docker' | 'embedded';
  /** Ends a server of our own; leaves one of the environment alone. */
  stop(): Promise<void>;
}

/** Nothing in a test outlives a crash of the machine; many test files connect at once. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};
const IMAGE = 'postgres:18-alpine';

/**
 * A PostgreSQL for tests: the one of `DATABASE_OWNER_URL` or `DATABASE_URL`, else a container
 * where an engine answers, else the embedded one.
 */
export async function startTestPostgres(
  env: NodeJS.ProcessEnv = process.env,
): Promise<TestPostgres> {
  const given = env.DATABASE_OWNER_URL || env.DATABASE_URL;
  if (given !== undefined && given !== '') {
    return { adminUrl: given, source: 'environment', stop: () => Promise.resolve() };
  }
  if (await dockerAnswers(env)) {
    try {
      return await startContainer();
    } catch (error) {
      // An engine that cannot fetch the image is no reason to have no tests.
      console.warn(`PostgreSQL in a container failed, using the embedded one: ${String(error)}`);
    }
  }
  const server = await startEmbeddedPostgres({ settings: SETTINGS });
  return { adminUrl: server.adminUrl, source: 'embedded', stop: () => server.stop() };
}

async function startContainer(): Promise<TestPostgres> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const container = await new PostgreSqlContainer(IMAGE)
    .withCommand(['postgres', ...settings])
    .start();
  return {
    adminUrl: container.getConnectionUri(),
    source: 'docker',
    stop: async () => {
      await container.stop();
    },
  };
}

import pg from 'pg';

/**
 * Connects one session. That the server has ended it is told by the next statement: where the bench
 * is interrupted there is none, and nothing to tell.
 */
export async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

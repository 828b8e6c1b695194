import pg from 'pg';

/** Asks the database as its owner, past every proxy, and again while it is away. */
export interface Sql {
  /** @throws whatever PostgreSQL has against the statement. */
  rows<T>(text: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

const BIGINT_OID = 20;
const AWAY_MS = 60_000;
const PAUSE_MS = 200;

/** PostgreSQL's classes of errors that say nothing about the statement: connection, shutdown. */
const AWAY = /^(08|57P|ECONN|EPIPE)/;

export function openSql(url: string): Sql {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'cadenza-torture',
    types: {
      getTypeParser: (oid, format): unknown =>
        Number(oid) === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on('error', () => undefined);
  return {
    async rows<T>(text: string, values: readonly unknown[] = []) {
      const until = performance.now() + AWAY_MS;
      for (;;) {
        try {
          const { rows } = await pool.query<T & pg.QueryResultRow>(text, [...values]);
          return rows;
        } catch (error) {
          if (!isAway(error) || performance.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
    },
    close: () => pool.end(),
  };
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return AWAY.test(error.code);
  return error.message.includes('Connection terminated');
}

import type pg from 'pg';
import { table } from '../table.ts';

/** Calls of statements in a stretch, by what they are. */
export interface StatementCounts {
  /** Statements that name a table or a function of the application. */
  readonly data: number;
  /** `SELECT set_config(…)`, which binds a transaction to its tenants. */
  readonly setConfig: number;
  /** BEGIN, COMMIT, ROLLBACK, SET and their like. */
  readonly transactionControl: number;
  /** All others: those of the queue, which has a schema of its own. */
  readonly queue: number;
}

/** A statement with what it cost in the stretch. */
export interface StatementCost {
  readonly query: string;
  readonly calls: number;
  readonly rows: number;
  readonly totalMs: number;
  /** Pages of PostgreSQL's that it looked at: unlike its time, the same however busy the computer is. */
  readonly pages: number;
  /** Bytes that it wrote to the log. */
  readonly walBytes: number;
}

const CONTROL =
  /^\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|DISCARD)\b/i;

/** Counts what roles do in a database, by `pg_stat_statements`, at top level. */
export interface StatementMeter {
  /** Forgets what was counted. */
  reset(): Promise<void>;
  read(): Promise<{ counts: StatementCounts; costs: StatementCost[] }>;
}

/**
 * @param client an administrator of the database, whose own statements do not count.
 * @param roles the logins whose statements count.
 */
export async function createStatementMeter(
  client: pg.ClientBase,
  roles: readonly string[],
): Promise<StatementMeter> {
  const { rows: names } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
     UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  );
  const ofApplication = new RegExp(`\\b(${names.map(({ name }) => name).join('|')})\\b`, 'i');
  await client.query(`CREATE SCHEMA bench; CREATE EXTENSION pg_stat_statements SCHEMA bench`);

  return {
    async reset() {
      await client.query('SELECT bench.pg_stat_statements_reset()');
    },
    async read() {
      const { rows } = await client.query<{
        query: string;
        calls: string;
        rows: string;
        total_exec_time: number;
        pages: string;
        wal_bytes: string;
      }>(
        `SELECT s.query, s.calls, s.rows, s.total_exec_time,
           s.shared_blks_hit + s.shared_blks_read AS pages, s.wal_bytes
         FROM bench.pg_stat_statements s
         JOIN pg_roles r ON r.oid = s.userid AND r.rolname = ANY ($1)
         JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
         WHERE s.toplevel
         ORDER BY s.total_exec_time DESC`,
        [roles],
      );
      const counts = { data: 0, setConfig: 0, transactionControl: 0, queue: 0 };
      for (const { query, calls } of rows) counts[kindOf(query, ofApplication)] += Number(calls);
      return {
        counts,
        costs: rows.map((row) => ({
          query: row.query.replace(/\s+/g, ' ').trim(),
          calls: Number(row.calls),
          rows: Number(row.rows),
          totalMs: row.total_exec_time,
          pages: Number(row.pages),
          walBytes: Number(row.wal_bytes),
        })),
      };
    },
  };
}

/** Which kind of statement this is, where `ofApplication` finds the application's own names. */
export function kindOf(query: string, ofApplication: RegExp): keyof StatementCounts {
  // With the lock begins the transaction of what one process does for all.
  if (CONTROL.test(query) || query.includes('pg_try_advisory_xact_lock')) {
    return 'transactionControl';
  }
  if (/^\s*SELECT\s+set_config\s*\(/i.test(query)) return 'setConfig';
  return ofApplication.test(query) ? 'data' : 'queue';
}

/**
 * The dearest statements as a table.
 *
 * @param count of what the stretch handled, each `what` by its name.
 */
export function costLines(
  costs: readonly StatementCost[],
  count: number,
  what: string,
  lines: number,
): string {
  return table(
    [`µs per ${what}`, 'pages', 'log bytes', 'calls', 'ms per call', 'rows per call', 'statement'],
    costs
      .slice(0, lines)
      .map((one) => [
        ((one.totalMs * 1_000) / count).toFixed(0),
        (one.pages / count).toFixed(1),
        (one.walBytes / count).toFixed(0),
        String(one.calls),
        (one.totalMs / one.calls).toFixed(2),
        (one.rows / one.calls).toFixed(1),
        one.query.slice(0, 110),
      ]),
  );
}

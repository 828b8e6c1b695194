import type { RateLimiter } from '@cadenza/domain';
import type { Pool } from 'pg';
import { decide, DEFAULT_MIN_SLOT_MS, refuseAll, type Outcome } from './decision.ts';
import { checkMinSlot, prepareCall, prepareRecords, type PreparedCall } from './prepare.ts';

export interface PostgresLimiterOptions {
  /** Stays the caller's: `close` of the limiter leaves it open. */
  readonly pool: Pool;
  /** Schema in which `postgresLimiterSchema` was run; by default found by `search_path`. */
  readonly schema?: string;
  /** Shortest slot in campaign milliseconds; 100 by default. */
  readonly minSlotMs?: number;
  /** Campaign milliseconds after which to ask a closed limiter again; 1,000 by default. */
  readonly closedRetryMs?: number;
}

/** Rows, each the entry of one key; forgetting keeps up as each call can drop more than it adds. */
const FORGET_AT_LEAST = 500;
const FORGET_PER_REQUEST = 20;

/**
 * A limiter that any number of processes share through PostgreSQL (15 or later). Each call is one
 * statement, and calls take turns on one row lock. Its slots are as durable as the hand-offs they
 * were made for, so it is open from the start. `rate_limit_close()` closes it until `rebuild`, where
 * the time that its slots are counted in has changed.
 */
export function createPostgresLimiter(options: PostgresLimiterOptions): RateLimiter {
  const { pool, schema, closedRetryMs = 1_000 } = options;
  const minSlotMs = checkMinSlot(options.minSlotMs ?? DEFAULT_MIN_SLOT_MS);
  const path = schema === undefined ? '' : `"${schema.replaceAll('"', '""')}".`;
  const reserveStatement = `SELECT ${path}rate_limit_reserve(${parameters(13)}) AS answer`;
  const releaseStatement = `SELECT ${path}rate_limit_release(${parameters(1)})`;
  const readyStatement = `SELECT floor_ms IS NOT NULL AS open FROM ${path}rate_limit_state`;
  const rebuildStatement = `SELECT ${path}rate_limit_rebuild(${parameters(5)})`;

  return {
    async reserve(requests, now) {
      const call = prepareCall(requests, minSlotMs);
      if (requests.length === 0) return [];
      const { rows } = await pool.query<{ answer: unknown }>({
        name: `cadenza_rate_limit_reserve${path}`,
        text: reserveStatement,
        values: reserveValues(call, Math.ceil(now)),
      });
      const answer = rows[0]?.answer;
      if (answer === null) return refuseAll(requests, now + closedRetryMs);
      return decide(call, decodeOutcomes(answer));
    },
    async release(ids) {
      if (ids.length > 0) await pool.query(releaseStatement, [ids]);
    },
    async ready() {
      const { rows } = await pool.query<{ open: boolean }>(readyStatement);
      return rows[0]?.open === true;
    },
    async generation() {
      return 'postgres';
    },
    async rebuild(records, now) {
      const { keys, records: known } = prepareRecords(records, minSlotMs, now);
      const rows = known.flatMap(({ id, start, end, retentions }) =>
        retentions.flatMap(({ forMs, keys: members }) =>
          members.map((n) => ({ id, key: keys[n], start, end, expiresAt: end + forMs })),
        ),
      );
      await pool.query(rebuildStatement, [
        rows.map((row) => row.id),
        rows.map((row) => row.key),
        rows.map((row) => row.start),
        rows.map((row) => row.end),
        rows.map((row) => row.expiresAt),
      ]);
    },
    async close() {},
  };
}

function parameters(count: number): string {
  return Array.from({ length: count }, (_, n) => `$${n + 1}`).join(', ');
}

/** The arguments of `rate_limit_reserve`, in order; positions count from 1 there. */
function reserveValues({ keys, scopes, requests }: PreparedCall, now: number): unknown[] {
  const wantedFrom: number[] = [];
  const wantedTo: number[] = [];
  const wanted: number[] = [];
  for (const request of requests) {
    wantedFrom.push(wanted.length + 1);
    for (const scope of request.scopes) wanted.push(scope + 1);
    wantedTo.push(wanted.length);
  }
  return [
    now,
    FORGET_AT_LEAST + FORGET_PER_REQUEST * requests.length,
    keys,
    scopes.map((scope) => scope.key + 1),
    scopes.map((scope) => scope.limit),
    scopes.map((scope) => scope.windowMs),
    requests.map((request) => request.id),
    requests.map((request) => request.notBefore),
    requests.map((request) => request.notAfter),
    requests.map((request) => request.widthMs),
    wantedFrom,
    wantedTo,
    wanted,
  ];
}

function decodeOutcomes(answer: unknown): Outcome[] {
  if (!Array.isArray(answer)) {
    throw new Error(`rate_limit_reserve answered ${typeof answer}, expected a list`);
  }
  return answer.map((entry: unknown) => {
    const fields: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [granted, start, scope] = fields;
    if (granted === true) return { granted, start: Number(start) };
    return {
      scope: scope === null ? null : Number(scope) - 1,
      start: start === null ? null : Number(start),
    };
  });
}

import type { EpochMs, HandOffRecord, RateLimiter } from '@cadenza/domain';
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
/** Rows added to an open limiter in one call: some tens of milliseconds in which others wait. */
const EXTEND_PART = 2_000;

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
  const nameStatement = `SELECT epoch, extended FROM ${path}rate_limit_state WHERE floor_ms IS NOT NULL`;
  const renameStatement = `
    UPDATE ${path}rate_limit_state SET extended = extended + 1 WHERE floor_ms IS NOT NULL
    RETURNING epoch`;
  const rebuildStatement = `SELECT ${path}rate_limit_rebuild(${parameters(6)}) AS added`;

  /** Adds records; where an epoch is given, only if nothing was lost since. @returns whether it did. */
  async function merge(records: readonly HandOffRecord[], now: EpochMs, epoch: string | null) {
    const { keys, records: known } = prepareRecords(records, minSlotMs, now);
    const rows = known.flatMap(({ id, start, end, retentions }) =>
      retentions.flatMap(({ forMs, keys: members }) =>
        members.map((n) => ({ id, key: keys[n], start, end, forMs })),
      ),
    );
    // One that is opened must have all of them at once.
    const size = epoch === null ? Math.max(1, rows.length) : EXTEND_PART;
    for (let from = 0; from === 0 || from < rows.length; from += size) {
      const part = rows.slice(from, from + size);
      const { rows: answer } = await pool.query<{ added: boolean }>(rebuildStatement, [
        part.map((row) => row.id),
        part.map((row) => row.key),
        part.map((row) => row.start),
        part.map((row) => row.end),
        part.map((row) => row.forMs),
        epoch,
      ]);
      if (answer[0]?.added !== true) return false;
    }
    return true;
  }

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
      const { rows } = await pool.query<{ epoch: string; extended: string }>(nameStatement);
      const [row] = rows;
      return row === undefined ? null : `${row.epoch}/${row.extended}`;
    },
    async rebuild(records, now) {
      await merge(records, now, null);
    },
    async extend(read, now) {
      const { rows } = await pool.query<{ epoch: string }>(renameStatement);
      const [row] = rows;
      return row !== undefined && merge(await read(), now, row.epoch);
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

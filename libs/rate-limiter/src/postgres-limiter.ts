import type { EpochMs, HandOffRecord, RateLimiter } from '@cadenza/domain';
import type { Pool } from 'pg';
import {
  decide,
  DEFAULT_MIN_SLOT_MS,
  earliestSlots,
  preparePeek,
  refuseAll,
  type Outcome,
} from './decision.ts';
import {
  checkMinSlot,
  prepareCall,
  prepareParts,
  prepareRecords,
  type PreparedCall,
  type PreparedRecords,
} from './prepare.ts';

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
/** Records that an open limiter is extended with are prepared so many at a time. */
const EXTEND_PART = 2_000;
/** Rows of them added in one call: some tens of milliseconds in which others wait. */
const EXTEND_ROWS = 2_000;

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
  const peekStatement = `SELECT ${path}rate_limit_peek(${parameters(13)}) AS answer`;
  const releaseStatement = `SELECT ${path}rate_limit_release(${parameters(1)})`;
  const readyStatement = `SELECT floor_ms IS NOT NULL AS open FROM ${path}rate_limit_state`;
  const nameStatement = `SELECT epoch, extended FROM ${path}rate_limit_state WHERE floor_ms IS NOT NULL`;
  const renameStatement = `
    UPDATE ${path}rate_limit_state SET extended = extended + 1 WHERE floor_ms IS NOT NULL
    RETURNING epoch`;
  const rebuildStatement = `SELECT ${path}rate_limit_rebuild(${parameters(6)}) AS added`;

  /** Adds rows; where an epoch is given, only if nothing was lost since. @returns whether it did. */
  async function add(rows: readonly SlotRow[], epoch: string | null): Promise<boolean> {
    const { rows: answer } = await pool.query<{ added: boolean }>(rebuildStatement, [
      rows.map((row) => row.id),
      rows.map((row) => row.key),
      rows.map((row) => row.start),
      rows.map((row) => row.end),
      rows.map((row) => row.forMs),
      epoch,
    ]);
    return answer[0]?.added === true;
  }

  /** Adds records to an open limiter. @returns whether nothing was lost since the epoch. */
  async function addInParts(records: readonly HandOffRecord[], now: EpochMs, epoch: string) {
    for (const part of prepareParts(records, EXTEND_PART, minSlotMs, now)) {
      const rows = rowsOf(part);
      for (let from = 0; from === 0 || from < rows.length; from += EXTEND_ROWS) {
        if (!(await add(rows.slice(from, from + EXTEND_ROWS), epoch))) return false;
      }
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
    async peek(requests, now) {
      const call = preparePeek(requests, minSlotMs);
      const { rows } = await pool.query<{ answer: unknown }>(
        peekStatement,
        reserveValues(call, Math.ceil(now)),
      );
      const answer = rows[0]?.answer;
      return answer === null ? null : earliestSlots(call, decodeOutcomes(answer));
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
      // One that is opened must have all of them at once.
      await add(rowsOf(prepareRecords(records, minSlotMs, now)), null);
    },
    async extend(read, now) {
      const { rows } = await pool.query<{ epoch: string }>(renameStatement);
      const [row] = rows;
      return row !== undefined && addInParts(await read(), now, row.epoch);
    },
    async close() {},
  };
}

/** A slot under one of its keys. */
interface SlotRow {
  readonly id: string;
  readonly key: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly forMs: number;
}

function rowsOf({ keys, records }: PreparedRecords): SlotRow[] {
  return records.flatMap(({ id, start, end, retentions }) =>
    retentions.flatMap(({ forMs, keys: members }) =>
      members.flatMap((n) => {
        const key = keys[n];
        return key === undefined ? [] : [{ id, key, start, end, forMs }];
      }),
    ),
  );
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

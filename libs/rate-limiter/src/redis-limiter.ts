import { randomUUID } from 'node:crypto';
import type { EpochMs, HandOffRecord, RateLimiter } from '@cadenza/domain';
import type { Cluster, Redis } from 'ioredis';
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
  type PreparedCall,
  type PreparedRecords,
  type Retention,
} from './prepare.ts';
import { scriptRunner } from './redis-script-runner.ts';
import {
  EXTEND_SCRIPT,
  GENERATION_SCRIPT,
  REBUILD_SCRIPT,
  RELEASE_SCRIPT,
  RENAME_SCRIPT,
  RESERVE_SCRIPT,
} from './redis-scripts.ts';

export interface RedisLimiterOptions {
  /** Stays the caller's: `close` of the limiter leaves it open. */
  readonly redis: Redis | Cluster;
  /**
   * Begins the name of every key, as the hash tag of all of them; `cadenza-limiter` by default.
   * Installations on one Redis need one each.
   */
  readonly prefix?: string;
  /** Shortest slot in campaign milliseconds; 100 by default. */
  readonly minSlotMs?: number;
  /** Campaign milliseconds after which to ask a closed limiter again; 1,000 by default. */
  readonly closedRetryMs?: number;
}

/** Another layout of the keys is another ledger, which is closed until it is rebuilt. */
const LAYOUT = 2;
/** Records of one script call while rebuilding or extending: some tens of milliseconds of the server's time. */
const REBUILD_PART = 1_000;
const REBUILD_TRIES = 5;
/** Forgetting keeps up with reserving as long as each call can drop more than it adds. */
const FORGET_AT_LEAST = 100;

/**
 * A limiter that any number of processes share through Redis (7 or later, or what speaks its
 * language, with `maxmemory-policy noeviction`). Each call is one Lua script and so atomic.
 *
 * It is closed while the store cannot be trusted to be complete: when new or emptied, and after a
 * restart or a fail-over of the server, until `rebuild` has filled it.
 */
export function createRedisLimiter(options: RedisLimiterOptions): RateLimiter {
  const { redis, prefix = 'cadenza-limiter', closedRetryMs = 1_000 } = options;
  const minSlotMs = checkMinSlot(options.minSlotMs ?? DEFAULT_MIN_SLOT_MS);
  if (prefix.length === 0 || /[{}]/.test(prefix)) {
    throw new RangeError(`prefix must be a text without braces, got "${prefix}"`);
  }
  const base = `{${prefix}}:${LAYOUT}:`;
  const keys = ['open', 'due', 'reservations', 'floor', 'logs'].map((name) => base + name);
  const runReserve = scriptRunner(redis, RESERVE_SCRIPT);
  const runRelease = scriptRunner(redis, RELEASE_SCRIPT);
  const runGeneration = scriptRunner(redis, GENERATION_SCRIPT);
  const runRebuild = scriptRunner(redis, REBUILD_SCRIPT);
  const runRename = scriptRunner(redis, RENAME_SCRIPT);
  const runExtend = scriptRunner(redis, EXTEND_SCRIPT);

  async function generation(): Promise<string | null> {
    const answer = await runGeneration(keys, [base]);
    return typeof answer === 'string' ? answer : null;
  }

  /** Null while it is closed. */
  async function ask(call: PreparedCall, now: EpochMs): Promise<Outcome[] | null> {
    const answer = await runReserve(keys, [
      base,
      String(Math.ceil(now)),
      String(FORGET_AT_LEAST + 2 * call.requests.length),
      encodeCall(call),
    ]);
    return answer === 'closed' ? null : decodeOutcomes(answer);
  }

  return {
    generation,
    async reserve(requests, now) {
      const call = prepareCall(requests, minSlotMs);
      if (requests.length === 0) return [];
      const outcomes = await ask(call, now);
      return outcomes === null ? refuseAll(requests, now + closedRetryMs) : decide(call, outcomes);
    },
    async peek(requests, now) {
      const call = preparePeek(requests, minSlotMs);
      const outcomes = await ask(call, now);
      return outcomes && earliestSlots(call, outcomes);
    },
    async release(ids) {
      if (ids.length > 0) await runRelease(keys, [base, ...ids]);
    },
    async ready() {
      return (await generation()) !== null;
    },
    async rebuild(records, now) {
      for (let tries = 1; tries <= REBUILD_TRIES; tries += 1) {
        if (await addAll(records, now)) return;
      }
      throw new Error(
        `the limiter's store under "${base}" was emptied ${REBUILD_TRIES} times while it was rebuilt`,
      );
    },
    async extend(read, now) {
      const name = await runRename(keys, [base]);
      if (typeof name !== 'string') return false;
      for (const part of prepareParts(await read(), REBUILD_PART, minSlotMs, now)) {
        if ((await runExtend(keys, [base, name, encodePart(part)])) !== 'ok') return false;
      }
      return true;
    },
    async close() {},
  };

  async function addAll(records: readonly HandOffRecord[], now: EpochMs): Promise<boolean> {
    const token = randomUUID();
    let first = '1';
    for (const part of prepareParts(records, REBUILD_PART, minSlotMs, now)) {
      const last = part.last ? '1' : '0';
      const args = [base, token, first, last, encodePart(part)];
      if ((await runRebuild(keys, args)) !== 'ok') return false;
      first = '0';
    }
    return true;
  }
}

function encodePart({ keys, records }: PreparedRecords): string {
  return JSON.stringify({
    keys,
    records: records.map((r) => [r.id, r.start, r.end, r.retentions.map(encodeRetention)]),
  });
}

function encodeCall(call: PreparedCall): string {
  return JSON.stringify({
    keys: call.keys,
    scopes: call.scopes.map((s) => [s.key, s.limit, s.windowMs, s.widthMs]),
    requests: call.requests.map((r) => [
      r.id,
      r.notBefore,
      r.notAfter,
      r.widthMs,
      r.scopes,
      r.retentions.map(encodeRetention),
    ]),
  });
}

function encodeRetention({ forMs, keys }: Retention): number[] {
  return [forMs, ...keys];
}

function decodeOutcomes(answer: unknown): Outcome[] {
  if (!Array.isArray(answer)) {
    throw new Error(`the limiter's script answered ${typeof answer}, expected a list`);
  }
  const fields = answer.map(String);
  const outcomes: Outcome[] = [];
  for (let n = 0; n < fields.length; n += 3) {
    const [granted, start, scope] = fields.slice(n, n + 3);
    if (granted === '1') outcomes.push({ granted: true, start: Number(start) });
    else
      outcomes.push({ scope: scope ? Number(scope) : null, start: start ? Number(start) : null });
  }
  return outcomes;
}

import type { EarliestSlot, EpochMs, RateLimiter, SlotDecision } from '@cadenza/domain';
import {
  decide,
  DEFAULT_MIN_SLOT_MS,
  earliestSlots,
  preparePeek,
  type Outcome,
} from './decision.ts';
import { earliestStart, type SlotLog } from './earliest-start.ts';
import {
  checkMinSlot,
  prepareCall,
  prepareRecords,
  type PreparedCall,
  type PreparedRecords,
  type PreparedRequest,
  type Retention,
} from './prepare.ts';
import { insertSorted, removeSorted } from './sorted.ts';

export interface MemoryLimiterOptions {
  /** Shortest slot in campaign milliseconds; 100 by default. */
  readonly minSlotMs?: number;
}

/** Fewer reservations than this are not worth a look at which of them are over. */
const LEAST_SWEEP = 1_024;

interface Reservation {
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Keys, with the time from which their entries no longer matter; the earliest first. */
  readonly groups: readonly { readonly at: EpochMs; readonly keys: readonly string[] }[];
}

/**
 * A limiter within one process: for tests, simulations and single-process programs. It is open
 * from the start and forgets everything with the process.
 */
export function createMemoryLimiter(options: MemoryLimiterOptions = {}): RateLimiter {
  const minSlotMs = checkMinSlot(options.minSlotMs ?? DEFAULT_MIN_SLOT_MS);
  const ledger = new Ledger();
  let extended = 0;
  return {
    async reserve(requests, now): Promise<SlotDecision[]> {
      const call = prepareCall(requests, minSlotMs);
      ledger.forgetUntil(Math.floor(now));
      return decide(
        call,
        call.requests.map((request) => ledger.reserve(call, request, Math.ceil(now))),
      );
    },
    async peek(requests, now): Promise<EarliestSlot[]> {
      const call = preparePeek(requests, minSlotMs);
      return earliestSlots(
        call,
        call.requests.map((request) => ledger.reserve(call, request, Math.ceil(now))),
      );
    },
    async release(ids): Promise<void> {
      for (const id of ids) ledger.remove(id);
    },
    async ready(): Promise<boolean> {
      return true;
    },
    async generation(): Promise<string> {
      return `memory/${extended}`;
    },
    async rebuild(records, now): Promise<void> {
      ledger.merge(prepareRecords(records, minSlotMs, now));
    },
    async extend(read, now): Promise<boolean> {
      extended += 1;
      ledger.merge(prepareRecords(await read(), minSlotMs, now));
      return true;
    },
    async close(): Promise<void> {
      ledger.clear();
    },
  };
}

class Ledger {
  private readonly logs = new Map<string, { starts: number[]; ends: number[] }>();
  private readonly reservations = new Map<string, Reservation>();
  /** The latest time that what was forgotten could still have mattered to. */
  private floor = -Infinity;
  private sweepAtSize = LEAST_SWEEP;

  reserve(call: PreparedCall, request: PreparedRequest, now: EpochMs): Outcome {
    const never = request.scopes.find((n) => call.scopes[n]?.limit === 0);
    if (never !== undefined) return { scope: never, start: null };

    const former = this.remove(request.id);
    let start = Math.max(request.notBefore, now, this.floor);
    let blocker: number | null = null;
    // A start is right once all scopes in turn have left it where it is.
    for (let turn = 0, settled = 0; settled < request.scopes.length; turn += 1) {
      const n = request.scopes[turn % request.scopes.length] ?? 0;
      const scope = call.scopes[n];
      const log = scope && this.logOf(call.keys[scope.key]);
      const next = scope && log ? earliestStart(log, scope, start) : start;
      settled += 1;
      if (next > start) {
        start = next;
        blocker = n;
        settled = 1;
      }
    }
    if (start > request.notAfter) {
      if (former) this.add(request.id, former);
      return { scope: blocker, start };
    }
    const end = start + request.widthMs;
    if (request.scopes.length > 0) {
      this.add(request.id, { start, end, groups: groupsOf(call.keys, request.retentions, end) });
    }
    return { granted: true, start };
  }

  add(id: string, reservation: Reservation): void {
    this.reservations.set(id, reservation);
    for (const { keys } of reservation.groups) {
      for (const key of keys) {
        const log = this.logs.get(key) ?? { starts: [], ends: [] };
        this.logs.set(key, log);
        insertSorted(log.starts, reservation.start);
        insertSorted(log.ends, reservation.end);
      }
    }
  }

  /** Adds what is not known; what is keeps its slot, under each key for the longer of both times. */
  merge({ keys, records }: PreparedRecords): void {
    for (const { id, start, end, retentions } of records) {
      const known = this.remove(id);
      const groups = groupsOf(keys, retentions, known?.end ?? end);
      this.add(
        id,
        known ? { ...known, groups: longerOf(known.groups, groups) } : { start, end, groups },
      );
    }
  }

  remove(id: string): Reservation | undefined {
    const reservation = this.reservations.get(id);
    if (reservation) {
      this.reservations.delete(id);
      this.unlog(reservation, reservation.groups);
    }
    return reservation;
  }

  /**
   * Drops what no window that begins now or later can hold any more. It looks only once the
   * ledger has doubled, which keeps the cost per reservation constant.
   */
  forgetUntil(now: EpochMs): void {
    if (this.reservations.size < this.sweepAtSize) return;
    for (const [id, reservation] of this.reservations) {
      const past = reservation.groups.filter(({ at }) => at <= now);
      const latest = past.at(-1);
      if (!latest) continue;
      this.floor = Math.max(this.floor, latest.at);
      this.unlog(reservation, past);
      const groups = reservation.groups.slice(past.length);
      if (groups.length === 0) this.reservations.delete(id);
      else this.reservations.set(id, { ...reservation, groups });
    }
    this.sweepAtSize = Math.max(LEAST_SWEEP, 2 * this.reservations.size);
  }

  clear(): void {
    this.logs.clear();
    this.reservations.clear();
  }

  private logOf(key: string | undefined): SlotLog | undefined {
    return key === undefined ? undefined : this.logs.get(key);
  }

  private unlog({ start, end }: Reservation, groups: Reservation['groups']): void {
    for (const key of groups.flatMap(({ keys }) => keys)) {
      const log = this.logs.get(key);
      if (!log) continue;
      removeSorted(log.starts, start);
      removeSorted(log.ends, end);
      if (log.starts.length === 0) this.logs.delete(key);
    }
  }
}

function longerOf(a: Reservation['groups'], b: Reservation['groups']): Reservation['groups'] {
  const latest = new Map<string, EpochMs>();
  for (const { at, keys } of [...a, ...b]) {
    for (const key of keys) latest.set(key, Math.max(latest.get(key) ?? at, at));
  }
  return [...Map.groupBy(latest, ([, at]) => at)]
    .map(([at, entries]) => ({ at, keys: entries.map(([key]) => key) }))
    .sort((x, y) => x.at - y.at);
}

function groupsOf(
  keys: readonly string[],
  retentions: readonly Retention[],
  end: EpochMs,
): Reservation['groups'] {
  return retentions.map(({ forMs, keys: members }) => ({
    at: end + forMs,
    keys: members.flatMap((n) => keys[n] ?? []),
  }));
}

import {
  InvalidInputError,
  showValue,
  type EpochMs,
  type HandOffRecord,
  type Problem,
  type RateScope,
  type SlotRequest,
} from '@cadenza/domain';

/** A slot is this part of the shortest window of its request, and so is the capacity it costs. */
const SLOT_FRACTION = 0.02;

/** Some 17,800 years: sums of two, and either with a mark of 2^51, are exact as 64-bit floats. */
const MOST_MS = 2 ** 49;

/** One limit of a call, once however many requests share it. Times are whole milliseconds. */
export interface PreparedScope {
  /** Index into `keys`. */
  readonly key: number;
  readonly limit: number;
  readonly windowMs: number;
  readonly widthMs: number;
}

/** Keys whose entries are forgotten together, `forMs` after the slot's end. */
export interface Retention {
  readonly forMs: number;
  /** Indices into `keys`. */
  readonly keys: readonly number[];
}

export interface PreparedRequest {
  readonly id: string;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly widthMs: number;
  /** Indices into `scopes`. */
  readonly scopes: readonly number[];
  /** Ascending by `forMs`. */
  readonly retentions: readonly Retention[];
}

export interface PreparedCall {
  readonly keys: readonly string[];
  readonly scopes: readonly PreparedScope[];
  readonly requests: readonly PreparedRequest[];
}

export interface PreparedRecord {
  readonly id: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly retentions: readonly Retention[];
}

export interface PreparedRecords {
  readonly keys: readonly string[];
  readonly records: readonly PreparedRecord[];
}

/** Some of many records, with the keys of these alone. */
export interface PreparedPart extends PreparedRecords {
  readonly last: boolean;
}

/** Checks a call, and brings it to whole milliseconds, rounded so that limits never widen. */
export function prepareCall(requests: readonly SlotRequest[], minSlotMs: number): PreparedCall {
  const problems: Problem[] = [];
  requests.forEach((request, n) => {
    const path = `requests[${n}]`;
    checkId(request.id, path, problems);
    checkTime(request.notBefore, `${path}.notBefore`, problems);
    checkTime(request.notAfter, `${path}.notAfter`, problems);
    checkScopes(request.scopes, path, problems);
  });
  if (problems.length > 0) throw new InvalidInputError('Slots cannot be reserved', problems);

  const keys = indexOf<string>();
  const scopes = indexOf<string, PreparedScope>();
  // Requests tend to share their scopes, one object for all of them: each is looked up once a width.
  const known = new Map<number, Map<RateScope, number>>();
  const prepared = requests.map((request) => {
    const widthMs = slotWidth(request.scopes, minSlotMs);
    const ofWidth = known.get(widthMs) ?? new Map<RateScope, number>();
    known.set(widthMs, ofWidth);
    const indexOfScope = (scope: RateScope) => {
      const index = ofWidth.get(scope);
      if (index !== undefined) return index;
      const key = keys.add(scope.key, scope.key);
      const windowMs = Math.ceil(scope.windowMs);
      const { limit } = scope;
      const added = scopes.add(`${key} ${limit} ${windowMs} ${widthMs}`, {
        key,
        limit,
        windowMs,
        widthMs,
      });
      ofWidth.set(scope, added);
      return added;
    };
    const ofRequest = request.scopes.map(indexOfScope);
    return {
      id: request.id,
      notBefore: Math.ceil(request.notBefore),
      notAfter: Math.floor(request.notAfter),
      widthMs,
      scopes: ofRequest,
      retentions: retentionsOf(ofRequest.flatMap((index) => scopes.values[index] ?? [])),
    };
  });
  return { keys: keys.values, scopes: scopes.values, requests: prepared };
}

/** Checks past hand-offs. One that lies ahead of `now` is a slot still to be used. */
export function prepareRecords(
  records: readonly HandOffRecord[],
  minSlotMs: number,
  now: EpochMs,
): PreparedRecords {
  checkRecords(records);
  return prepareChecked(records, minSlotMs, now);
}

/**
 * The same in parts of so many records, each prepared when it is asked for: of millions there are
 * never more in memory in their second form. All are checked before the first part. There is one
 * part at least.
 */
export function* prepareParts(
  records: readonly HandOffRecord[],
  size: number,
  minSlotMs: number,
  now: EpochMs,
): Generator<PreparedPart, void> {
  checkRecords(records);
  for (let from = 0; from === 0 || from < records.length; from += size) {
    const part = records.slice(from, from + size);
    yield { ...prepareChecked(part, minSlotMs, now), last: from + size >= records.length };
  }
}

function checkRecords(records: readonly HandOffRecord[]): void {
  const problems: Problem[] = [];
  records.forEach((record, n) => {
    const path = `records[${n}]`;
    checkId(record.id, path, problems);
    checkTime(record.at, `${path}.at`, problems);
    if (record.until !== undefined) checkTime(record.until, `${path}.until`, problems);
    checkScopes(record.scopes, path, problems);
  });
  if (problems.length > 0) throw new InvalidInputError('The limiter cannot be rebuilt', problems);
}

function prepareChecked(
  records: readonly HandOffRecord[],
  minSlotMs: number,
  now: EpochMs,
): PreparedRecords {
  const keys = indexOf<string>();
  const prepared = records.map((record) => ({
    id: record.id,
    start: Math.floor(record.at),
    end: Math.max(
      Math.ceil(record.until ?? record.at),
      Math.ceil(record.at) + (record.at > now ? slotWidth(record.scopes, minSlotMs) : 0),
    ),
    retentions: retentionsOf(
      record.scopes.map(({ key, windowMs }) => ({
        key: keys.add(key, key),
        windowMs: Math.ceil(windowMs),
      })),
    ),
  }));
  const live = prepared.filter(
    ({ end, retentions }) => end + (retentions.at(-1)?.forMs ?? 0) > now && retentions.length > 0,
  );
  return { keys: keys.values, records: live };
}

/** `minSlotMs` as an option, checked. */
export function checkMinSlot(minSlotMs: number): number {
  if (Number.isFinite(minSlotMs) && minSlotMs >= 0) return minSlotMs;
  throw new RangeError(
    `minSlotMs must be a number of milliseconds, 0 or more, got ${showValue(minSlotMs)}`,
  );
}

function slotWidth(scopes: readonly RateScope[], minSlotMs: number): number {
  const shortest = scopes.reduce((least, { windowMs }) => Math.min(least, windowMs), Infinity);
  const share = Number.isFinite(shortest) ? shortest * SLOT_FRACTION : 0;
  return Math.ceil(Math.max(share, minSlotMs));
}

/** @param scopes their keys as indices. */
function retentionsOf(
  scopes: readonly { readonly key: number; readonly windowMs: number }[],
): Retention[] {
  const longest = new Map<number, number>();
  for (const { key, windowMs } of scopes) {
    longest.set(key, Math.max(longest.get(key) ?? 0, windowMs));
  }
  const groups = new Map<number, number[]>();
  for (const [key, forMs] of longest) {
    const group = groups.get(forMs) ?? [];
    group.push(key);
    groups.set(forMs, group);
  }
  return [...groups]
    .map(([forMs, members]) => ({ forMs, keys: members }))
    .sort((a, b) => a.forMs - b.forMs);
}

function indexOf<K, V = K>() {
  const positions = new Map<K, number>();
  const values: V[] = [];
  return {
    values,
    add(name: K, value: V): number {
      const known = positions.get(name);
      if (known !== undefined) return known;
      positions.set(name, values.length);
      return values.push(value) - 1;
    },
  };
}

function checkId(id: string, path: string, problems: Problem[]): void {
  if (id.length > 0) return;
  problems.push({
    path: `${path}.id`,
    code: 'empty',
    message: 'the id is "", expected at least one character',
  });
}

function checkTime(value: number, path: string, problems: Problem[]): void {
  if (Math.abs(value) <= MOST_MS) return;
  problems.push({
    path,
    code: 'not_a_time',
    message: `${showNumber(value)} is not a time, expected milliseconds since 1970, ${MOST_MS} at most`,
  });
}

function checkScopes(scopes: readonly RateScope[], path: string, problems: Problem[]): void {
  scopes.forEach(({ key, limit, windowMs }, n) => {
    const at = `${path}.scopes[${n}]`;
    if (key.length === 0) {
      problems.push({
        path: `${at}.key`,
        code: 'empty',
        message: 'the key is "", expected at least one character',
      });
    }
    if (!Number.isSafeInteger(limit) || limit < 0) {
      problems.push({
        path: `${at}.limit`,
        code: 'bad_limit',
        message: `the limit of ${showValue(key)} is ${showNumber(limit)}, expected a whole number, 0 or more`,
      });
    }
    if (!(windowMs > 0 && windowMs <= MOST_MS)) {
      problems.push({
        path: `${at}.windowMs`,
        code: 'bad_window',
        message: `the window of ${showValue(key)} is ${showNumber(windowMs)} ms, expected more than 0, and ${MOST_MS} at most`,
      });
    }
  });
}

/** JSON, and so `showValue`, has no NaN and no infinity. */
function showNumber(value: number): string {
  return String(value);
}

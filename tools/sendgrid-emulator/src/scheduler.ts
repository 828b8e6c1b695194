import { realDelay, type Clock, type EpochMs } from '@cadenza/domain';

/** Things to be done at campaign instants: one heap, one timer. */
export interface Scheduler {
  /** Runs the task at the instant, at once when it has passed. Never within this call. */
  at(instant: EpochMs, task: () => void): void;
  /** Tasks that have not run. */
  readonly size: number;
  /** When the next task is due. */
  next(): EpochMs | null;
  /** Looks at the clock again, after it was set. */
  readonly wake: () => void;
  /** Forgets every task. */
  close(): void;
}

interface Entry {
  readonly at: EpochMs;
  /** Breaks ties, so that tasks of one instant run in the order in which they were added. */
  readonly order: number;
  readonly task: () => void;
}

/** A clock that is not ours may jump, so the timer never sleeps longer than this (real time). */
const LONGEST_SLEEP_MS = 1_000;
/** Tasks run in one go, so that a burst of due events does not keep the server from its requests. */
const BURST = 2_000;

const before = (x: Entry, y: Entry): boolean => x.at < y.at || (x.at === y.at && x.order < y.order);

/** @param onDrained called whenever the last due task has run. */
export function createScheduler(clock: Clock, onDrained: () => void): Scheduler {
  const heap: Entry[] = [];
  let order = 0;
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Infinity;
  let closed = false;

  function push(entry: Entry): void {
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  function pop(): Entry | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const leftEntry = heap[left];
      if (leftEntry === undefined) break;
      const rightEntry = heap[left + 1];
      const [child, childEntry] =
        rightEntry !== undefined && before(rightEntry, leftEntry)
          ? [left + 1, rightEntry]
          : [left, leftEntry];
      if (!before(childEntry, last)) break;
      heap[index] = childEntry;
      index = child;
    }
    heap[index] = last;
    return top;
  }

  function arm(): void {
    const next = heap[0];
    if (closed || next === undefined) {
      armedFor = Infinity;
      return;
    }
    clearTimeout(timer);
    armedFor = next.at;
    timer = setTimeout(run, Math.min(LONGEST_SLEEP_MS, Math.ceil(realDelay(clock, next.at))));
    timer.unref();
  }

  function run(): void {
    const now = clock.now();
    for (let count = 0; count < BURST; count += 1) {
      const next = heap[0];
      if (next === undefined || next.at > now) break;
      pop();
      next.task();
      if (closed) return;
    }
    arm();
    if (heap.length === 0) onDrained();
  }

  return {
    at(instant, task) {
      if (closed) return;
      push({ at: instant, order: order++, task });
      if (instant < armedFor) arm();
    },
    get size() {
      return heap.length;
    },
    next: () => heap[0]?.at ?? null,
    wake: arm,
    close() {
      closed = true;
      heap.length = 0;
      clearTimeout(timer);
    },
  };
}

/** Gathers single items into batches. */
export interface Batcher<T, R> {
  /** Resolves with the item's own result; rejects with what the work of its batch threw. */
  add(item: T): Promise<R>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds of batches. */
export interface BatchLimits<T> {
  /** Items of one batch at most. */
  readonly size: number;
  /** Batches under way at once. */
  readonly concurrency: number;
  /** What items of one batch weigh together at most; one that weighs more by itself goes alone. */
  readonly weight?: number;
  /** Nothing by default. */
  readonly weigh?: (item: T) => number;
}

/**
 * Lets concurrent callers share work that costs the same for one item as for many: what comes while
 * a batch is under way waits and becomes the next one. Another starts beside it only when it is
 * full, up to `concurrency`: halves would cost as much as wholes, and one batch that is held up
 * must not hold up all. Nobody waits for company for longer than a turn of the event loop: what
 * comes in the same turn mostly has the same cause, and would else be split into one and the rest.
 *
 * A batch that fails is tried again item by item, so that one bad item costs no other its turn.
 *
 * @param work gives a result for each item, in the order of the items.
 */
export function createBatcher<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
  limits: BatchLimits<T>,
): Batcher<T, R> {
  const { weight = Infinity, weigh = () => 0 } = limits;
  let underWay = 0;
  let gathering = false;
  const waiting: Waiting<T, R>[] = [];

  async function run(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else for (const one of batch) await run([one]);
    }
  }

  /** How many of those that wait the next batch takes, and whether it has room for more. */
  function nextBatch(): { readonly count: number; readonly full: boolean } {
    let count = 0;
    let sum = 0;
    for (const { item } of waiting) {
      sum += weigh(item);
      if (count === limits.size || (count > 0 && sum > weight)) return { count, full: true };
      count += 1;
    }
    return { count, full: count === limits.size || sum >= weight };
  }

  function start(): void {
    while (waiting.length > 0 && underWay < limits.concurrency) {
      const { count, full } = nextBatch();
      if (underWay > 0 && !full) return;
      underWay += 1;
      void run(waiting.splice(0, count)).finally(() => {
        underWay -= 1;
        gather();
      });
    }
  }

  function gather(): void {
    if (waiting.length >= limits.size) start();
    else if (waiting.length > 0 && !gathering) {
      gathering = true;
      setImmediate(() => {
        gathering = false;
        start();
      });
    }
  }

  return {
    add: (item) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        gather();
      }),
  };
}
